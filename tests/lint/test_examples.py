"""Every rule fires on its failing example, and on no passing example of another, but for what such a page lacks.

Examples are short: a page that shows a selector does not drop capabilities. The rules that this makes speak are listed,
each with its reason, and no other rule says anything, at any level.
"""

from __future__ import annotations

import textwrap

import pytest

from kspec.elaborate import load
from kspec.emit.manual import catalogue
from kspec.lint.index import Index
from kspec.lint.rule import LintRule, all_rules, run
from kspec.lint.settings import Settings
from kspec.source.diagnostic import Severity

SETTINGS = Settings(registries=("ghcr.io/acme/",), required_labels=("app.kubernetes.io/part-of",))


def examples(rule: LintRule) -> dict[str, str]:
    """The two YAML examples of a manual page, by their headings."""
    _, _, rest = rule.rule.manual.partition("Fails:")
    fails, _, passes = rest.partition("Passes:")
    return {"Fails": textwrap.dedent(fails).strip(), "Passes": textwrap.dedent(passes).strip()}


def design(text: str) -> Index:
    loaded = load(["-"], stdin=text)
    assert loaded.design is not None, [d.message for d in loaded.diagnostics]
    return Index.of_design(loaded.design, SETTINGS)


WITH_EXAMPLES = [r for r in all_rules() if "Fails:" in r.rule.manual]
RULES = [pytest.param(r, id=r.rule.id) for r in WITH_EXAMPLES]


@pytest.mark.parametrize("rule", RULES)
def test_the_failing_example_is_found_with_its_place(rule: LintRule) -> None:
    found = run(design(examples(rule)["Fails"]), [rule])
    assert found
    assert all(d.rule is rule.rule and d.span is not None and d.object and d.field for d in found)


@pytest.mark.parametrize("rule", RULES)
def test_the_passing_example_passes(rule: LintRule) -> None:
    assert run(design(examples(rule)["Passes"]), [rule]) == []


@pytest.mark.parametrize("rule", RULES)
def test_no_warning_and_no_error_on_a_passing_example(rule: LintRule) -> None:
    found = run(design(examples(rule)["Passes"]))
    assert [d for d in found if d.level in (Severity.ERROR, Severity.WARNING)] == []


SHORT = "a page about something else has no room for it"
UNASKED = "off, unless a profile or a configuration asks: an opinion, a price or a list of one's own"
BY_DEFAULT = "true of every object that is written as briefly as Kubernetes allows"
SPEAKS_ANYWAY = {
    "KS0008": "a value that is the point of a page is stated, though it is the default",
    "KS3001": "as information: one replica behind a Service, where that is all the page needs",
    "KS3005": BY_DEFAULT,
    "KS3007": BY_DEFAULT,
    "KS3013": SHORT,
    "KS3029": UNASKED,
    "KS3031": "as information: OrderedReady is the default",
    "KS3033": UNASKED,
    "KS4003": UNASKED,
    "KS4006": UNASKED,
    "KS5022": SHORT,
    "KS5023": SHORT,
    "KS5025": SHORT,
    "KS5026": SHORT,
    "KS5031": SHORT,
    "KS5033": BY_DEFAULT,
    "KS5034": BY_DEFAULT,
    "KS5035": UNASKED,
    "KS5039": UNASKED,
    "KS5048": "a page about backends and conflicts of an Ingress needs no certificate",
    "KS5049": BY_DEFAULT,
    "KS5050": UNASKED,
    "KS6001": SHORT,
    "KS6005": "a page about traffic from outside lets it in",
    "KS6009": "a quorum (KS3035) has peers, and its page is about their number",
}


def test_on_passing_examples_of_others_only_these_rules_speak() -> None:
    speaking = {found.rule.id for rule in WITH_EXAMPLES for found in run(design(examples(rule)["Passes"]), all_rules())}
    assert speaking == set(SPEAKS_ANYWAY)


def test_ids_and_names_are_unique_and_in_the_manual() -> None:
    rules = [r.rule for r in all_rules()]
    assert len({r.id for r in rules}) == len({r.name for r in rules}) == len(rules)
    assert all(catalogue()[r.id] is r for r in rules)


def test_only_what_does_not_fit_on_a_page_has_no_example() -> None:
    assert {r.rule.id for r in all_rules()} - {r.rule.id for r in WITH_EXAMPLES} == {"KS1016"}


@pytest.mark.parametrize(("kibibytes", "level"), [(300, Severity.WARNING), (200, None)])
def test_objects_too_large_for_an_annotation_are_found(kibibytes: int, level: Severity | None) -> None:
    text = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: big}}\ndata: {{text: '{'x' * 1024 * kibibytes}'}}"
    found = [d for d in run(design(text)) if d.rule.id == "KS1016"]
    assert [d.level for d in found] == ([level] if level else [])

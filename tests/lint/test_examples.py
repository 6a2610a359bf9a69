"""Every rule fires on its failing example, and no rule of the default profile on a passing example of any rule."""

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

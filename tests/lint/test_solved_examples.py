"""Every rule that needs solving or model checking is told of its failing example, and of its passing one it is not."""

from __future__ import annotations

import textwrap
from dataclasses import replace

import pytest

from kspec.cli.checking.options import Options
from kspec.cli.checking.rules import RULES
from kspec.lint.selection import Selection
from kspec.source.diagnostic import Rule
from tests.lint.checking import checked, question

WITHOUT_EXAMPLE = {"KS9004"}
"""What can not be decided in time depends on the machine."""


def examples(rule: Rule) -> tuple[str, str]:
    fails, _, passes = rule.manual.partition("Fails:")[2].partition("Passes:")
    return textwrap.dedent(fails).strip() + "\n", textwrap.dedent(passes).strip() + "\n"


def found(rule: Rule, text: str) -> list[str]:
    asked = question(Selection(select=(rule.id,)), Options(budget=10.0))
    outcome = checked(text, replace(asked, solve=True))
    assert not outcome.wrong_input, [d.message for d in outcome.report.diagnostics]
    return [d.message for d in outcome.report.diagnostics if d.rule is rule]


@pytest.mark.parametrize("rule", [pytest.param(r, id=r.id) for r in RULES if r.id not in WITHOUT_EXAMPLE])
def test_the_failing_example_is_found_and_the_passing_one_is_not(rule: Rule) -> None:
    fails, passes = examples(rule)
    assert found(rule, fails)
    assert found(rule, passes) == []


def test_only_what_no_page_can_show_has_no_example() -> None:
    assert {r.id for r in RULES if "Fails:" not in r.manual} == WITHOUT_EXAMPLE

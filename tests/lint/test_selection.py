"""Profiles, `select`, `ignore` and levels of one's own decide what is shown, and how loudly."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kspec.lint.profiles import PROFILES, Profile, profile
from kspec.lint.rule import all_rules
from kspec.lint.selection import Selection
from kspec.source.diagnostic import Diagnostic, Rule, Severity
from kspec.source.rules import AMBIGUOUS_SCALAR, SYNTAX

BY_ID = {r.rule.id: r.rule for r in all_rules()}
E, W, I, OFF = Severity.ERROR, Severity.WARNING, Severity.INFO, Severity.OFF


def named(name: str) -> Profile:
    found = profile(name)
    assert found is not None
    return found


def level(selection: Selection, id: str, own: Severity | None = None) -> Severity:
    return selection.level(Diagnostic(BY_ID[id], "m", severity=own))


@pytest.mark.parametrize(
    ("name", "id", "expected"),
    [
        ("default", "KS2002", E),
        ("default", "KS3002", W),
        ("default", "KS5031", OFF),
        ("default", "KS3029", OFF),
        ("strict", "KS3002", E),
        ("strict", "KS5031", W),
        ("strict", "KS3029", OFF),
        ("pss-baseline", "KS5005", E),
        ("pss-baseline", "KS5026", OFF),
        ("pss-restricted", "KS5026", E),
        ("cost", "KS4003", W),
        ("cost", "KS3002", W),
        ("gitops", "KS2012", E),
        ("gitops", "KS3029", W),
    ],
)
def test_a_profile_gives_a_rule_its_level(name: str, id: str, expected: Severity) -> None:
    assert level(Selection(named(name)), id) is expected


@pytest.mark.parametrize(
    ("select", "ignore", "id", "expected"),
    [
        (("KS5031",), (), "KS5031", I),
        (("KS50",), (), "KS5031", I),
        (("read-only-rootfs",), (), "KS5031", I),
        (("KS3029",), (), "KS3029", W),
        (("KS5",), (), "KS2002", OFF),
        (("KS5",), ("KS5031",), "KS5031", OFF),
        (("KS5031",), ("KS5",), "KS5031", I),
        ((), ("KS2",), "KS2002", OFF),
        ((), ("ks2002",), "KS2003", E),
    ],
)
def test_select_and_ignore_go_by_the_longer_match(
    select: tuple[str, ...], ignore: tuple[str, ...], id: str, expected: Severity
) -> None:
    assert level(Selection(select=select, ignore=ignore), id) is expected


def test_levels_of_ones_own_win_over_the_profile() -> None:
    selection = Selection(named("strict"), levels={"KS3": I, "KS3002": OFF})
    assert level(selection, "KS3018") is I
    assert level(selection, "KS3002") is OFF
    assert level(selection, "KS2002") is E


def test_a_finding_may_be_quieter_than_its_rule() -> None:
    assert level(Selection(), "KS3001", I) is OFF
    assert level(Selection(named("strict")), "KS3001", I) is W


def test_errors_of_reading_can_not_be_hidden() -> None:
    hidden = Selection(ignore=("KS0",), select=("KS3",))
    assert hidden.level(Diagnostic(SYNTAX, "m")) is E
    assert hidden.level(Diagnostic(AMBIGUOUS_SCALAR, "m")) is OFF


@given(st.sampled_from(PROFILES), st.lists(st.sampled_from(sorted(BY_ID)), max_size=3), st.sampled_from(sorted(BY_ID)))
def test_a_rule_that_is_not_run_has_nothing_to_show(chosen: Profile, select: list[str], id: str) -> None:
    selection = Selection(chosen, select=tuple(select))
    if id not in {r.rule.id for r in selection.rules()}:
        assert level(selection, id) is OFF


@given(st.sampled_from(PROFILES), st.sampled_from(sorted(BY_ID)))
def test_nothing_below_the_least_level_is_shown(chosen: Profile, id: str) -> None:
    selection = Selection(chosen)
    if selection.least is not I:
        assert level(selection, id, I) is OFF


def test_a_rule_that_lint_does_not_have_keeps_its_level() -> None:
    found = Diagnostic(Rule("KS1004", "crd-schema", E, ""), "m", severity=I)
    assert Selection().level(found) is I
    assert Selection(ignore=("KS1004",)).level(replace(found, severity=E)) is E

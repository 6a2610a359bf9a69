"""Wild designs: a slice of what `make fuzz` does at length, and what it has found."""

from __future__ import annotations

from random import Random

import pytest
from elaborate.wild import examine_design, examine_editor, wild
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.elaborate.texts import design_of, load_text

designs = st.builds(wild, st.randoms(use_true_random=False))
"""Texts from the grammar in Kubernetes' words, and real designs with something changed."""


@given(designs, st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_no_design_makes_the_front_end_fail(text: str, random: Random) -> None:
    examine_design(text)
    examine_editor(text, random)


@pytest.mark.slow
@given(st.binary(max_size=300), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_no_bytes_make_the_front_end_fail(data: bytes, random: Random) -> None:
    text = data.decode(errors="replace")
    examine_design(text)
    examine_editor(text, random)


def test_the_values_of_a_selector_may_be_worked_out() -> None:
    (policy,) = design_of('networkpolicy n { podSelector: { tier in [t for t in ["a", "b"]] } }').written
    selector = {"matchExpressions": [{"key": "tier", "operator": "In", "values": ["a", "b"]}]}
    assert policy.manifest["spec"] == {"podSelector": selector}


def test_each_mistake_in_the_values_of_a_selector_is_told_once() -> None:
    text = "networkpolicy n { podSelector: { tier in [t for t in nobody], app in [nobody_either.x] } }"
    found = [d.message for d in load_text(text).diagnostics if d.is_error]
    assert found == ["nothing is called `nobody` here", "nothing is called `nobody_either` here"]

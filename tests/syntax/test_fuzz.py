"""A slice of what `make fuzz` does at length: no text makes the front end fail or dawdle."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from syntax.mutate import GROWING, examine, growth, text_of

from kspec.source.text import SourceFile
from kspec.syntax import parse


@given(st.integers(0, 2**48))
@settings(max_examples=300, deadline=None)
def test_no_text_makes_the_front_end_fail(seed: int) -> None:
    examine(text_of(seed))


@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_no_characters_make_the_front_end_fail(text: str) -> None:
    examine(text)


@pytest.mark.slow
@pytest.mark.parametrize("family", GROWING)
def test_the_time_grows_with_the_length(family: str) -> None:
    """Eight times the text takes eight times as long, and not sixty-four; short times are noise."""
    quotients = []
    while not quotients or (quotients[-1] >= 24 and len(quotients) < 3):
        short, long = growth(family, 200)
        quotients.append(long / max(short, 0.005))
    assert min(quotients) < 24


@pytest.mark.parametrize("text", ["let x = f(3\n  P, 1)", "scenario s { drain 2\n  Gi }"])
def test_a_number_and_its_unit_on_two_lines_are_refused_like_those_on_one(text: str) -> None:
    """Found by fuzzing: formatting would put them on one line, and change what the text says."""
    for written in (text, text.replace("\n ", "")):
        found, *_ = parse(SourceFile("t", written)).diagnostics
        assert "a number and its unit are written together" in found.message

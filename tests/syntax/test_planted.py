"""One planted mistake, one diagnostic: every sign of a design is taken away or exchanged in turn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from kspec.source.text import SourceFile
from kspec.syntax import parse
from kspec.syntax.reader import lexer

DESIGN = (Path(__file__).parent / "planted" / "shop.kspec").read_text(encoding="utf-8")
LIKELY = 0.97
"""The share of planted mistakes that are told by exactly one diagnostic; some can be read in several ways."""


def without(kind: str) -> Iterator[tuple[int, str]]:
    """The design without each token of a kind in turn, and the line of that token."""
    for token in lexer().cut(DESIGN).tokens:
        if token.kind == kind:
            yield token.line, f"{DESIGN[: token.start]} {DESIGN[token.end :]}"


def exchanged(kind: str, text: str) -> Iterator[tuple[int, str]]:
    for token in lexer().cut(DESIGN).tokens:
        if token.kind == kind:
            yield token.line, DESIGN[: token.start] + text + DESIGN[token.end :]


def without_quote(*, first: bool) -> Iterator[tuple[int, str]]:
    for token in lexer().cut(DESIGN).tokens:
        if token.kind == "STRING":
            at = token.start if first else token.end - 1
            yield token.line, DESIGN[:at] + DESIGN[at + 1 :]


PLANTED = {
    "without :": lambda: without(":"),
    "without {": lambda: without("{"),
    "without }": lambda: without("}"),
    "without (": lambda: without("("),
    "without )": lambda: without(")"),
    "without [": lambda: without("["),
    "without ]": lambda: without("]"),
    "= for :": lambda: exchanged(":", "="),
    "= for ==": lambda: exchanged("COMPARE", "="),
    "two commas": lambda: exchanged(",", ",,"),
    "without an opening quote": lambda: without_quote(first=True),
    "without a closing quote": lambda: without_quote(first=False),
}


def test_the_design_itself_is_free_of_mistakes() -> None:
    assert parse(SourceFile("shop.kspec", DESIGN)).diagnostics == ()


@pytest.mark.parametrize("kind", PLANTED)
def test_a_planted_mistake_is_told_once_and_near(kind: str) -> None:
    counts: Counter[int] = Counter()
    far = []
    for line, text in PLANTED[kind]():
        found = parse(SourceFile("shop.kspec", text)).diagnostics
        counts[len(found)] += 1
        lines = {d.span.line for d in found if d.span} | {label.span.line for d in found for label in d.related}
        if kind not in ("without }", "without ]") and found and not any(abs(line - other) <= 1 for other in lines):
            far.append((line, found))
    told = counts.total() - counts[0]
    assert counts[0] <= 0.1 * counts.total(), "a mistake that still is a program cannot be told"
    assert counts[1] >= LIKELY * told, counts
    assert far == []

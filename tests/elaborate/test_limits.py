"""Evaluation ends, whatever the text asks for."""

from __future__ import annotations

import pytest

from tests.elaborate.texts import load_text

DOUBLING = "\n".join(f"let s{i + 1} = s{i} + s{i}" for i in range(60))
NESTING = "\n".join(f"let n{i + 1} = [n{i}, n{i}]" for i in range(60))
CHAIN = "\n".join(f"let a{i} = a{i + 1} + 1" for i in range(400)) + "\nlet a400 = 1\n"
USE = "resource acme.io/v1 Thing x {{ spec {{ value: {} }} }}\n"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('let s0 = "xxxxxxxxxxxxxxxx"\n' + DOUBLING + "\n" + USE.format("s60"), "a text that doubles"),
        ("let s0 = [1]\n" + DOUBLING + "\n" + USE.format("s60"), "a list that doubles"),
        (CHAIN + USE.format("a0"), "a long chain of definitions"),
        ("for i in range(100000) { for j in range(100000) { } }", "loops in loops"),
        ("for i in 1..99999999 { }", "a loop over a large range"),
        ("let n0 = [1]\n" + NESTING + "\nlet same = n60 == n59\n" + USE.format("same"), "a comparison of vast values"),
        (USE.format("range(1000000)"), "a list too long"),
        (USE.format('"a"' + '.replace("a", "bbbbbbbbbb").replace("b", "aaaaaaaaaa")' * 4), "a text too long"),
        (USE.format("1e30 * 1e30"), "a number too large"),
    ],
    ids=lambda value: value if len(value) < 40 else "",
)
def test_what_grows_without_bound_is_refused(text: str, what: str) -> None:
    loaded = load_text(text)
    assert loaded.design is None
    assert {d.rule.id for d in loaded.diagnostics if d.is_error} <= {"KS0003", "KS0005", "KS0026"}, what


def test_a_hundred_definitions_deep_is_deep_enough() -> None:
    chain = "\n".join(f"let a{i} = a{i + 1}" for i in range(70)) + "\nlet a70 = 1\n"
    assert load_text(chain + USE.format("a0")).design is not None

"""Texts that are one expression: the values of `--set`."""

from __future__ import annotations

import pytest
from syntax.show import lines, shown

from kspec.source.text import SourceFile
from kspec.syntax import nodes, parse_expression


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3", "Number '3'"),
        (' "web" ', "Text"),
        ("2..6", "Range"),
        ("[1, 2]", "List"),
        ("{ app: web }", "Map"),
        ("a.b + 1", "Binary +"),
        ("true", "Boolean true"),
    ],
)
def test_a_value_is_read(text: str, expected: str) -> None:
    expr, diagnostics = parse_expression(SourceFile("--set x", text))
    assert diagnostics == ()
    assert next(lines(expr, 0, places=False)) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "there is no value"),
        ("1 +", "a value is missing after `1 +`, found the end of the value"),
        ("a b", "expected the end of the value, found `b`"),
        ("nginx:1.27", "an image is written in quotes, found `nginx:1.27`"),
        ('"web', 'this text has no closing `"`'),
        ("10.0.0.0/8", "an address range is written in quotes, found `10.0.0.0/8`"),
        ("(" * 500, "nested more than 150 deep"),
    ],
)
def test_a_mistake_in_a_value_is_told(text: str, message: str) -> None:
    source = SourceFile("--set x", text)
    expr, diagnostics = parse_expression(source)
    assert isinstance(expr, nodes.Node)
    assert [d.message for d in diagnostics] == [message], [shown(d, source) for d in diagnostics]

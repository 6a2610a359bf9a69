"""The parser's stack as a value: what may follow can be tried out, and any earlier moment be returned to."""

from __future__ import annotations

from kspec.syntax.table import END, Table
from kspec.syntax.tokens import Token

Stack = tuple[int, "Stack | None"]
"""The state on top, and the stack below it."""


def advance(table: Table, stack: Stack, kind: str) -> Stack | None:
    """The stack after a terminal; None where it cannot follow. The end leaves the accepting state on top."""
    ends = table.ends.values()
    while True:
        action = table.action(stack[0], kind)
        if action is None:
            return None
        if action >= 0:
            return action, stack
        rule = table.rules[~action]
        below: Stack | None = stack
        for _ in range(rule.size):
            assert below is not None
            below = below[1]
        assert below is not None
        target = table.follow(below[0], rule.origin, kind)
        stack = target, below
        if kind == END and target in ends:
            return stack


def step(table: Table, stack: Stack, token: Token) -> Stack | None:
    """The stack after a token, read as a word of the language if it can be one there, else as a plain name."""
    if token.word is not None and (after := advance(table, stack, token.word)) is not None:
        return after
    if (after := advance(table, stack, token.kind)) is not None:
        return after
    return advance(table, stack, "-") if token.kind == "ADD" and token.text == "-" else None


def accepted(table: Table, stack: Stack) -> frozenset[str]:
    """All terminals that can follow."""
    row = table.rows[stack[0]]
    candidates = table.terminals if isinstance(row, int) else row
    return frozenset(kind for kind in (*candidates, END) if advance(table, stack, kind) is not None)

"""Running the parse table over tokens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kspec.source.text import Span
from kspec.syntax.limits import MAX_DEPTH
from kspec.syntax.table import END, Rule, Table
from kspec.syntax.tokens import Token

Callback = Callable[[Span, list[Any]], Any]


class Stuck(Exception):
    """The token at `index` cannot follow what was read."""

    def __init__(self, index: int) -> None:
        super().__init__(index)
        self.index = index


class TooDeep(Exception):
    """The tree would be deeper than `MAX_DEPTH`."""

    def __init__(self, span: Span) -> None:
        super().__init__(str(span))
        self.span = span


def terminal(table: Table, states: Sequence[int], token: Token) -> str:
    """Which terminal a token is after `states`: a word of the language where one can stand, else a plain name."""
    word = token.word
    if word is None:
        return "-" if token.kind == "ADD" and token.text == "-" and not accepts(table, states, "ADD") else token.kind
    row = table.rows[states[-1]]
    if not isinstance(row, int):
        action = row.get(word)
        if action is None:
            return token.kind
        if action >= 0:
            return word
    return word if accepts(table, states, word) else token.kind


def accepts(table: Table, states: Sequence[int], kind: str) -> bool:
    """Whether a terminal can follow, all reductions before it considered."""
    kept = len(states)
    above: list[int] = []
    while True:
        action = table.action(above[-1] if above else states[kept - 1], kind)
        if action is None:
            return False
        if action >= 0:
            return True
        rule = table.rules[~action]
        if rule.size <= len(above):
            del above[len(above) - rule.size :]
        else:
            kept -= rule.size - len(above)
            above.clear()
        base = above[-1] if above else states[kept - 1]
        target = table.follow(base, rule.origin, kind)
        if kind == END and target in table.ends.values():
            return True
        above.append(target)


def run(
    table: Table,
    file: str,
    tokens: Sequence[Token],
    start: str,
    callbacks: Sequence[Callback | None],
    deepest: int = MAX_DEPTH,
) -> Any:
    """The node of `tokens`, whose last is the end. Raises `Stuck` at the first token that cannot follow, and `TooDeep`.

    `callbacks` has, per rule, what makes its node from its span and its kept children; None for a helper, whose
    children are spliced into its parent. Nothing here recurses.
    """
    rows, rules, follow, end = table.rows, table.rules, table.follow, table.ends[start]
    states, values, firsts, depths = [table.starts[start]], [], [], []
    last = tokens[0]
    for index, token in enumerate(tokens):
        kind = token.kind
        if token.word is not None or kind == "ADD":
            kind = terminal(table, states, token)
        while True:
            row = rows[states[-1]]
            action = row if type(row) is int else row.get(kind)  # type: ignore[union-attr]
            if action is None:
                raise Stuck(index)
            if action >= 0:
                if kind != token.kind:
                    token = _as(token, kind)
                states.append(action)
                values.append(token)
                firsts.append(token)
                depths.append(0)
                last = token
                break
            number = ~action
            rule = rules[number]
            size = rule.size
            if size:
                first, depth = firsts[-size], max(depths[-size:])
                children = values[-size:]
                del states[-size:], values[-size:], firsts[-size:], depths[-size:]
            else:
                first, depth, children = tokens[0], 0, []
            if not rule.transparent:
                kept = _kept(rule, children)
                callback = callbacks[number]
                if rule.single and len(kept) == 1:
                    value = kept[0]
                elif callback is None:
                    value = kept
                else:
                    span = Span(file, first.line, first.column, last.end_line, last.end_column)
                    value = callback(span, kept)
                    if type(value) is not tuple:
                        depth += 1
                        if depth > deepest:
                            raise TooDeep(span)
            else:
                value = children[0]
            target = follow(states[-1], rule.origin, kind)
            if kind == END and target == end:
                return value
            states.append(target)
            values.append(value)
            firsts.append(first)
            depths.append(depth)
    raise AssertionError("the tokens have no end")


def _kept(rule: Rule, children: list[Any]) -> list[Any]:
    """The children that a node is made of: lists spliced in, None for what is absent."""
    kept: list[Any] = []
    for index, splice, nones in rule.kept:
        if nones:
            kept.extend([None] * nones)
        if not splice:
            kept.append(children[index])
        elif kept:
            kept.extend(children[index])
        else:
            kept = children[index]
    if rule.trailing:
        kept.extend([None] * rule.trailing)
    return kept


def _as(token: Token, kind: str) -> Token:
    """The same token as another terminal; the tokens of a text are never changed."""
    copy = Token(kind, token.text, token.start, token.line, token.column)
    copy.end_line, copy.end_column = token.end_line, token.end_column
    return copy

"""The parse table: what the reader needs to know of the grammar, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

END = "$END"
"""The terminal after the last token."""

Row = dict[str, int] | int
"""A state's actions by terminal: the state to shift to, or `~rule` to reduce; a lone number reduces in any case."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A production: how many symbols it takes off the stack and which of them its node is made of.

    `kept` holds, for each child that is kept, its index, whether it is a list to be spliced in, and how many absent
    optional parts (None) stand before it; `trailing` counts those at the end. `method` is None for a helper: its
    children are spliced into its parent. `single` rules with one child are that child.
    """

    origin: str
    size: int
    method: str | None
    single: bool
    kept: tuple[tuple[int, bool, int], ...]
    trailing: int
    transparent: bool = field(init=False, compare=False)
    """Whether reducing it changes nothing but the state."""

    def __post_init__(self) -> None:
        alone = self.single and self.size == 1 and self.kept == ((0, False, 0),) and not self.trailing
        object.__setattr__(self, "transparent", alone)


@dataclass(frozen=True)
class Table:
    """The automaton, and how to cut a text into terminals.

    `scan` is a regular expression whose groups are terminals; `words` maps the words of the language to their terminals
    (a NAME where the grammar wants none of them); `group_names` maps the groups of `scan` to terminals.
    """

    rows: list[Row]
    gotos: list[dict[str, int]]
    rules: list[Rule]
    starts: dict[str, int]
    ends: dict[str, int]
    scan: str
    group_names: dict[str, str]
    words: dict[str, str]
    literals: frozenset[str]
    chains: dict[tuple[int, str, str], int] = field(default_factory=dict, compare=False, repr=False)

    def action(self, state: int, terminal: str) -> int | None:
        """What to do in `state` before `terminal`; None where that is an error."""
        row = self.rows[state]
        return row if isinstance(row, int) else row.get(terminal)

    def follow(self, state: int, origin: str, terminal: str) -> int:
        """The state after `origin` was reduced on top of `state` before `terminal`, transparent rules included."""
        key = (state, origin, terminal)
        known = self.chains.get(key)
        if known is not None:
            return known
        target = self.gotos[state][origin]
        while (action := self.action(target, terminal)) is not None and action < 0:
            rule = self.rules[~action]
            if not rule.transparent:
                break
            target = self.gotos[state][rule.origin]
        self.chains[key] = target
        return target

    @cached_property
    def terminals(self) -> tuple[str, ...]:
        """All terminals, in alphabetical order."""
        return tuple(sorted({t for row in self.rows if not isinstance(row, int) for t in row}))


def to_json(table: Table) -> dict[str, Any]:
    """The table as JSON data; terminals become numbers."""
    names = sorted({*table.terminals, *(g for row in table.gotos for g in row)})
    number = {name: i for i, name in enumerate(names)}

    def pairs(row: dict[str, int]) -> list[int]:
        return [x for name, value in sorted(row.items()) for x in (number[name], value)]

    return {
        "names": names,
        "rows": [row if isinstance(row, int) else pairs(row) for row in table.rows],
        "gotos": [pairs(row) for row in table.gotos],
        "rules": [[r.origin, r.size, r.method, r.single, r.kept, r.trailing] for r in table.rules],
        "starts": table.starts,
        "ends": table.ends,
        "scan": table.scan,
        "group_names": table.group_names,
        "words": table.words,
        "literals": sorted(table.literals),
    }


def from_json(data: dict[str, Any]) -> Table:
    """The table of `to_json`. Raises KeyError, TypeError, IndexError or ValueError on anything else."""
    names: list[str] = data["names"]

    def row(pairs: list[int]) -> dict[str, int]:
        return dict(zip([names[i] for i in pairs[::2]], pairs[1::2], strict=True))

    return Table(
        [r if isinstance(r, int) else row(r) for r in data["rows"]],
        [row(r) for r in data["gotos"]],
        [_rule(*r) for r in data["rules"]],
        data["starts"],
        data["ends"],
        data["scan"],
        data["group_names"],
        data["words"],
        frozenset(data["literals"]),
    )


def _rule(
    origin: str, size: int, method: str | None, single: bool, kept: list[tuple[int, bool, int]], trailing: int
) -> Rule:
    return Rule(origin, size, method, single, tuple((i, splice, nones) for i, splice, nones in kept), trailing)

"""The values of aggregates in a world, kept up to date from step to step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from kspec.core.code import Writer
from kspec.core.expr import UNLIMITED, Aggregate, Enabled, Expr, Fold
from kspec.core.mentions import Mentions
from kspec.core.system import System
from kspec.run.world import World

Body: TypeAlias = Callable[[dict[str, int], dict[str, int]], int]
"""What a node adds to an aggregate: a function of globals and of the node's block."""


def writer(system: System, aggregate: Callable[[Aggregate], str], enabled: Callable[[Enabled], str]) -> Writer:
    """Writes expressions as functions of the globals `g` and of the bound node's block `b`."""
    return Writer(
        {v.name: f"g[{v.name!r}]" for v in system.globals},
        {v.name: f"b[{v.name!r}]" for v in system.locals},
        aggregate,
        enabled,
    )


class Sums:
    """Every aggregate that somebody has asked for. Looks like a mapping from aggregate to value."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._mentions = Mentions()
        self._writer = writer(world.system, lambda inner: f"s[{self.number(inner)}]", lambda asked: "0")
        self._numbers: dict[Aggregate, int] = {}
        self._aggregates: list[Aggregate] = []
        self._bodies: list[Body] = []
        self._readers: dict[tuple[int, str], list[int]] = {}
        self._mixed: list[int] = []
        self.values: list[int] = []
        """Per number of an aggregate its value now."""

    def number(self, aggregate: Aggregate) -> int:
        """The place of an aggregate in `values`; from now on it is kept up to date."""
        number = self._numbers.get(aggregate)
        if number is None:
            number = self._numbers[aggregate] = len(self._aggregates)
            mentioned = self._mentions.of(aggregate.body)
            self._aggregates.append(aggregate)
            self._bodies.append(self._compiled(aggregate.body))
            for place in places(aggregate, mentioned.locals):
                self._readers.setdefault(place, []).append(number)
            if mentioned.globals:
                self._mixed.append(number)
            self.values.append(self._fold(number))
        return number

    def __getitem__(self, aggregate: Aggregate) -> int:
        return self.values[self.number(aggregate)]

    def refresh(self) -> None:
        """Compute everything again."""
        for number in range(len(self.values)):
            self.values[number] = self._fold(number)

    def note(self, index: int, changed: list[str], block: dict[str, int], node: int) -> None:
        """Variables of a node of class `index` have changed; `block` is how they were."""
        here, now = self._world.globals, self._world.blocks[node]
        for number in {n for name in changed for n in self._readers.get((index, name), ())}:
            if self._aggregates[number].fold is Fold.SUM:
                body = self._bodies[number]
                self.values[number] += body(here, now) - body(here, block)
            else:
                self.values[number] = self._fold(number)

    def note_globals(self) -> None:
        """Globals have changed."""
        for number in self._mixed:
            self.values[number] = self._fold(number)

    def _compiled(self, body: Expr) -> Body:
        space: dict[str, Any] = {"s": self.values}
        exec(compile(f"body = lambda g, b: {self._writer.text(body)}", f"<{self._world.system.name}>", "exec"), space)
        function: Body = space["body"]
        return function

    def _fold(self, number: int) -> int:
        aggregate, body, world = self._aggregates[number], self._bodies[number], self._world
        here, blocks = world.globals, world.blocks
        values = [body(here, blocks[node]) for index in sorted(aggregate.classes) for node in world.members(index)]
        match aggregate.fold:
            case Fold.SUM:
                return sum(values)
            case Fold.MIN:
                return min(values, default=UNLIMITED)
            case Fold.MAX:
                return max(values, default=-UNLIMITED)


def places(aggregate: Aggregate, names: frozenset[str]) -> list[tuple[int, str]]:
    """The (class, variable) that an aggregate looks at."""
    return [(index, name) for index in aggregate.classes for name in names]

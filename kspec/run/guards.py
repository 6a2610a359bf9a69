"""Guards, keys of preferences and summands of aggregates as Python functions on the values of a world."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Any, TypeAlias

from kspec.core.code import Writer
from kspec.core.expr import Aggregate, Expr
from kspec.core.lower.mapping import action_expressions, changes_something
from kspec.core.mentions import Mentioned, Mentions
from kspec.core.system import System

Values: TypeAlias = dict[str, int]
Guard: TypeAlias = Callable[[Values, Values, list[int], frozenset[str]], bool]
"""Of globals, the bound node's block, the values of the aggregates, and the components that can act."""
Key: TypeAlias = Callable[[Values, Values, list[int]], tuple[int, ...]]
Body: TypeAlias = Callable[[Values, Values], int]


class Guards:
    """For each action of a system, by its number: its guard together with the condition that it changes something."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._mentions = Mentions()
        self._conditions = [(a.guard, changes_something(a)) for a in system.actions]
        self.read: list[Mentioned] = []
        """Per action what its being enabled depends on."""
        for action, condition in zip(system.actions, self._conditions, strict=True):
            roots: Iterable[Expr] = condition if action.broadcast is None else action_expressions(action)
            self.read.append(self._mentions.of_all(roots))
        self.aggregates: tuple[Aggregate, ...] = tuple(dict.fromkeys(self._used()))
        """Every aggregate that a guard or a key looks at."""
        self._numbers = {aggregate: i for i, aggregate in enumerate(self.aggregates)}
        self._keys: dict[int, Key] = {}
        self._bodies: dict[int, Body] = {}

    def _used(self) -> Iterator[Aggregate]:
        for action, condition in zip(self._system.actions, self._conditions, strict=True):
            key = () if action.preference is None else action.preference.key
            yield from self._mentions.of_all((*condition, *key)).aggregates

    @cached_property
    def mixed(self) -> bool:
        """Whether some aggregate sums what depends on a global."""
        return any(self.mentioned(aggregate.body).globals for aggregate in self.aggregates)

    def mentioned(self, expr: Expr) -> Mentioned:
        """What an expression looks at."""
        return self._mentions.of(expr)

    def asks_enabled(self, i: int) -> bool:
        """Whether a guard asks what others could do."""
        return self._mentions.of(self._conditions[i][0]).asks_enabled

    def guard(self, i: int) -> Guard:
        """The guard of an action."""
        return self._guards[i]

    @cached_property
    def _guards(self) -> list[Guard]:
        texts = (" and ".join(self._writer.text(part) for part in parts) for parts in self._conditions)
        guards: list[Guard] = self._loaded([f"lambda g, b, a, e: {text}" for text in texts])
        return guards

    def key(self, i: int) -> Key:
        """What a preference compares."""
        if i not in self._keys:
            preference = self._system.actions[i].preference
            assert preference is not None
            parts = "".join(f"{self._writer.text(part)}, " for part in preference.key)
            (self._keys[i],) = self._loaded([f"lambda g, b, a: ({parts})"])
        return self._keys[i]

    def body(self, number: int) -> Body:
        """What a node adds to an aggregate."""
        if number not in self._bodies:
            text = self._writer.text(self.aggregates[number].body)
            (self._bodies[number],) = self._loaded([f"lambda g, b: {text}"])
        return self._bodies[number]

    @cached_property
    def _writer(self) -> Writer:
        return Writer(
            {v.name: f"g[{v.name!r}]" for v in self._system.globals},
            {v.name: f"b[{v.name!r}]" for v in self._system.locals},
            lambda aggregate: f"a[{self._numbers[aggregate]}]",
            lambda asked: "bool(e)" if asked.component is None else f"({asked.component!r} in e)",
        )

    def _loaded(self, functions: list[str]) -> Any:
        space: dict[str, Any] = {}
        text = "\n".join(["functions = [", *(f" {function}," for function in functions), "]"])
        exec(compile(text, f"<{self._system.name}>", "exec"), space)
        return space["functions"]

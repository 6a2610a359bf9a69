"""Guards and keys of preferences as Python functions on the values of a world."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, TypeAlias

from kspec.core.code import Writer
from kspec.core.expr import Expr
from kspec.core.linear import conjuncts
from kspec.core.lower.mapping import action_expressions, changes_something
from kspec.core.mentions import Mentioned, Mentions
from kspec.core.system import System
from kspec.run.sums import Sums, writer

Values: TypeAlias = dict[str, int]
Guard: TypeAlias = Callable[[Values, Values, list[int], frozenset[str]], bool]
"""Of globals, the bound node's block, the values of the aggregates, and the components that can act."""
Key: TypeAlias = Callable[[Values, Values, list[int]], tuple[int, ...]]


class Guards:
    """For each action of a system, by its number: its guard together with the condition that it changes something."""

    def __init__(self, system: System, sums: Sums) -> None:
        self._system = system
        self._sums = sums
        self._mentions = Mentions()
        self._conditions = [(a.guard, changes_something(a)) for a in system.actions]
        self.read: list[Mentioned] = []
        """Per action what its being enabled depends on."""
        for action, condition in zip(system.actions, self._conditions, strict=True):
            roots: Iterable[Expr] = condition if action.broadcast is None else action_expressions(action)
            self.read.append(self._mentions.of_all(roots))
        self._keys: dict[int, Key] = {}

    def mentioned(self, expr: Expr) -> Mentioned:
        """What an expression looks at."""
        return self._mentions.of(expr)

    def asks_enabled(self, i: int) -> bool:
        """Whether a guard asks what others could do."""
        return self._mentions.of(self._conditions[i][0]).asks_enabled

    def guard(self, i: int) -> Guard:
        """The guard of an action."""
        return self._guards[0][i]

    def gate(self, i: int) -> Guard:
        """What the guard asks of no node in particular."""
        return self._guards[1][i]

    def local(self, i: int) -> Guard:
        """What the guard asks of the bound node."""
        return self._guards[2][i]

    def splits(self, i: int) -> bool:
        """Whether what it asks of the node depends on nothing else, so that gate and node can be tried apart."""
        if self._system.actions[i].broadcast is not None:
            return False
        mentioned = self._mentions.of_all(self._parts(i)[1])
        return not (mentioned.globals or mentioned.aggregates or mentioned.asks_enabled)

    def _parts(self, i: int) -> tuple[list[Expr], list[Expr]]:
        """The conjuncts of a guard: those about no node in particular, and those about the bound one."""
        gate: list[Expr] = []
        local: list[Expr] = []
        for part in (*conjuncts(self._conditions[i][0]), self._conditions[i][1]):
            (local if self._mentions.of(part).locals else gate).append(part)
        return gate, local

    @cached_property
    def _guards(self) -> tuple[list[Guard], list[Guard], list[Guard]]:
        parts = [self._parts(i) for i in range(len(self._conditions))]
        gates = self._all_of([gate for gate, _ in parts])
        locals_ = self._all_of([local for _, local in parts])
        return self._all_of([[*gate, *local] for gate, local in parts]), gates, locals_

    def _all_of(self, conditions: list[list[Expr]]) -> list[Guard]:
        texts = (" and ".join(self._writer.text(part) for part in parts) or "True" for parts in conditions)
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

    @cached_property
    def _writer(self) -> Writer:
        return writer(
            self._system,
            lambda aggregate: f"a[{self._sums.number(aggregate)}]",
            lambda asked: "bool(e)" if asked.component is None else f"({asked.component!r} in e)",
        )

    def _loaded(self, functions: list[str]) -> Any:
        space: dict[str, Any] = {}
        text = "\n".join(["functions = [", *(f" {function}," for function in functions), "]"])
        exec(compile(text, f"<{self._system.name}>", "exec"), space)
        return space["functions"]

"""Guards and keys of preferences as Python functions on the values of a world."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
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


_HEAD = "lambda g, b, a, e: "
_LARGE = 300
"""Characters from which on a part of a guard is compiled apart."""


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
        self._shared: dict[Expr, str] = {}
        self._space: dict[str, Any] = {}

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
        action = self._system.actions[i]
        if action.broadcast is not None or action.node_class is None:
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
        """Whole guards where they do not split, gates, and local parts where they do."""
        parts = [self._parts(i) for i in range(len(self._conditions))]
        split = [self.splits(i) for i in range(len(parts))]
        whole = [None if apart else [*gate, *local] for apart, (gate, local) in zip(split, parts, strict=True)]
        gates = [gate for gate, _ in parts]
        locals_ = [local if apart else None for apart, (_, local) in zip(split, parts, strict=True)]
        return self._all_of(whole), self._all_of(gates), self._all_of(locals_)

    def _all_of(self, conditions: Sequence[Sequence[Expr] | None]) -> list[Guard]:
        """A function for each condition that is wanted."""
        texts = ["None" if c is None else f"{_HEAD}{' and '.join(map(self._text, c)) or 'True'}" for c in conditions]
        guards: list[Guard] = self._loaded(texts)
        return guards

    def _text(self, part: Expr) -> str:
        """A part of a guard: a large one is a function of its own, as many guards share it."""
        text = self._writer.text(part)
        if len(text) < _LARGE:
            return text
        if part not in self._shared:
            name = self._shared[part] = f"c{len(self._shared)}"
            (self._space[name],) = self._loaded([f"{_HEAD}{text}"])
        return f"{self._shared[part]}(g, b, a, e)"

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
        text = "\n".join(["functions = [", *(f" {function}," for function in functions), "]"])
        exec(compile(text, f"<{self._system.name}>", "exec"), self._space)
        return self._space.pop("functions")

"""Values of expressions in a world: interpreted at first, compiled once they are asked for again and again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, TypeAlias

from kspec.core.expr import Apply, Expr
from kspec.core.mentions import Mentions
from kspec.run.sums import Sums, writer
from kspec.run.world import World

_Function: TypeAlias = Callable[[dict[str, int], dict[str, int], list[int], frozenset[str]], int]
_OFTEN = 3
"""An expression asked for so often is worth compiling; one with an aggregate always is."""


class Reader:
    """Reads a world whose sums are up to date."""

    def __init__(self, world: World, sums: Sums, able: Callable[[], frozenset[str]]) -> None:
        """`able` tells which components can act."""
        self._world = world
        self._sums = sums
        self._able = able
        self._mentions = Mentions()
        self._asked: Counter[Expr] = Counter()
        self._functions: dict[Expr, _Function] = {}
        self._writer = writer(
            world.system,
            lambda aggregate: f"a[{sums.number(aggregate)}]",
            lambda asked: "bool(e)" if asked.component is None else f"({asked.component!r} in e)",
        )

    def __call__(self, expr: Expr, node: int | None = None) -> int:
        """The value of an expression now."""
        function = self._functions.get(expr)
        if function is None:
            mentioned = self._mentions.of(expr)
            self._asked[expr] += 1
            if not mentioned.aggregates and (self._asked[expr] < _OFTEN or not isinstance(expr, Apply)):
                return self._world.value(expr, node, self._able() if mentioned.asks_enabled else frozenset())
            function = self._functions[expr] = self._compiled(expr)
        block = {} if node is None else self._world.blocks[node]
        able = self._able() if self._mentions.of(expr).asks_enabled else frozenset()
        return int(function(self._world.globals, block, self._sums.values, able))

    def _compiled(self, expr: Expr) -> _Function:
        space: dict[str, Any] = {}
        text = f"value = lambda g, b, a, e: {self._writer.text(expr)}"
        exec(compile(text, f"<{self._world.system.name}>", "exec"), space)
        function: _Function = space["value"]
        return function

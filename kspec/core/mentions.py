"""Which places an expression mentions, remembered for every subexpression."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kspec.core.expr import Aggregate, Enabled, Expr, Global, Local, children

_NONE: frozenset[str] = frozenset()
_NO_AGGREGATES: frozenset[Aggregate] = frozenset()


@dataclass(frozen=True, slots=True)
class Mentioned:
    """What an expression looks at."""

    globals: frozenset[str] = _NONE
    locals: frozenset[str] = _NONE
    """Of the bound node; what aggregates look at is in their bodies."""
    aggregates: frozenset[Aggregate] = _NO_AGGREGATES
    asks_enabled: bool = False

    def __or__(self, other: Mentioned) -> Mentioned:
        return Mentioned(
            self.globals | other.globals,
            self.locals | other.locals,
            self.aggregates | other.aggregates,
            self.asks_enabled or other.asks_enabled,
        )


NOTHING = Mentioned()


class Mentions:
    """Looks expressions up, each distinct one once."""

    def __init__(self) -> None:
        self._known: dict[Expr, Mentioned] = {}

    def of(self, expr: Expr) -> Mentioned:
        """What the expression mentions; of an aggregate the aggregate itself and the globals in its body."""
        found = self._known.get(expr)
        if found is None:
            found = self._known[expr] = self._look(expr)
        return found

    def of_all(self, expressions: Iterable[Expr]) -> Mentioned:
        """What some of the expressions mention."""
        together = NOTHING
        for expr in expressions:
            found = self.of(expr)
            if found is not NOTHING:
                together = together | found if together is not NOTHING else found
        return together

    def _look(self, expr: Expr) -> Mentioned:
        match expr:
            case Global(name=name):
                return Mentioned(globals=frozenset((name,)))
            case Local(name=name):
                return Mentioned(locals=frozenset((name,)))
            case Enabled():
                return Mentioned(asks_enabled=True)
            case Aggregate(body=body):
                inner = self.of(body)
                return Mentioned(inner.globals, _NONE, frozenset((expr,)) | inner.aggregates, inner.asks_enabled)
            case _:
                return self.of_all(children(expr))

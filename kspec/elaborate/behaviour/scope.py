"""What names mean where an expression stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kspec.core.expr import Local, walk
from kspec.elaborate.behaviour.values import Value, is_expr
from kspec.syntax import nodes as n


@dataclass(slots=True)
class Lazy:
    """A `let` without parameters: evaluated once, where it is first used."""

    node: n.Expr
    scope: Scope
    done: bool = False
    value: Value = None
    level: int = 0


@dataclass(frozen=True, slots=True)
class Function:
    """A `let` with parameters, and the scope its body is read in."""

    name: str
    params: tuple[tuple[str, str], ...]
    body: n.Expr
    scope: Scope | None
    """None for the models' own functions, which see no locals."""


@dataclass(frozen=True, slots=True)
class StateRef:
    """A component's own state variable: of what it is instantiated for, or of the component itself."""

    target: Value
    name: str


@dataclass(slots=True)
class Scope:
    """Names and what they are bound to; looked up from the inside out."""

    names: Mapping[str, object] = field(default_factory=dict)
    parent: Scope | None = None

    def find(self, name: str) -> object | None:
        """The binding of a name (`NOTHING` if there is none)."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.parent
        return NOTHING

    def child(self, names: Mapping[str, object]) -> Scope:
        """A scope inside this one."""
        return Scope(names, self)


class Nothing:
    """The absence of a binding (None is a value)."""


NOTHING = Nothing()


def looks_at_node(value: Value) -> bool:
    """An expression over the bound node's block (aggregates look at nodes of their own)."""
    return is_expr(value) and any(isinstance(e, Local) for e in walk(value, into_aggregates=False))  # type: ignore[arg-type]

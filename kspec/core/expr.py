"""Expressions of the behaviour core: an immutable, interned graph over places of a system.

Two sorts, `BOOL` and `INT`. Linear arithmetic, comparison, Boolean connectives, `ite`, `min`, `max`, aggregates over
the nodes of some classes. Structurally equal expressions are the same object: equality and hashing are by identity.
Build them with the functions of `kspec.core.build`; the classes here are for reading (`match`) and for leaves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from enum import Enum, auto
from typing import Any, TypeAlias
from weakref import KeyedRef


class Sort(Enum):
    """What an expression denotes: a truth value or an integer."""

    __hash__ = object.__hash__  # as for `Op`

    BOOL = auto()
    INT = auto()


BOOL, INT = Sort.BOOL, Sort.INT


class Op(Enum):
    """The operators. Differences are sums with a negative `SCALE`; `>`, `>=` and `!=` are built from these."""

    __hash__ = object.__hash__  # members are equal to themselves only; hashing their names would take far longer

    AND = "and"
    OR = "or"
    NOT = "not"
    ITE = "ite"
    EQ = "eq"
    LT = "lt"
    LE = "le"
    SUM = "sum"
    SCALE = "scale"
    MIN = "min"
    MAX = "max"


class Fold(Enum):
    """How an aggregate joins the values of single nodes. Over no node: 0, +UNLIMITED, -UNLIMITED."""

    __hash__ = object.__hash__  # as for `Op`

    SUM = "sum"
    MIN = "min"
    MAX = "max"


UNLIMITED = 10**6
"""Stands for infinity where a minimum or maximum ranges over no node; beyond any count a design can reach."""

_interned: dict[tuple[Any, ...], KeyedRef[Any, Any]] = {}
"""Every expression there is, by its parts. A plain dictionary, as nothing is looked up more often."""


def _forget(reference: KeyedRef[Any, Any]) -> None:
    """An expression that nobody has any more is gone; another one may have taken its place already."""
    if _interned.get(reference.key) is reference:
        del _interned[reference.key]


class _Interning(type):
    """Constructing an expression twice with equal parts gives the same object."""

    def __call__(cls, *parts: Any) -> Any:
        key = (cls, *parts)
        reference = _interned.get(key)
        known = None if reference is None else reference()
        if known is None:
            known = super().__call__(*parts)
            _interned[key] = KeyedRef(known, _forget, key)
        return known


def existing(cls: type, *parts: Any) -> Any:
    """The expression with these parts if there is one, without making it."""
    reference = _interned.get((cls, *parts))
    return None if reference is None else reference()


class _Node(metaclass=_Interning):
    __slots__ = ("__weakref__",)

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return type(self), tuple(getattr(self, field.name) for field in fields(self))  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, eq=False)
class Const(_Node):
    """A literal; truth values are 0 and 1 of sort BOOL."""

    value: int
    sort: Sort


@dataclass(frozen=True, slots=True, eq=False)
class Global(_Node):
    """A variable of the whole system, unbound pod counters among them."""

    name: str
    sort: Sort


@dataclass(frozen=True, slots=True, eq=False)
class Local(_Node):
    """A variable in the block of the bound node (in an aggregate: of the node folded over)."""

    name: str
    sort: Sort


@dataclass(frozen=True, slots=True, eq=False)
class Param(_Node):
    """A rigid symbolic integer: any value within its bounds, the same throughout a run."""

    name: str

    @property
    def sort(self) -> Sort:
        return Sort.INT


@dataclass(frozen=True, slots=True, eq=False)
class Enabled(_Node):
    """Some controller action (of one component, or of any if None) can change something now.

    Only for guards of environment actions and for properties: a controller cannot see what others could do.
    """

    component: str | None

    @property
    def sort(self) -> Sort:
        return Sort.BOOL


@dataclass(frozen=True, slots=True, eq=False)
class Apply(_Node):
    """An operator and its operands. `SCALE` has a constant first; `SUM` has at most one constant, last."""

    op: Op
    args: tuple[Expr, ...]
    sort: Sort


@dataclass(frozen=True, slots=True, eq=False)
class Aggregate(_Node):
    """The fold of `body`, an expression over one node's block, over all nodes of some classes (by index)."""

    fold: Fold
    classes: frozenset[int]
    body: Expr

    @property
    def sort(self) -> Sort:
        return Sort.INT


Expr: TypeAlias = Const | Global | Local | Param | Enabled | Apply | Aggregate
Leaf: TypeAlias = Const | Global | Local | Param | Enabled

TRUE: Expr = Const(1, BOOL)
FALSE: Expr = Const(0, BOOL)
ZERO: Expr = Const(0, INT)
ONE: Expr = Const(1, INT)


def children(expr: Expr) -> tuple[Expr, ...]:
    """The direct subexpressions, the body of an aggregate included."""
    match expr:
        case Apply():
            return expr.args
        case Aggregate():
            return (expr.body,)
        case _:
            return ()


def walk(*roots: Expr, into_aggregates: bool = True) -> Iterator[Expr]:
    """Every distinct subexpression once, parents before children.

    With `into_aggregates=False` the bodies of aggregates are left out: what remains speaks of the bound node only.
    """
    seen: set[Expr] = set()
    stack = list(reversed(roots))
    while stack:
        expr = stack.pop()
        if expr in seen:
            continue
        seen.add(expr)
        yield expr
        if into_aggregates or not isinstance(expr, Aggregate):
            stack.extend(reversed(children(expr)))

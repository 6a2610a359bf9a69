"""Expressions, as written."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from kspec.syntax.nodes.base import Key, Node


class Operator(Enum):
    """Infix and prefix operators, by their text."""

    IMPLIES = "=>"
    OR = "||"
    AND = "&&"
    NOT = "!"
    EQ = "=="
    NE = "!="
    LE = "<="
    GE = ">="
    LT = "<"
    GT = ">"
    IN = "in"
    NOT_IN = "!in"
    ADD = "+"
    SUB = "-"
    MUL = "*"
    DIV = "/"
    MOD = "mod"


class TemporalOperator(Enum):
    ALWAYS = "always"
    EVENTUALLY = "eventually"
    NEVER = "never"
    NEXT = "next"


class Quantifier(Enum):
    FORALL = "forall"
    EXISTS = "exists"


class Pick_(Enum):
    ANY = "any"
    ALL = "all"


class Presence(Enum):
    PRESENT = "present"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A bare word: a local, a declaration, an enum member or an object, decided by resolution."""

    text: str


@dataclass(frozen=True, slots=True)
class Reference(Node):
    """`deployment/web`, `hpa/web.replicas`: a kind's word and what follows the slash, unresolved."""

    kind: str
    rest: str


@dataclass(frozen=True, slots=True)
class Qualified(Node):
    """`nvidia.com/gpu`, `cert-manager.io/v1`."""

    text: str


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A number as written, with its suffix: `3`, `1.5Gi`, `70%`, `5m`. The field decides what it means."""

    text: str


@dataclass(frozen=True, slots=True)
class Text(Node):
    """A string: literal parts and `${...}` holes in order."""

    parts: tuple[str | Expr, ...]

    @property
    def literal(self) -> str | None:
        """The whole text, if it has no holes."""
        if all(isinstance(p, str) for p in self.parts):
            return "".join(p for p in self.parts if isinstance(p, str))
        return None


@dataclass(frozen=True, slots=True)
class Boolean(Node):
    value: bool


@dataclass(frozen=True, slots=True)
class Null(Node):
    pass


@dataclass(frozen=True, slots=True)
class List(Node):
    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class ListOf(Node):
    """`[body for variable in source where condition]`."""

    body: Expr
    variable: Key
    source: Expr
    condition: Expr | None


@dataclass(frozen=True, slots=True)
class Entry(Node):
    """`key: value` in a map."""

    key: Key
    value: Expr


@dataclass(frozen=True, slots=True)
class SelectorEntry(Node):
    """`key in [..]`, `key !in [..]`, `key present`, `key absent` in a map that is a selector."""

    key: Key
    test: Operator | Presence
    values: List | ListOf | None


@dataclass(frozen=True, slots=True)
class Map(Node):
    entries: tuple[Entry | SelectorEntry, ...]


@dataclass(frozen=True, slots=True)
class Unary(Node):
    """`!x` or `-x` (`Operator.NOT`, `Operator.SUB`)."""

    operator: Operator
    operand: Expr


@dataclass(frozen=True, slots=True)
class Binary(Node):
    operator: Operator
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Range(Node):
    """`low..high`: a range of numbers, or request..limit in resources."""

    low: Expr
    high: Expr


@dataclass(frozen=True, slots=True)
class MapsTo(Node):
    """`80 -> http`."""

    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Conditional(Node):
    """`if condition then yes else no`."""

    condition: Expr
    yes: Expr
    no: Expr


@dataclass(frozen=True, slots=True)
class Temporal(Node):
    """`always p`, `eventually within 5m p`."""

    operator: TemporalOperator
    bound: Number | None
    body: Expr


@dataclass(frozen=True, slots=True)
class LeadsTo(Node):
    """`a leads_to b`; `a until b` where `until` is set."""

    left: Expr
    right: Expr
    bound: Number | None
    until: bool


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    """`forall a, b in S: P`."""

    quantifier: Quantifier
    variables: tuple[Key, ...]
    source: Expr
    body: Expr


@dataclass(frozen=True, slots=True)
class Attribute(Node):
    """`target.name`."""

    target: Expr
    name: Key


@dataclass(frozen=True, slots=True)
class Index(Node):
    """`target[index]`."""

    target: Expr
    index: Expr


@dataclass(frozen=True, slots=True)
class Call(Node):
    """`function(args)`, `target.method(args)` (the function is then an `Attribute`)."""

    function: Expr
    args: tuple[Argument, ...]


@dataclass(frozen=True, slots=True)
class Pick(Node):
    """`any node`, `all zones`."""

    pick: Pick_
    noun: Key


@dataclass(frozen=True, slots=True)
class Named(Node):
    """`name: value` as an argument."""

    name: Key
    value: Expr


@dataclass(frozen=True, slots=True)
class Filtered(Node):
    """`value where condition` as an argument; `p in S where c` binds `p`."""

    value: Expr
    condition: Expr


@dataclass(frozen=True, slots=True)
class Generator(Node):
    """`body for variable in source where condition` as an argument."""

    body: Expr
    variable: Key
    source: Expr
    condition: Expr | None


@dataclass(frozen=True, slots=True)
class Amount(Node):
    """`1 zone`, `2 nodes`."""

    number: Number
    noun: Key


Expr = (
    Name
    | Reference
    | Qualified
    | Number
    | Text
    | Boolean
    | Null
    | List
    | ListOf
    | Map
    | Unary
    | Binary
    | Range
    | MapsTo
    | Conditional
    | Temporal
    | LeadsTo
    | Quantified
    | Attribute
    | Index
    | Call
    | Pick
)
Argument = Expr | Named | Filtered | Generator | Amount

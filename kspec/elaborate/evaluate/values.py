"""What expressions evaluate to: plain data that still knows where each part was written.

A number keeps its text (`1.20`, `500m`, `70%`), because the field that takes it decides what it means. A bare word
that no scope declares stays a `Word`, because the field may know it as one of its values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import TypeAlias, TypeVar

from kspec.elaborate.suggest import did_you_mean
from kspec.source.text import Span
from kspec.syntax.nodes.expressions import Operator, Presence


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """`span` is where the value is used; `declared` where it was written, if that is somewhere else."""

    span: Span = field(compare=False, repr=False)
    declared: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Text(Placed):
    """A text. One of an enumeration's members knows the others, so that bare words can be compared with it."""

    text: str
    members: tuple[str, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Number(Placed):
    """A number as written, or as computed: digits, then perhaps a suffix."""

    text: str


@dataclass(frozen=True, slots=True)
class Flag(Placed):
    value: bool


@dataclass(frozen=True, slots=True)
class Nothing(Placed):
    """`null`: takes away what was there."""


@dataclass(frozen=True, slots=True)
class Word(Placed):
    """A bare word that is no local name; `known` are the names that would have been."""

    text: str
    known: Callable[[], Iterable[str]] = field(default=tuple, compare=False, repr=False)

    @property
    def hint(self) -> str | None:
        """What was probably meant, where the word resembles a name, or two of them with a minus between."""
        names = set(self.known())
        left, dash, right = self.text.partition("-")
        if dash and left in names and right in names:
            return f"a name may hold dashes; for the difference write `{left} - {right}`"
        return did_you_mean(self.text, names)


@dataclass(frozen=True, slots=True)
class ObjectName(Placed):
    """`deployment/web`, `service/web.http`: a kind's word and what follows the slash."""

    kind: str
    rest: str


@dataclass(frozen=True, slots=True)
class Listing(Placed):
    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """An entry of a map."""

    key: str
    key_span: Span = field(compare=False, repr=False)
    value: Value


@dataclass(frozen=True, slots=True)
class Test:
    """`key in [a, b]`, `key !in [..]`, `key present`, `key absent` in a selector."""

    key: str
    span: Span = field(compare=False, repr=False)
    test: Operator | Presence
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Fields(Placed):
    """A map; tests make it a selector."""

    pairs: tuple[Pair, ...]
    tests: tuple[Test, ...] = ()

    def get(self, key: str) -> Value | None:
        return next((p.value for p in self.pairs if p.key == key), None)


@dataclass(frozen=True, slots=True)
class Extent(Placed):
    """`2..6`, `256Mi..512Mi`."""

    low: Value
    high: Value


@dataclass(frozen=True, slots=True)
class Arrow(Placed):
    """`80 -> http`."""

    left: Value
    right: Value


@dataclass(frozen=True, slots=True)
class Source(Placed):
    """A value that the cluster provides: `secret("db", "password")`, `configmap("web")`, `field("status.podIP")`."""

    function: str
    args: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Broken(Placed):
    """Stands where a mistake was already reported; whatever needs it stays silent."""


Value: TypeAlias = (
    Text | Number | Flag | Nothing | Word | ObjectName | Listing | Fields | Extent | Arrow | Source | Broken
)
V = TypeVar("V", bound=Placed)


def used_at(value: V, span: Span) -> V:
    """The value as seen from the place that uses it."""
    return replace(value, span=span, declared=value.declared or value.span)


def describe(value: Value) -> str:
    """What a value is, in a few words of a message."""
    match value:
        case Text(text=text):
            return f'the text "{text}"' if len(text) <= 40 else "a long text"
        case Number(text):
            return f"the number {text}"
        case Flag(value=truth):
            return "true" if truth else "false"
        case Nothing():
            return "null"
        case Word(text=text):
            return f"the word `{text}`"
        case ObjectName(kind, rest):
            return f"the object `{kind}/{rest}`"
        case Listing():
            return "a list"
        case Fields(tests=tests):
            return "a selector" if tests else "a map"
        case Extent():
            return "a range"
        case Arrow():
            return "a mapping `a -> b`"
        case Source(function):
            return f"`{function}(...)`"
        case Broken():
            return "a broken value"

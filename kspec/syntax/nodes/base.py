"""What all nodes share: a span that takes no part in equality; names, labels, paths and attributes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kspec.source.text import Span

if TYPE_CHECKING:
    from kspec.syntax.nodes.expressions import Argument, Expr


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """Anything that was written down."""

    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Key(Node):
    """A name in a path, a field's key, an identifier where it is declared."""

    text: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Label(Node):
    """What follows the word of a block: `web` in `deployment web {}`. A quoted one may interpolate."""

    value: Key | Expr


@dataclass(frozen=True, slots=True)
class PathRef(Node):
    """`spec.containers["app"].image`: keys, and expressions in brackets."""

    parts: tuple[Key | Expr, ...]

    @property
    def simple(self) -> str | None:
        """The one key it consists of, if that is all."""
        first = self.parts[0]
        return first.text if len(self.parts) == 1 and isinstance(first, Key) else None

    def __str__(self) -> str:
        out = ""
        for part in self.parts:
            out += (f".{part.text}" if out else part.text) if isinstance(part, Key) else "[...]"
        return out


@dataclass(frozen=True, slots=True)
class Attr(Node):
    """`@allow(KS2005, reason: "...")`."""

    name: Key
    args: tuple[Argument, ...]

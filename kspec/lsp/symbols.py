"""Names of a design: what each occurrence of a name in its texts stands for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

from kspec.source.text import Span


class Sort(Enum):
    """What a name is the name of; the value is the word for people."""

    PARAM = "parameter"
    LET = "value"
    FN = "function"
    DEFINE = "module"
    ENUM = "enum"
    MEMBER = "member"
    ENV = "environment"
    ALIAS = "import"
    LOCAL = "local name"
    OBJECT = "object"
    NAMESPACE = "namespace"
    STATEMENT = "statement"


@dataclass(frozen=True, slots=True)
class Symbol:
    """What a name stands for.

    Objects are one symbol a name, whatever their kinds: a Service leads to the Deployment of its name, and a budget
    protects it, so that they are renamed together. Everything else is told apart by where it is `declared`.
    """

    sort: Sort
    name: str
    declared: Span | None = None


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A name in a text. `kind` is the kind's word where an object is declared or meant."""

    span: Span
    symbol: Symbol
    declares: bool = False
    kind: str = ""


@dataclass
class Symbols:
    """All occurrences of all names, found by place and by symbol."""

    by_file: dict[str, list[Occurrence]] = field(default_factory=dict)
    by_symbol: dict[Symbol, list[Occurrence]] = field(default_factory=dict)

    def add(self, found: Iterable[Occurrence]) -> None:
        for occurrence in found:
            self.by_file.setdefault(occurrence.span.file, []).append(occurrence)
            self.by_symbol.setdefault(occurrence.symbol, []).append(occurrence)

    def at(self, file: str, line: int, column: int) -> Occurrence | None:
        """The occurrence at a position, or just in front of it; the smallest where several are nested."""
        hits = [o for o in self.by_file.get(file, ()) if covers(o.span, line, column)]
        return min(hits, key=lambda o: (o.span.end_line - o.span.line, o.span.end_column - o.span.column), default=None)

    def declarations(self, symbol: Symbol) -> list[Occurrence]:
        """Where a symbol is declared: once for each kind of object that bears the name."""
        found = {(o.span, o.kind): o for o in self.by_symbol.get(symbol, ()) if o.declares}
        return [found[key] for key in sorted(found)]

    def of(self, symbol: Symbol) -> list[Occurrence]:
        """All places of a symbol, each once, in order."""
        places = {o.span: o for o in reversed(self.by_symbol.get(symbol, ()))}
        return [places[span] for span in sorted(places)]


def covers(span: Span, line: int, column: int) -> bool:
    """Whether a position is in a span or at its end."""
    return (span.line, span.column) <= (line, column) <= (span.end_line, span.end_column)

"""How trees and mistakes look in cases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from enum import Enum
from typing import Any

from kspec.source.diagnostic import Diagnostic
from kspec.source.text import SourceFile, Span
from kspec.syntax import nodes, parse


def tree(source: str) -> str:
    """The nodes of a text, one a line, children indented; what is absent is left out."""
    parsed = parse(SourceFile("case.kspec", source))
    assert not parsed.diagnostics, mistakes(source)
    assert parsed.file is not None
    return "\n".join(line for item in parsed.file.items for line in lines(item, 0, places=False))


def places(source: str) -> str:
    """The nodes of a text with their spans."""
    parsed = parse(SourceFile("case.kspec", source))
    assert parsed.file is not None
    return "\n".join(line for item in parsed.file.items for line in lines(item, 0, places=True))


def lines(value: Any, depth: int, *, places: bool, name: str = "") -> Iterator[str]:
    indent, prefix = "  " * depth, f"{name}: " if name else ""
    match value:
        case nodes.Key(text=text, quoted=quoted):
            yield f"{indent}{prefix}{text!r}{' (quoted)' if quoted else ''}{_at(value.span) if places else ''}"
        case nodes.Boolean(value=truth):
            yield f"{indent}{prefix}Boolean {str(truth).lower()}{_at(value.span) if places else ''}"
        case nodes.PathRef() if all(isinstance(part, nodes.Key) for part in value.parts):
            yield f"{indent}{prefix}{value}{_at(value.span) if places else ''}"
        case nodes.Node():
            scalars, children = [], []
            for part in fields(value):
                inner = getattr(value, part.name)
                if part.name == "span" or inner is None or inner == () or inner is False:
                    continue
                (children if isinstance(inner, nodes.Node | tuple) else scalars).append((part.name, inner))
            shown = " ".join(_scalar(inner) for _, inner in scalars)
            place = _at(value.span) if places else ""
            yield f"{indent}{prefix}{type(value).__name__}{' ' if shown else ''}{shown}{place}"
            for inner_name, inner in children:
                yield from lines(inner, depth + 1, places=places, name=inner_name)
        case tuple() if all(isinstance(v, str) for v in value):
            yield f"{indent}{prefix}{', '.join(map(repr, value))}"
        case tuple():
            yield f"{indent}{prefix.rstrip(' ') or '-'}"
            for inner in value:
                yield from lines(inner, depth + 1, places=places)
        case _:
            yield f"{indent}{prefix}{_scalar(value)}"


def _scalar(value: Any) -> str:
    return str(value.value) if isinstance(value, Enum) else repr(value)


def _at(span: Span) -> str:
    return f" [{span.line}:{span.column}-{span.end_line}:{span.end_column}]"


def mistakes(source: str) -> str:
    """The diagnostics of a text, each with its line and a mark below."""
    file = SourceFile("case.kspec", source)
    return "\n".join(shown(d, file) for d in parse(file).diagnostics) or "none\n"


def shown(diagnostic: Diagnostic, file: SourceFile) -> str:
    """`2:11 KS0001 message`, the line, the mark, related places, help."""
    span = diagnostic.span
    assert span is not None
    out = [f"{span.line}:{span.column} {diagnostic.rule.id} {diagnostic.message}", *_frame(span, file)]
    for label in diagnostic.related:
        out += [f"  {label.span.line}:{label.span.column} {label.message}", *_frame(label.span, file)]
    if diagnostic.help:
        out.append(f"  help: {diagnostic.help}")
    return "\n".join(out) + "\n"


def _frame(span: Span, file: SourceFile) -> list[str]:
    line = file.line(span.line).expandtabs(1)
    width = span.end_column - span.column if span.end_line == span.line else len(line) - span.column + 1
    return [f"    | {line}".rstrip(), f"    | {' ' * (span.column - 1)}{'^' * max(width, 1)}"]

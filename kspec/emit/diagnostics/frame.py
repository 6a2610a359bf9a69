"""Diagnostics for people: headline, code frame, help."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rich.console import Console
from rich.text import Text

from kspec.source.diagnostic import Diagnostic, Severity
from kspec.source.text import SourceFile, Span

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.INFO: "bold cyan", Severity.OFF: "dim"}
_WIDEST = 160


def print_diagnostics(
    console: Console, diagnostics: Iterable[Diagnostic], sources: Mapping[str, SourceFile], *, brief: bool = False
) -> None:
    """Print findings with the lines they are about; `brief` leaves the lines out."""
    frames = (frame(diagnostic, sources, brief=brief) for diagnostic in diagnostics)
    if console.color_system is None and not console.record:
        console.file.writelines(f"{found.plain}\n" for found in frames)
        return
    for found in frames:
        console.print(found, soft_wrap=True, highlight=False)


def frame(diagnostic: Diagnostic, sources: Mapping[str, SourceFile], *, brief: bool = False) -> Text:
    """One finding as styled text."""
    out = Text()
    style = _STYLES[diagnostic.level]
    out.append(f"{diagnostic.level.value}[{diagnostic.rule.id}]", style=style)
    out.append(f" {diagnostic.message}\n", style="bold")
    if diagnostic.span:
        out.append(f"  --> {diagnostic.span}\n", style="blue")
        if not brief:
            _excerpt(out, diagnostic.span, sources, style)
    for label in diagnostic.related:
        out.append(f"  note: {label.message}\n")
        out.append(f"  --> {label.span}\n", style="blue")
        if not brief:
            _excerpt(out, label.span, sources, "blue")
    for number, step in enumerate(diagnostic.story, 1):
        out.append(f"  {number:3}. ", style="blue")
        out.append(f"{step}\n")
    if diagnostic.help:
        out.append("  help: ", style="bold green")
        out.append(diagnostic.help.replace("\n", "\n        ") + "\n")
    return out


def _excerpt(out: Text, span: Span, sources: Mapping[str, SourceFile], style: str) -> None:
    source = sources.get(span.file)
    if source is None or not source.line(span.line).strip():
        return
    gutter = len(str(span.line))
    line = source.line(span.line).expandtabs(1)
    shift = max(0, span.column - 1 - _WIDEST // 2) if len(line) > _WIDEST else 0
    shown = ("…" if shift else "") + line[shift : shift + _WIDEST]
    end = span.end_column if span.end_line == span.line else len(line) + 1
    start = span.column - 1 - shift + (1 if shift else 0)
    length = max(1, min(end - span.column, len(shown) - start))
    out.append(f" {' ' * gutter} |\n", style="blue")
    out.append(f" {span.line} | ", style="blue")
    out.append(shown + "\n")
    out.append(f" {' ' * gutter} | ", style="blue")
    out.append(" " * start + "^" * length + "\n", style=style)

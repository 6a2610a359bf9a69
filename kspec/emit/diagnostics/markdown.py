"""Diagnostics as a Markdown table, for a comment or the summary of a step."""

from __future__ import annotations

from kspec.emit.diagnostics.paths import relative
from kspec.emit.diagnostics.report import Report
from kspec.source.diagnostic import Diagnostic

_LARGEST = 900_000
"""GitHub takes a step summary of 1 MiB."""


def report_markdown(report: Report) -> str:
    """A headline and a table, worst first; what does not fit is counted."""
    head = f"**kspec**: {report.headline}\n"
    notes = "".join(f"\n> {note}\n" for note in report.notes)
    if not report.diagnostics:
        return head + notes
    rows = ["", "| | rule | where | what |", "|---|---|---|---|"]
    size = 0
    found = report.worst_first
    for number, diagnostic in enumerate(found):
        row = _row(diagnostic)
        size += len(row.encode(errors="replace"))
        if size > _LARGEST:
            rows.append(f"| | | | and {len(found) - number} more |")
            break
        rows.append(row)
    return head + "\n".join(rows) + "\n" + notes


def _row(diagnostic: Diagnostic) -> str:
    span = diagnostic.span
    where = f"{relative(span.file)}:{span.line}" if span else ""
    what = cell(diagnostic.message) + (f"<br>*{cell(diagnostic.help)}*" if diagnostic.help else "")
    rule = f"{diagnostic.rule.id} {diagnostic.rule.name}"
    return f"| {diagnostic.level.value} | {rule} | {cell(where)} | {what} |"


def cell(text: str) -> str:
    """Text that stays text inside a table."""
    for mark in ("\\", "|", "*", "`", "_", "["):
        text = text.replace(mark, f"\\{mark}")
    return text.replace("<", "&lt;").replace("\n", " ")

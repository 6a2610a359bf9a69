"""Diagnostics for forges: GitHub workflow commands, GitLab code quality, Markdown."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

from kspec.emit.diagnostics.sarif import fingerprint
from kspec.source.diagnostic import Diagnostic, Severity
from kspec.source.tree import Json

_GITHUB = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice", Severity.OFF: "notice"}
_GITLAB = {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.INFO: "info", Severity.OFF: "info"}


def github_commands(diagnostics: Sequence[Diagnostic]) -> str:
    """Annotations, worst first: GitHub shows ten of each level a step."""
    out = []
    for d in sorted(diagnostics, key=lambda d: -d.level.rank):
        properties = f"title={_property(f'{d.rule.id} {d.rule.name}')}"
        if d.span:
            s = d.span
            place = (
                f"file={_property(s.file)},line={s.line},col={s.column},endLine={s.end_line},endColumn={s.end_column}"
            )
            properties = f"{place},{properties}"
        text = d.message + (f"\n{d.help}" if d.help else "")
        out.append(f"::{_GITHUB[d.level]} {properties}::{_data(text)}\n")
    return "".join(out)


def gitlab_document(diagnostics: Sequence[Diagnostic]) -> str:
    """GitLab's code quality report; findings without a place are left to the log."""
    items: list[Json] = [
        {
            "description": d.message,
            "check_name": d.rule.id,
            "fingerprint": fingerprint(d),
            "severity": _GITLAB[d.level],
            "location": {"path": d.span.file, "lines": {"begin": d.span.line, "end": d.span.end_line}},
        }
        for d in diagnostics
        if d.span
    ]
    return json.dumps(items, indent=1, ensure_ascii=False) + "\n"


def markdown_table(diagnostics: Sequence[Diagnostic]) -> str:
    """A table for a comment or a step summary."""
    if not diagnostics:
        return "kspec found nothing.\n"
    counts = Counter(d.level.value for d in diagnostics)
    head = ", ".join(f"{counts[s.value]} {s.value}" for s in Severity if counts[s.value])
    rows = [f"**kspec**: {head}", "", "| | rule | where | what |", "|---|---|---|---|"]
    for d in sorted(diagnostics, key=lambda d: -d.level.rank):
        what = _cell(d.message) + (f"<br>*{_cell(d.help)}*" if d.help else "")
        rows.append(f"| {d.level.value} | {d.rule.id} {d.rule.name} | {_cell(str(d.span or ''))} | {what} |")
    return "\n".join(rows) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")

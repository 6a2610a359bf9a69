"""All formats in which a report can be told, by name. What only one of them needs is loaded where it is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import StringIO
from typing import TYPE_CHECKING

from kspec.emit.diagnostics.github import report_github
from kspec.emit.diagnostics.gitlab import report_gitlab
from kspec.emit.diagnostics.json import report_json, report_lines
from kspec.emit.diagnostics.markdown import report_markdown
from kspec.emit.diagnostics.report import Report
from kspec.emit.diagnostics.sarif import report_sarif

if TYPE_CHECKING:
    from rich.console import Console

Format = Callable[[Report], str]


def report_text(report: Report) -> str:
    """Code frames and a headline, without colour."""
    from rich.console import Console

    out = StringIO()
    print_report(Console(file=out, width=200, no_color=True, highlight=False, emoji=False, markup=False), report)
    return out.getvalue()


def print_report(console: Console, report: Report, *, brief: bool = False) -> None:
    """Print findings with the lines they are about; `brief` leaves the lines and the headline out."""
    from kspec.emit.diagnostics.frame import print_diagnostics

    print_diagnostics(console, report.diagnostics, report.sources, brief=brief)
    if not brief:
        for note in report.notes:
            console.print(f"note: {note}", soft_wrap=True)
        console.print(report.headline, soft_wrap=True)


def _junit(report: Report) -> str:
    from kspec.emit.diagnostics.junit import report_junit

    return report_junit(report)


def _checkstyle(report: Report) -> str:
    from kspec.emit.diagnostics.checkstyle import report_checkstyle

    return report_checkstyle(report)


def _html(report: Report) -> str:
    from kspec.emit.diagnostics.html import report_html

    return report_html(report)


FORMATS: Mapping[str, Format] = {
    "text": report_text,
    "json": report_json,
    "jsonl": report_lines,
    "sarif": report_sarif,
    "junit": _junit,
    "github": report_github,
    "gitlab": report_gitlab,
    "checkstyle": _checkstyle,
    "markdown": report_markdown,
    "html": _html,
}

"""Diagnostics as workflow commands of GitHub Actions.

GitHub shows ten annotations of each level a step, so the worst come first; the summary of the step has all of them
(https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions).
"""

from __future__ import annotations

from kspec.emit.diagnostics.paths import relative
from kspec.emit.diagnostics.report import Report
from kspec.source.diagnostic import Diagnostic, Severity

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice", Severity.OFF: "debug"}


def report_github(report: Report) -> str:
    """One annotation a finding, and a last line that counts them."""
    commands = "".join(f"{_command(d)}\n" for d in report.worst_first)
    return f"{commands}kspec: {report.headline}\n"


def _command(diagnostic: Diagnostic) -> str:
    title = f"title={_property(f'{diagnostic.rule.id} {diagnostic.rule.name}')}"
    text = diagnostic.message + (f"\n{diagnostic.help}" if diagnostic.help else "")
    span = diagnostic.span
    if span is not None:
        place = f"file={_property(relative(span.file))},line={span.line},col={span.column}"
        ends = f"endLine={span.end_line}" + (f",endColumn={span.end_column}" if span.end_line == span.line else "")
        title = f"{place},{ends},{title}"
    return f"::{_COMMANDS[diagnostic.level]} {title}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")

"""Diagnostics as GitLab's code quality report (https://docs.gitlab.com/ci/testing/code_quality/)."""

from __future__ import annotations

import json

from kspec.emit.diagnostics.paths import relative
from kspec.emit.diagnostics.report import Report
from kspec.source.diagnostic import Severity
from kspec.source.fingerprint import fingerprints
from kspec.source.tree import Json

_LEVELS = {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.INFO: "info", Severity.OFF: "info"}


def report_gitlab(report: Report) -> str:
    """A list of findings with a fingerprint each; those without a place are left to the log."""
    found = list(report.diagnostics)
    items: list[Json] = [
        {
            "description": d.message + (f" ({d.help})" if d.help else ""),
            "check_name": d.rule.id,
            "fingerprint": name,
            "severity": _LEVELS[d.level],
            "location": {"path": relative(d.span.file), "lines": {"begin": d.span.line, "end": d.span.end_line}},
        }
        for d, name in zip(found, fingerprints(found), strict=True)
        if d.span
    ]
    return json.dumps(items, indent=1, ensure_ascii=False) + "\n"

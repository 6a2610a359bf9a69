"""Diagnostics as the `kspec/check/v1` contract, whole or line by line."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable

from kspec.emit.diagnostics.report import SHOWN, Report
from kspec.emit.json_text import json_text
from kspec.source.diagnostic import Diagnostic
from kspec.source.fingerprint import fingerprint
from kspec.source.text import Span
from kspec.source.tree import Json, Object


def check_document(diagnostics: Iterable[Diagnostic]) -> Object:
    """The whole answer: findings in reading order and their number by severity."""
    items = list(diagnostics)
    counts = Counter(d.level.value for d in items)
    summary: Object = {s.value: counts[s.value] for s in SHOWN}
    return {"schema": "kspec/check/v1", "diagnostics": [diagnostic_object(d) for d in items], "summary": summary}


def report_json(report: Report) -> str:
    """A report as one document; the summary also counts what was accepted or known, and says what was left out."""
    document = check_document(report.diagnostics)
    summary = document["summary"]
    assert isinstance(summary, dict)
    summary |= {"objects": report.objects, "suppressed": report.suppressed, "known": report.known}
    summary["notes"] = list(report.notes)
    return json_text(document) + "\n"


def report_lines(report: Report) -> str:
    """A report as one finding a line."""
    lines = (json.dumps(diagnostic_object(d), ensure_ascii=False, separators=(",", ":")) for d in report.diagnostics)
    return "".join(f"{line}\n" for line in lines)


def diagnostic_object(diagnostic: Diagnostic) -> Object:
    """One finding."""
    related: list[Json] = [{"message": r.message, "span": span_object(r.span)} for r in diagnostic.related]
    found: Object = {
        "rule": diagnostic.rule.id,
        "name": diagnostic.rule.name,
        "severity": diagnostic.level.value,
        "message": diagnostic.message,
        "help": diagnostic.help,
        "object": diagnostic.object,
        "field": diagnostic.field or None,
        "span": span_object(diagnostic.span),
        "related": related,
        "fingerprint": fingerprint(diagnostic),
    }
    return found | ({"story": list(diagnostic.story)} if diagnostic.story else {})


def span_object(span: Span | None) -> Object | None:
    """A span; null where there is no text."""
    if span is None:
        return None
    return {
        "file": span.file,
        "line": span.line,
        "column": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }

"""Diagnostics as the `kspec/check/v1` contract."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from kspec.source.diagnostic import Diagnostic, Severity
from kspec.source.text import Span
from kspec.source.tree import Json, Object


def check_document(diagnostics: Iterable[Diagnostic]) -> Object:
    """The whole answer: findings in reading order and their number by severity."""
    items = list(diagnostics)
    counts = Counter(d.level.value for d in items)
    summary: Object = {s.value: counts[s.value] for s in (Severity.ERROR, Severity.WARNING, Severity.INFO)}
    return {"schema": "kspec/check/v1", "diagnostics": [diagnostic_object(d) for d in items], "summary": summary}


def diagnostic_object(diagnostic: Diagnostic) -> Object:
    """One finding."""
    related: list[Json] = [{"message": r.message, "span": span_object(r.span)} for r in diagnostic.related]
    return {
        "rule": diagnostic.rule.id,
        "name": diagnostic.rule.name,
        "severity": diagnostic.level.value,
        "message": diagnostic.message,
        "help": diagnostic.help,
        "object": diagnostic.object,
        "span": span_object(diagnostic.span),
        "related": related,
    }


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

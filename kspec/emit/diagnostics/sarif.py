"""Diagnostics as SARIF 2.1.0, within the limits GitHub shows (https://docs.oasis-open.org/sarif/sarif/v2.1.0/)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from kspec import __version__
from kspec.source.diagnostic import Diagnostic, Rule, Severity
from kspec.source.text import Span
from kspec.source.tree import Json, Object

_LEVEL = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note", Severity.OFF: "none"}
_MOST_RESULTS = 5000


def sarif_document(diagnostics: Sequence[Diagnostic]) -> Object:
    """One run with all rules that were met and at most 5,000 results, worst first."""
    worst = sorted(diagnostics, key=lambda d: -d.level.rank)[:_MOST_RESULTS]
    rules = sorted({d.rule for d in worst}, key=lambda r: r.id)
    index = {rule.id: number for number, rule in enumerate(rules)}
    driver: Object = {"name": "kspec", "version": __version__, "rules": [_rule(r) for r in rules]}
    results: list[Json] = [_result(d, index[d.rule.id]) for d in worst]
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }


def fingerprint(diagnostic: Diagnostic) -> str:
    """Names a finding by what it is about, not by its line, so that it stays the same when text moves."""
    where = diagnostic.object or (diagnostic.span.file if diagnostic.span else "")
    return hashlib.sha256(f"{diagnostic.rule.id}\0{where}\0{diagnostic.message}".encode()).hexdigest()[:32]


def _rule(rule: Rule) -> Object:
    return {
        "id": rule.id,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.manual.strip() or rule.summary},
        "help": {"text": f"kspec explain {rule.id}"},
        "defaultConfiguration": {"level": _LEVEL[rule.severity]},
    }


def _result(diagnostic: Diagnostic, rule_index: int) -> Object:
    text = diagnostic.message + (f"\n{diagnostic.help}" if diagnostic.help else "")
    result: Object = {
        "ruleId": diagnostic.rule.id,
        "ruleIndex": rule_index,
        "level": _LEVEL[diagnostic.level],
        "message": {"text": text},
        "partialFingerprints": {"kspec/v1": fingerprint(diagnostic)},
    }
    if diagnostic.span:
        result["locations"] = [{"physicalLocation": _location(diagnostic.span)}]
    if diagnostic.related:
        result["relatedLocations"] = [
            {"physicalLocation": _location(r.span), "message": {"text": r.message}} for r in diagnostic.related
        ]
    return result


def _location(span: Span) -> Object:
    region: Object = {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }
    return {"artifactLocation": {"uri": span.file.replace("\\", "/")}, "region": region}

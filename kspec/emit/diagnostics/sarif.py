"""Diagnostics as SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/).

Within the limits GitHub sets: one run, 5,000 results shown, 1,000 locations of a thread flow, ten tags a rule.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from kspec import __version__
from kspec.emit.diagnostics.paths import uri
from kspec.emit.diagnostics.report import Report
from kspec.source.diagnostic import Diagnostic, Rule, Severity
from kspec.source.fingerprint import fingerprints
from kspec.source.text import Span
from kspec.source.tree import Json, Object

_LEVEL = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note", Severity.OFF: "none"}
_MOST_RESULTS = 5000
_MOST_STEPS = 1000
_TAGS = {
    "KS0": "language",
    "KS1": "schema",
    "KS2": "references",
    "KS3": "reliability",
    "KS4": "resources",
    "KS5": "security",
    "KS6": "network",
    "KS7": "storage",
    "KS9": "behaviour",
}


def report_sarif(report: Report) -> str:
    """A report as a SARIF log."""
    return json.dumps(sarif_document(report.worst_first), indent=1, ensure_ascii=False) + "\n"


def sarif_document(diagnostics: Sequence[Diagnostic]) -> Object:
    """One run with all rules that were met and at most 5,000 results, worst first."""
    worst = sorted(diagnostics, key=lambda d: -d.level.rank)[:_MOST_RESULTS]
    rules = dict(sorted({d.rule.id: d.rule for d in worst}.items()))
    index = {id: number for number, id in enumerate(rules)}
    driver: Object = {
        "name": "kspec",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": [_rule(r) for r in rules.values()],
    }
    results: list[Json] = [
        _result(d, index[d.rule.id], name) for d, name in zip(worst, fingerprints(worst), strict=True)
    ]
    run: Object = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "automationDetails": {"id": "kspec/"},
        "results": results,
    }
    return {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}


def _rule(rule: Rule) -> Object:
    manual = rule.manual.strip() or rule.summary
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": manual.partition("\nFails:")[0].strip()},
        "help": {"text": f"{manual}\n\nkspec explain {rule.id}", "markdown": _markdown(rule, manual)},
        "defaultConfiguration": {"level": _LEVEL[rule.severity]},
        "properties": {"tags": [_TAGS.get(rule.id[:3], "kubernetes"), "kubernetes", rule.name]},
    }


def _markdown(rule: Rule, manual: str) -> str:
    text = manual.replace("Fails:", "**Fails**").replace("Passes:", "**Passes**")
    return f"**{rule.id} {rule.name}**: {rule.summary}\n\n{text}\n"


def _result(diagnostic: Diagnostic, rule_index: int, name: str) -> Object:
    text = diagnostic.message + (f"\n{diagnostic.help}" if diagnostic.help else "")
    result: Object = {
        "ruleId": diagnostic.rule.id,
        "ruleIndex": rule_index,
        "level": _LEVEL[diagnostic.level],
        "message": {"text": text},
        "partialFingerprints": {"kspec/v1": name},
    }
    if diagnostic.span:
        result["locations"] = [_location(diagnostic)]
    if diagnostic.related:
        result["relatedLocations"] = [
            {"physicalLocation": _place(r.span), "message": {"text": r.message}} for r in diagnostic.related
        ]
    if diagnostic.story:
        result["codeFlows"] = [_flow(diagnostic)]
    return result


def _location(diagnostic: Diagnostic) -> Object:
    location: Object = {"physicalLocation": _place(diagnostic.span)} if diagnostic.span else {}
    if diagnostic.object:
        what = f"{diagnostic.object}#{diagnostic.field}" if diagnostic.field else diagnostic.object
        location["logicalLocations"] = [{"fullyQualifiedName": what, "kind": "resource"}]
    return location


def _flow(diagnostic: Diagnostic) -> Object:
    """A story as a thread flow; its steps all happen at the place of the finding."""
    steps: list[Json] = []
    for number, words in enumerate(diagnostic.story[:_MOST_STEPS], 1):
        location: Object = {"message": {"text": words}}
        if diagnostic.span:
            location["physicalLocation"] = _place(diagnostic.span)
        steps.append({"location": location, "executionOrder": number})
    return {"message": {"text": diagnostic.message}, "threadFlows": [{"locations": steps}]}


def _place(span: Span) -> Object:
    region: Object = {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }
    return {"artifactLocation": {"uri": uri(span.file)}, "region": region}

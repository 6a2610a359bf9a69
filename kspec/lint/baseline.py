"""A baseline: the findings that were there before, so that only new ones count.

Kept as JSON, one line a finding, by fingerprint; rule, object and message are there for people who read a diff.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from kspec.source.diagnostic import Diagnostic
from kspec.source.fingerprint import fingerprints
from kspec.source.rules import UNREADABLE_INPUT

SCHEMA = "kspec/baseline/v1"
FILE = ".kspec-baseline.json"


@dataclass(frozen=True, slots=True)
class Entry:
    """A known finding."""

    fingerprint: str
    rule: str
    object: str
    message: str


@dataclass(frozen=True, slots=True)
class Baseline:
    """The known findings."""

    entries: tuple[Entry, ...] = ()

    def split(self, diagnostics: Sequence[Diagnostic]) -> tuple[list[Diagnostic], list[Diagnostic], list[Entry]]:
        """New findings, known ones, and entries that are found no more."""
        known = {e.fingerprint for e in self.entries}
        named = list(zip(diagnostics, fingerprints(diagnostics), strict=True))
        met = {name for _, name in named}
        new = [d for d, name in named if name not in known]
        old = [d for d, name in named if name in known]
        return new, old, [e for e in self.entries if e.fingerprint not in met]


def baseline_of(diagnostics: Sequence[Diagnostic]) -> Baseline:
    """The baseline that knows all these findings."""
    found = [
        Entry(name, d.rule.id, d.object or "", d.message)
        for d, name in zip(diagnostics, fingerprints(diagnostics), strict=True)
    ]
    return Baseline(tuple(sorted(found, key=lambda e: (e.rule, e.object, e.message, e.fingerprint))))


def write_baseline(baseline: Baseline) -> str:
    """The text of a baseline file."""
    lines = [
        json.dumps(
            {"fingerprint": e.fingerprint, "rule": e.rule, "object": e.object, "message": e.message}, ensure_ascii=False
        )
        for e in baseline.entries
    ]
    body = ",\n  ".join(lines)
    return (
        f'{{"schema": "{SCHEMA}", "findings": [\n  {body}\n]}}\n'
        if lines
        else f'{{"schema": "{SCHEMA}", "findings": []}}\n'
    )


def read_baseline(name: str, text: str) -> Baseline | Diagnostic:
    """A baseline file, or what is wrong with it."""
    try:
        document = json.loads(text)
    except ValueError as error:
        return Diagnostic(
            UNREADABLE_INPUT, f"`{name}` is no JSON: {error}", help="write it with `kspec baseline write`"
        )
    findings = document.get("findings") if isinstance(document, dict) and document.get("schema") == SCHEMA else None
    if not isinstance(findings, list) or not all(isinstance(f, dict) for f in findings):
        message = f"`{name}` is no baseline of kspec"
        return Diagnostic(UNREADABLE_INPUT, message, help="write it with `kspec baseline write`")
    fields = ("fingerprint", "rule", "object", "message")
    return Baseline(tuple(Entry(*(str(f.get(name) or "") for name in fields)) for f in findings))

"""Names for findings that outlive an edit: what a finding is about, not on which line it stands."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence

from kspec.source.diagnostic import Diagnostic


def fingerprint(diagnostic: Diagnostic, nth: int = 0) -> str:
    """The name of a finding: rule, object and field; where it has no field, its message. `nth` tells twins apart."""
    where = diagnostic.object or (diagnostic.span.file if diagnostic.span else "")
    about = diagnostic.field or diagnostic.message
    parts = [diagnostic.rule.id, where, about, *([str(nth)] if nth else [])]
    return hashlib.sha256("\0".join(parts).encode(errors="surrogateescape")).hexdigest()[:32]


def fingerprints(diagnostics: Sequence[Diagnostic]) -> list[str]:
    """The names of all findings, each a different one."""
    seen: Counter[str] = Counter()
    out = []
    for diagnostic in diagnostics:
        name = fingerprint(diagnostic)
        out.append(fingerprint(diagnostic, seen[name]))
        seen[name] += 1
    return out

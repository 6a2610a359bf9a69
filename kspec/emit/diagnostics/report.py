"""What a check came to, ready to be told in any format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from kspec.source.diagnostic import Diagnostic, Severity
from kspec.source.text import SourceFile

SHOWN = (Severity.ERROR, Severity.WARNING, Severity.INFO)


@dataclass(frozen=True)
class Report:
    """The findings in reading order, and the texts they are about.

    `suppressed` and `known` count findings that someone accepted and that the baseline has. `objects` is how many
    objects were looked at; `notes` say what was not looked at, and why.
    """

    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, SourceFile] = field(default_factory=dict)
    objects: int = 0
    suppressed: int = 0
    known: int = 0
    notes: tuple[str, ...] = ()

    @property
    def worst_first(self) -> list[Diagnostic]:
        """By severity, then in reading order."""
        return sorted(self.diagnostics, key=lambda d: -d.level.rank)

    @property
    def counts(self) -> dict[Severity, int]:
        """How many findings there are of each level."""
        found = Counter(d.level for d in self.diagnostics)
        return {level: found[level] for level in SHOWN}

    @property
    def headline(self) -> str:
        """`2 errors, 1 warning in 14 objects; 3 accepted`."""
        parts = [_many(n, level.value) for level, n in self.counts.items() if n]
        found = ", ".join(parts) or "nothing found"
        aside = [f"{self.suppressed} accepted"] if self.suppressed else []
        aside += [f"{self.known} known"] if self.known else []
        return "; ".join([f"{found} in {_many(self.objects, 'object')}", *aside])


def _many(count: int, what: str) -> str:
    plural = what if what == "info" else f"{what}s"
    return f"{count} {what if count == 1 else plural}"

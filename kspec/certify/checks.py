"""What re-checking an answer comes to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum


class Outcome(Enum):
    """Whether a claim stands: shown again, shown wrong, or neither."""

    HOLDS = "holds"
    BROKEN = "broken"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Check:
    """One claim of an answer, in words, and what became of it. `reason` says how it was checked or what is wrong."""

    claim: str
    outcome: Outcome
    reason: str


class Unusable(Exception):
    """The document is no answer that can be re-checked; the message says what it lacks."""


def worst(checks: Iterable[Check]) -> Outcome:
    """Broken before open before holds; an answer without claims is open."""
    found = {check.outcome for check in checks}
    for outcome in (Outcome.BROKEN, Outcome.OPEN, Outcome.HOLDS):
        if outcome in found:
            return outcome
    return Outcome.OPEN

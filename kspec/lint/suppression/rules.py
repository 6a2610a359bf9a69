"""The rules about suppressions themselves."""

from __future__ import annotations

from kspec.source.diagnostic import Rule, Severity

UNUSED = Rule(
    "KS0013",
    "suppression-unused",
    Severity.WARNING,
    "a suppression that suppresses nothing",
    """What it accepted is not found any more, or it names a rule that does not exist. Remove it, before it hides
something new. In the profile `strict` a suppression has to give a reason. Rules that this run did not ask (their
profile is off, or `--no-solve`) are not counted.""",
)

EXPIRED = Rule(
    "KS0014",
    "suppression-expired",
    Severity.ERROR,
    "a suppression whose day has passed",
    """`until: "2026-12-01"` was a promise to look at it again. The finding is shown once more; repair it, or set
another day with a reason.""",
)

RULES = (UNUSED, EXPIRED)

"""Profiles: which rules speak, and how loudly.

A profile gives every finding its level. `default` keeps to errors and warnings; the others start from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kspec.source.diagnostic import Rule, Severity


@dataclass(frozen=True, slots=True)
class Profile:
    """What a profile says of a finding.

    `levels` sets the level of rules by the start of their ids; the longest match wins. `floor` is the least level that
    is shown. With `strict`, information becomes a warning and a warning an error.
    """

    name: str
    summary: str
    floor: Severity = Severity.WARNING
    strict: bool = False
    levels: Mapping[str, Severity] = field(default_factory=dict)

    def level(self, rule: Rule, own: Severity) -> Severity:
        """The level of a finding whose own level is `own`; `OFF` where it is not shown."""
        chosen = _longest(self.levels, rule)
        if chosen is not None:
            own = chosen
        elif self.strict:
            own = _STRICTER[own]
        return own if own.rank >= self.floor.rank else Severity.OFF

    def may_show(self, rule: Rule) -> bool:
        """Whether any finding of a rule can be shown: findings are never louder than their rule."""
        return self.level(rule, rule.severity) is not Severity.OFF


_STRICTER = {
    Severity.ERROR: Severity.ERROR,
    Severity.WARNING: Severity.ERROR,
    Severity.INFO: Severity.WARNING,
    Severity.OFF: Severity.OFF,
}


def _longest(levels: Mapping[str, Severity], rule: Rule) -> Severity | None:
    found = [prefix for prefix in levels if matches(prefix, rule)]
    return levels[max(found, key=len)] if found else None


def matches(pattern: str, rule: Rule) -> bool:
    """Whether a rule is meant by the start of an id (`KS3`, `ks3003`) or by its name."""
    return rule.id.startswith(pattern.upper()) or rule.name == pattern.lower()


def _all(first: int, last: int, level: Severity) -> dict[str, Severity]:
    return {f"KS{number}": level for number in range(first, last + 1)}


_E, _W = Severity.ERROR, Severity.WARNING
PROFILES: tuple[Profile, ...] = (
    Profile("default", "errors and warnings: what is wrong, or likely to end in an outage"),
    Profile("strict", "everything; information counts as a warning and a warning as an error", strict=True),
    Profile("pss-baseline", "default, with the baseline Pod Security Standard as errors", levels=_all(5001, 5014, _E)),
    Profile(
        "pss-restricted",
        "default, with the restricted Pod Security Standard as errors",
        levels={**_all(5001, 5014, _E), **_all(5021, 5026, _E)},
    ),
    Profile(
        "cost",
        "default, with what makes resources expensive or unpredictable",
        levels={**_all(4001, 4006, _W), "KS4027": _W, "KS6005": _W, "KS7002": _W},
    ),
    Profile(
        "gitops",
        "default, with what a delivery controller and a repository trip over",
        levels={"KS2012": _E, "KS3028": _E, "KS3029": _W, "KS3030": _W, "KS5036": _E, "KS0008": Severity.INFO},
    ),
)
DEFAULT_PROFILE = PROFILES[0]


def profile(name: str) -> Profile | None:
    """The profile of that name."""
    return next((p for p in PROFILES if p.name == name), None)

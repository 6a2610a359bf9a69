"""From the topic that `kspec.api` files a refusal under to the rule that the catalogue has for it."""

from __future__ import annotations

from kspec.lint.refused.rules import RESTART_POLICY, ROLLOUT_ZERO
from kspec.source.diagnostic import Diagnostic, Rule

_EXPLAINED = frozenset({"KS2020"})
"""Rules of lint that say the same with the nearest match."""


def restated(found: Diagnostic) -> Rule | None:
    """The rule under which a refusal is told; None where a lint rule tells it."""
    if found.rule.id in _EXPLAINED:
        return None
    field, _, why = found.message.partition(": ")
    if field.endswith(("maxUnavailable", "maxSurge")) and "be 0 when" in why:
        return ROLLOUT_ZERO
    if field.endswith("restartPolicy"):
        return RESTART_POLICY
    return found.rule

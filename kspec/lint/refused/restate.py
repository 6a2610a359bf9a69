"""From the topic that `kspec.api` files a refusal under to the rule that the catalogue has for it."""

from __future__ import annotations

from kspec.lint.refused.rules import RESTART_POLICY, ROLLOUT_ZERO
from kspec.source.diagnostic import Diagnostic, Rule

_EXPLAINED = frozenset({"KS2020"})
"""Rules of lint that say the same with the nearest match."""
_ABOUT_THE_CLUSTER = ("not configured on this cluster", "this cluster is not configured for dual-stack services")
"""What an API server says of itself: which address families it has is its flags' choice, and no design's."""


def restated(found: Diagnostic) -> Rule | None:
    """The rule under which a refusal is told; None where a lint rule tells it, or it hangs on the cluster's flags."""
    if found.rule.id in _EXPLAINED or found.message.endswith(_ABOUT_THE_CLUSTER):
        return None
    field, _, why = found.message.partition(": ")
    if field.endswith(("maxUnavailable", "maxSurge")) and "be 0 when" in why:
        return ROLLOUT_ZERO
    if field.endswith("restartPolicy"):
        return RESTART_POLICY
    return found.rule

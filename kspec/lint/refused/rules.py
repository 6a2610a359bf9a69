"""Rules for refusals that the catalogue keeps apart from malformed values."""

from __future__ import annotations

from kspec.source.diagnostic import Rule, Severity

ROLLOUT_ZERO = Rule(
    "KS3015",
    "rollout-zero",
    Severity.ERROR,
    "a rollout that may neither add nor remove a pod",
    """`maxSurge` and `maxUnavailable` are both 0: nothing could ever change. The API server refuses it. (Percentages
that round to 0 on both sides are accepted, and count as maxUnavailable 1.)""",
)

RESTART_POLICY = Rule(
    "KS3027",
    "restart-policy",
    Severity.ERROR,
    "a restart policy that the kind does not take",
    """Deployments, ReplicaSets, StatefulSets and DaemonSets take `Always` only; Jobs take `OnFailure` or `Never`.""",
)

RULES = (ROLLOUT_ZERO, RESTART_POLICY)

"""What the scheduler tells the user of a pod that fits nowhere.

Upstream: pkg/scheduler/framework/types.go (`FitError.Error`) (v1.36).
"""

from __future__ import annotations

from kspec.scheduler.framework.diagnosis import Diagnosis

NO_NODES = "no nodes available to schedule pods"


def fit_error(nodes: int, diagnosis: Diagnosis, post_filter: str = "") -> str:
    """`0/5 nodes are available: 2 Insufficient cpu, ...`, and what came of trying to make room."""
    message = f"0/{nodes} nodes are available:"
    if diagnosis.pre_filter_message:
        message += f" {diagnosis.pre_filter_message}."
    else:
        reasons = sorted(f"{count} {reason}" for reason, count in diagnosis.reasons(nodes).items())
        if reasons:
            message += f" {', '.join(reasons)}."
    return f"{message} {post_filter}" if post_filter else message

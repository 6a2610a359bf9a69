"""What the scheduler tells the user of a pod that fits nowhere.

Upstream: pkg/scheduler/framework/types.go (`FitError.Error`), pkg/scheduler/schedule_one.go (v1.36).
"""

from __future__ import annotations

from kspec.scheduler.framework.diagnosis import Diagnosis

NO_NODES = "no nodes available to schedule pods"
NOTE_LIMIT = 1024
_MORE = " ..."


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


def noted(message: str) -> str:
    """The message as an event has it, which is no longer than 1024 characters (upstream `truncateMessage`)."""
    return message if len(message) <= NOTE_LIMIT else message[: NOTE_LIMIT - len(_MORE)] + _MORE

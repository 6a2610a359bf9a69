"""Attempts as entries of the `kspec/schedule/v1` contract."""

from __future__ import annotations

from kspec.scheduler.framework.attempt import Attempt, Details
from kspec.scheduler.framework.interface import PostFilterResult
from kspec.scheduler.framework.status import Status
from kspec.source.tree import Json, Object


def attempt_entry(attempt: Attempt) -> Object:
    """One `attempt` of the log. Parts that are empty are left out, as the contract has it."""
    details = attempt.details or Details()
    entry: Object = {"do": "attempt", "pod": attempt.pod, "feasible": list[Json](sorted(details.feasible))}
    if details.rejected:
        entry["rejected"] = {name: _status(status) for name, status in sorted(details.rejected.items())}
    if details.others is not None:
        entry["rejectedOthers"] = _status(details.others)
    if attempt.pre_filter_message:
        entry["preFilterMessage"] = attempt.pre_filter_message
    if attempt.nominated:
        entry["nominatedNode"] = attempt.nominated
    entry["feasibleOrder"] = list[Json](details.feasible)
    if attempt.preemption is not None and attempt.preemption.candidates:
        entry["preemption"] = _preemption(attempt.preemption)
    if details.scores or details.total:
        entry |= _scores(details)
    if attempt.chosen:
        entry["chosen"] = attempt.chosen
        entry["tie"] = attempt.tie
    return entry


def _scores(details: Details) -> Object:
    return {
        "scores": {
            plugin: {"weight": s.weight, "raw": dict[str, Json](s.raw), "weighted": dict[str, Json](s.weighted)}
            for plugin, s in sorted(details.scores.items())
        },
        "total": dict[str, Json](details.total),
        "top": list[Json](details.top),
    }


def _preemption(result: PostFilterResult) -> Object:
    candidates: Object = {
        c.node: {"numPDBViolations": c.violations, "victims": [victim.key for victim in c.pods]}
        for c in sorted(result.candidates, key=lambda c: c.node)
    }
    return {"node": result.nominated, "candidates": candidates}


def _status(status: Status) -> Object:
    return {
        "plugin": status.plugin,
        "code": status.code.value,
        "reasons": list[Json](status.reasons) if status.reasons else None,
    }

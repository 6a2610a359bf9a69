"""What the scheduler does, as text: a line an attempt."""

from __future__ import annotations

from kspec.scheduler.case import Schedule
from kspec.source.tree import Json, Object


def schedule_text(schedule: Schedule) -> str:
    """Every outcome in order, with the message of those that found no node; then where pods stand."""
    lines = [line for entry in schedule.log for line in _entry(entry)]
    waiting = [pod for pod, where in schedule.final.items() if isinstance(where, dict) and not where.get("node")]
    lines.append(f"{len(schedule.final) - len(waiting)} pods have a node, {len(waiting)} wait")
    return "\n".join(lines) + "\n"


def _entry(entry: Object) -> list[str]:
    match entry:
        case {"do": "outcome", "pod": pod, "node": node}:
            return [f"{pod} -> {node}"]
        case {"do": "outcome", "pod": pod, "message": message}:
            return [f"{pod} waits: {message}"]
        case {"do": "attempt", "pod": pod, "preemption": {"node": node, "candidates": dict(candidates)}} if node:
            return [f"{pod} preempts on {node}: {_victims(candidates.get(str(node)))}"]
        case {"do": "pod-gone", "pod": pod}:
            return [f"{pod} is gone"]
    return []


def _victims(candidate: Json) -> str:
    victims = candidate.get("victims") if isinstance(candidate, dict) else None
    return ", ".join(str(v) for v in victims) if isinstance(victims, list) else "-"

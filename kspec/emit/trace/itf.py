"""Traces in the Informal Trace Format of Apalache, for its viewers.

Source: Apalache, ADR-015 "Informal Trace Format". A state has `objects`, a map from an object's name to a map from
field to text, and the step that led to it.
"""

from __future__ import annotations

from collections.abc import Mapping

from kspec.emit.trace.render import View, named, show
from kspec.emit.trace.state import states
from kspec.run.trace import Step, Trace, Value
from kspec.source.tree import Json, Object

_VARIABLES = ("step", "time", "component", "action", "object", "summary", "objects")


def itf(trace: Trace, title: str, view: View | None = None) -> Object:
    """The document: a state before the first step, and one after each step in view."""
    shown = {step.n for step in (view or View()).steps(trace.steps)}
    found: list[Json] = []
    for step, state in zip([None, *trace.steps], states(trace.steps), strict=True):
        if step is None or step.n in shown:
            objects = _map({named(ref): _map(_texts(fields)) for ref, fields in state.items() if fields})
            found.append({"#meta": {"index": len(found)}, **_step(step), "objects": objects})
    return {
        "#meta": {"format": "ITF", "description": title, "settled": trace.settled},
        "vars": list(_VARIABLES),
        "states": found,
    }


def _step(step: Step | None) -> dict[str, Json]:
    if step is None:
        return {"step": 0, "time": "0", "component": "", "action": "init", "object": "", "summary": ""}
    return {
        "step": step.n,
        "time": f"{step.time:g}",
        "component": step.component,
        "action": step.action,
        "object": named(step.object),
        "summary": step.summary,
    }


def _texts(fields: Mapping[str, Value]) -> dict[str, Json]:
    return {path: show(value) for path, value in fields.items()}


def _map(pairs: Mapping[str, Json]) -> Json:
    return {"#map": [[key, value] for key, value in sorted(pairs.items())]}

"""Traces: what happened, step by step, in the voices of the components (contract `kspec/trace/v1`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

Value: TypeAlias = str | int | bool | None
"""A value shown in a change; None stands for absent."""


@dataclass(frozen=True, slots=True)
class ObjectRef:
    """The object a step speaks about; cluster-scoped objects have no namespace."""

    kind: str
    namespace: str
    name: str


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that changed."""

    path: str
    before: Value
    after: Value


@dataclass(frozen=True, slots=True)
class Step:
    """One thing one component did."""

    n: int
    """Counted from 1."""
    time: float
    """Simulated seconds since the start of the run."""
    component: str
    action: str
    object: ObjectRef
    summary: str
    changes: tuple[FieldChange, ...] = ()
    cause: int | None = None
    """The step after which this one was possible; None at the start."""

    def to_json(self) -> dict[str, Any]:
        """The step as the contract has it."""
        return {
            "n": self.n,
            "time": int(self.time) if self.time == int(self.time) else self.time,
            "component": self.component,
            "action": self.action,
            "object": {"kind": self.object.kind, "namespace": self.object.namespace, "name": self.object.name},
            "summary": self.summary,
            "changes": [{"path": c.path, "from": c.before, "to": c.after} for c in self.changes],
            "cause": self.cause,
        }


@dataclass(frozen=True, slots=True)
class Trace:
    """A run: its steps, and whether it ended with nothing left to do for any controller."""

    steps: tuple[Step, ...]
    settled: bool

    def to_json(self) -> dict[str, Any]:
        """The document of the contract."""
        return {"schema": "kspec/trace/v1", "steps": [step.to_json() for step in self.steps], "settled": self.settled}

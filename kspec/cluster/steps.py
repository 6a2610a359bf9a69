"""The steps of a scenario: what is done to a cluster, in order.

A step in `case.yaml` is a mapping whose first key names it. What it says comes back in the log as it was written.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from kspec.cluster.deletion import Propagation
from kspec.source.tree import Json, Object


@dataclass(frozen=True, slots=True)
class Target:
    """An object by kind and normalised name; the namespace is that of the scenario if none is given."""

    kind: str
    name: str
    namespace: str = ""

    @staticmethod
    def of(text: Json) -> Target:
        match str(text).split("/"):
            case [kind, name] if kind and name:
                return Target(kind, name)
            case [kind, namespace, name] if kind and namespace and name:
                return Target(kind, name, namespace)
            case _:
                raise ValueError(f"`{text}` names no object; expected `Kind/name` or `Kind/namespace/name`")


@dataclass(frozen=True, slots=True)
class Apply:
    """Apply the object of a file, as `kubectl apply` does."""

    target: Target
    file: str


@dataclass(frozen=True, slots=True)
class Patch:
    """A strategic merge patch."""

    target: Target
    body: Object


@dataclass(frozen=True, slots=True)
class Delete:
    target: Target
    propagation: Propagation = Propagation.BACKGROUND
    grace: int | None = None


@dataclass(frozen=True, slots=True)
class Evict:
    """Ask the eviction API for a pod's removal."""

    target: Target


@dataclass(frozen=True, slots=True)
class Sleep:
    seconds: float


@dataclass(frozen=True, slots=True)
class WaitUntil:
    """Wait until something holds, told in words (`kspec.cluster.waits`)."""

    what: str


@dataclass(frozen=True, slots=True)
class WaitQuiet:
    """Wait until nothing has changed for some seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Kubelet:
    """Stop a node's kubelet, or start it again."""

    node: str
    runs: bool


@dataclass(frozen=True, slots=True)
class CreateNode:
    """Let a node of `input/00-nodes.yaml` join."""

    node: str


@dataclass(frozen=True, slots=True)
class DeleteNode:
    node: str


@dataclass(frozen=True, slots=True)
class PodCpuUsage:
    """What every pod uses of CPU from now on, as metrics tell it."""

    amount: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the API server answered when the scenario was recorded: nothing to do."""


Step: TypeAlias = (
    Apply
    | Patch
    | Delete
    | Evict
    | Sleep
    | WaitUntil
    | WaitQuiet
    | Kubelet
    | CreateNode
    | DeleteNode
    | PodCpuUsage
    | Answer
)


@dataclass(frozen=True, slots=True)
class Told:
    """A step and how it is written."""

    step: Step
    written: Object


def read_steps(steps: Iterable[Json]) -> list[Told]:
    """The steps of a scenario. Raises ValueError that says which one is wrong, and what is expected."""
    told: list[Told] = []
    for number, written in enumerate(steps, 1):
        if not isinstance(written, dict) or not written:
            raise ValueError(f"step {number} is no mapping; expected `name: value`")
        try:
            told.append(Told(_read(written), written))
        except ValueError as error:
            raise ValueError(f"step {number}: {error}") from error
    return told


def _read(written: Object) -> Step:
    name, value = next(iter(written.items()))
    match name:
        case "apply" | "createObject" | "create":
            return Apply(Target.of(value), str(written.get("file", "")))
        case "patch":
            body = written.get("body")
            if not isinstance(body, dict):
                raise ValueError("`patch` wants a `body`")
            return Patch(Target.of(value), body)
        case "scale":
            return Patch(Target.of(value), {"spec": {"replicas": written.get("replicas")}})
        case "delete":
            return Delete(Target.of(value), _propagation(written), _grace(written))
        case "deletePod":
            return Delete(Target("Pod", str(value)), _propagation(written), _grace(written))
        case "evict":
            return Evict(Target.of(value if "/" in str(value) else f"Pod/{value}"))
        case "sleepSeconds" | "settleSeconds":
            return Sleep(_seconds(value))
        case "waitUntil":
            return WaitUntil(str(value))
        case "waitQuietSeconds":
            return WaitQuiet(_seconds(value))
        case "stopKubelet" | "startKubelet":
            return Kubelet(str(value), name == "startKubelet")
        case "createNode":
            return CreateNode(str(value))
        case "deleteNode":
            return DeleteNode(str(value))
        case "cordon" | "uncordon":
            return Patch(Target("Node", str(value)), {"spec": {"unschedulable": True if name == "cordon" else None}})
        case "podCpuUsage":
            return PodCpuUsage(str(value))
        case "evictionResult" | "refused" | "note":
            return Answer()
        case _:
            raise ValueError(f"a step `{name}` is not known")


def _propagation(written: Object) -> Propagation:
    try:
        return Propagation(written.get("propagationPolicy", Propagation.BACKGROUND.value))
    except ValueError as error:
        known = ", ".join(p.value for p in Propagation)
        raise ValueError(f"`propagationPolicy` is one of {known}") from error


def _grace(written: Object) -> int | None:
    seconds = written.get("gracePeriodSeconds")
    return seconds if isinstance(seconds, int) else None


def _seconds(value: Json) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise ValueError(f"`{value}` is no number of seconds")
    return float(value)

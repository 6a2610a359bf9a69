"""What the metrics of an autoscaler ask for: the most of them wins, and one that fails forbids shrinking.

Upstream: pkg/controller/podautoscaler/horizontal.go (`computeReplicasForMetrics`, `computeReplicasForMetric`) (v1.36).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kspec.api.fields import integer, maybe, obj, objects, text
from kspec.cluster.controllers.horizontal_pod_autoscaler.behavior import tolerance_of
from kspec.cluster.controllers.horizontal_pod_autoscaler.replicas import (
    Proposal,
    Unknown,
    for_average,
    for_utilization,
)
from kspec.cluster.stored import Stored
from kspec.domain.quantity import Quantity
from kspec.source.tree import Object

_SOURCES = {"Resource": "resource", "ContainerResource": "containerResource"}
_OTHERS = {
    "Pods": ("FailedGetPodsMetric", "pods", "custom", "unable to get metric {name}: "),
    "Object": ("FailedGetObjectMetric", "object", "custom", "unable to get metric {name}: "),
    "External": (
        "FailedGetExternalMetric",
        "external",
        "external",
        "unable to get external metric {space}/{name}/nil: ",
    ),
}


@dataclass(frozen=True, slots=True)
class Computed:
    """What the metrics ask for; `name` is the one that asks for most, `failed` are reasons and messages of others."""

    replicas: int
    name: str
    statuses: tuple[Object, ...]
    failed: tuple[tuple[str, str], ...] = ()


class NotComputed(Exception):
    """The metrics ask for nothing. `each` are the reasons and messages of those that cannot be had."""

    def __init__(self, each: Sequence[tuple[str, str]], statuses: Sequence[Object], first: str) -> None:
        super().__init__(first)
        self.each = tuple(each)
        self.statuses = tuple(statuses)
        self.reason = each[0][0]
        self.condition = f"the HPA was unable to compute the replica count: {each[0][1]}"
        self.message = f"invalid metrics ({len(each)} invalid out of {len(statuses)}), first error is: {first}"


@dataclass(eq=False)
class _Failed(Exception):
    """One metric cannot be had. `wrapped` is how the message goes on above."""

    reason: str
    message: str
    wrapped: str


@dataclass(frozen=True, slots=True)
class _Asked:
    """What one metric asks for."""

    replicas: int
    name: str
    status: Object


def computed(found: Stored, target: Stored, pods: Sequence[Stored], usage: Mapping[str, int], now: float) -> Computed:
    """What all metrics ask for together. `usage` is CPU by pod, in thousandths. Raises `NotComputed`.

    A metric that cannot be had has a status without a type.
    """
    current = integer(target.status, "replicas")
    most: _Asked | None = None
    statuses: list[Object] = []
    failed: list[_Failed] = []
    for metric in objects(found.spec, "metrics"):
        try:
            asked = _one(found, metric, pods, usage, current, now)
        except _Failed as error:
            failed.append(error)
            statuses.append({"type": ""})
            continue
        statuses.append(asked.status)
        if most is None or asked.replicas > most.replicas:
            most = asked
    each = [(error.reason, error.message) for error in failed]
    if failed and (most is None or most.replicas < integer(target.spec, "replicas")):
        raise NotComputed(each, statuses, failed[0].wrapped)
    if most is None:
        return Computed(0, "", ())
    return Computed(most.replicas, most.name, tuple(statuses), tuple(each))


def _one(
    found: Stored, metric: Object, pods: Sequence[Stored], usage: Mapping[str, int], current: int, now: float
) -> _Asked:
    kind = text(metric, "type")
    source = _SOURCES.get(kind)
    if source is None:
        raise _elsewhere(found, metric, kind)
    spec = obj(metric, source)
    name, container = text(spec, "name"), text(spec, "container")
    known = usage if name == "cpu" else {}
    target, what = obj(spec, "target"), "container resource" if container else "resource"
    tolerance = tolerance_of(found.spec)
    average = maybe_amount(target)
    how = "usage" if average is not None else "utilization"
    try:
        if average is not None:
            proposal = for_average(pods, known, name, average, current, tolerance, now)
            told = f"{name} {what}"
        else:
            percentage = integer(target, "averageUtilization")
            proposal = for_utilization(pods, known, name, container, percentage, current, tolerance, now)
            told = f"{name} {what} utilization (percentage of request)"
    except Unknown as unknown:
        message = f"failed to get {name} {how}: {unknown}"
        reason = "FailedGetContainerResourceMetric" if container else "FailedGetResourceMetric"
        raise _Failed(reason, message, f"failed to get {name} {what} metric value: {message}") from unknown
    return _Asked(proposal.replicas, told, _status(kind, source, spec, proposal))


def maybe_amount(target: Object) -> int | None:
    """`averageValue` in thousandths, if it is given."""
    given = target.get("averageValue")
    return Quantity.parse(given).milli if isinstance(given, str | int | float) else None


def _status(kind: str, source: str, spec: Object, proposal: Proposal) -> Object:
    current: Object = {"averageValue": str(Quantity.parse(f"{proposal.average}m"))}
    if proposal.utilization is not None:
        current["averageUtilization"] = proposal.utilization
    named: Object = {name: spec[name] for name in ("container", "name") if spec.get(name)}
    return {"type": kind, source: {**named, "current": current}}


def _elsewhere(found: Stored, metric: Object, kind: str) -> _Failed:
    """A metric of an API that is not there."""
    reason, source, api, prefix = _OTHERS.get(kind, ("InvalidMetricSourceType", kind.lower(), "custom", ""))
    name = text(maybe(obj(metric, source), "metric") or {}, "name")
    group = f"{api}.metrics.k8s.io"
    message = (
        f"{prefix.format(name=name, space=found.namespace)}unable to fetch metrics from {api} metrics API: "
        f"no {api} metrics API ({group}) registered"
    )
    return _Failed(reason, message, f"failed to get {source} metric value: {message}")

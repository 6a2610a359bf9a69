"""How many pods a metric asks for.

Upstream: pkg/controller/podautoscaler/replica_calculator.go, metrics/utilization.go (v1.36). Amounts are thousandths.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import TypeAlias

from kspec.api.fields import obj, objects, text
from kspec.cluster.controller import phase
from kspec.cluster.moments import seconds_of
from kspec.cluster.stored import Stored
from kspec.domain.quantity import Quantity

_Filled: TypeAlias = Callable[[float], float]
_INITIALIZATION, _READINESS_DELAY = 300.0, 30.0


class Unknown(Exception):
    """A metric from which nothing can be computed; the text is upstream's error."""


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far from its target a metric may be, as shares, without anything being done."""

    up: float = 0.1
    down: float = 0.1

    def holds(self, ratio: float) -> bool:
        return 1.0 - self.down <= ratio <= 1.0 + self.up


@dataclass(frozen=True, slots=True)
class Proposal:
    """The pods that a metric asks for. `utilization` is a percentage of what the pods request, if that is measured."""

    replicas: int
    average: int
    utilization: int | None = None


@dataclass(frozen=True, slots=True)
class _Groups:
    """Pods by what their usage is worth."""

    ready: int
    unready: tuple[str, ...]
    missing: tuple[str, ...]
    ignored: tuple[str, ...]


def for_utilization(
    pods: Sequence[Stored],
    usage: Mapping[str, int],
    resource: str,
    container: str,
    target: int,
    current: int,
    tolerance: Tolerance,
    now: float,
) -> Proposal:
    """For a target that is a percentage of what the pods request."""
    groups, counted = _counted(pods, usage, resource, now)
    requests = {pod.name: _request(pod, resource, container) for pod in pods}
    if not counted:
        raise Unknown("did not receive metrics for targeted pods (pods might be unready)")
    ratio, utilization, average = _utilization(counted, requests, target)

    def filled(missing_ratio: float) -> float:
        full = dict(counted)
        if missing_ratio < 1.0:
            full |= {name: requests[name] * max(100, target) // 100 for name in groups.missing}
        elif missing_ratio > 1.0:
            full |= dict.fromkeys(groups.missing, 0)
        if groups.unready and missing_ratio > 1.0:
            full |= dict.fromkeys(groups.unready, 0)
        counted.update(full)
        return _utilization(full, requests, target)[0]

    replicas = _replicas(groups, counted, ratio, filled, current, tolerance)
    return Proposal(replicas, average, utilization)


def for_average(
    pods: Sequence[Stored],
    usage: Mapping[str, int],
    resource: str,
    target: int,
    current: int,
    tolerance: Tolerance,
    now: float,
) -> Proposal:
    """For a target that is an amount for each pod."""
    groups, counted = _counted(pods, usage, resource, now)
    if not counted:
        raise Unknown("did not receive metrics for targeted pods (pods might be unready)")
    average = sum(counted.values()) // len(counted)

    def filled(missing_ratio: float) -> float:
        if missing_ratio < 1.0:
            counted.update(dict.fromkeys(groups.missing, target))
        elif missing_ratio > 1.0:
            counted.update(dict.fromkeys(groups.missing, 0))
        if groups.unready and missing_ratio > 1.0:
            counted.update(dict.fromkeys(groups.unready, 0))
        return sum(counted.values()) // len(counted) / target

    return Proposal(_replicas(groups, counted, average / target, filled, current, tolerance), average)


def _counted(
    pods: Sequence[Stored], usage: Mapping[str, int], resource: str, now: float
) -> tuple[_Groups, dict[str, int]]:
    if not usage:
        raise Unknown(f"unable to get metrics for resource {resource}: no metrics returned from resource metrics API")
    if not pods:
        raise Unknown("no pods returned by selector while calculating replica count")
    groups = _grouped(pods, usage, resource, now)
    apart = {*groups.ignored, *groups.unready}
    names = {pod.name for pod in pods}
    return groups, {name: value for name, value in usage.items() if name in names and name not in apart}


def _grouped(pods: Sequence[Stored], usage: Mapping[str, int], resource: str, now: float) -> _Groups:
    ready, unready, missing, ignored = 0, list[str](), list[str](), list[str]()
    for pod in pods:
        if pod.deleting or phase(pod) == "Failed":
            ignored.append(pod.name)
        elif phase(pod) == "Pending":
            unready.append(pod.name)
        elif pod.name not in usage:
            missing.append(pod.name)
        elif resource == "cpu" and _is_starting(pod, now):
            unready.append(pod.name)
        else:
            ready += 1
    return _Groups(ready, tuple(unready), tuple(missing), tuple(ignored))


def _is_starting(pod: Stored, now: float) -> bool:
    """Whether what a pod uses may be what its start takes."""
    ready, started = pod.condition("Ready"), text(pod.status, "startTime")
    if ready is None or not started:
        return True
    if now < seconds_of(started) + _INITIALIZATION:
        return ready.status == "False"
    return ready.status == "False" and seconds_of(ready.transitioned) < seconds_of(started) + _READINESS_DELAY


def _replicas(
    groups: _Groups,
    counted: dict[str, int],
    ratio: float,
    filled: _Filled,
    current: int,
    tolerance: Tolerance,
) -> int:
    """With pods that are missing or not ready, the more careful number."""
    if not (groups.unready and ratio > 1.0) and not groups.missing:
        return current if tolerance.holds(ratio) else ceil(ratio * groups.ready)
    new = filled(ratio)
    if tolerance.holds(new) or (ratio < 1.0 < new) or (ratio > 1.0 > new):
        return current
    replicas = ceil(new * len(counted))
    turned = (new < 1.0 and replicas > current) or (new > 1.0 and replicas < current)
    return current if turned else replicas


def _utilization(usage: Mapping[str, int], requests: Mapping[str, int], target: int) -> tuple[float, int, int]:
    """What is used as a share of the target, as a percentage of the requests, and on average."""
    used, asked = sum(usage.values()), sum(requests[name] for name in usage)
    if not asked:
        raise Unknown("no metrics returned matched known pods")
    percentage = used * 100 // asked
    return percentage / target, percentage, used // len(usage)


def _request(pod: Stored, resource: str, container: str) -> int:
    total = 0
    restartable = [c for c in objects(pod.spec, "initContainers") if text(c, "restartPolicy") == "Always"]
    for found in [*objects(pod.spec, "containers"), *restartable]:
        if container and text(found, "name") != container:
            continue
        value = obj(found, "resources", "requests").get(resource)
        if not isinstance(value, str | int | float):
            raise Unknown(f"missing request for {resource} in container {text(found, 'name')} of Pod {pod.name}")
        total += Quantity.parse(value).milli
    return total

"""Which daemon pods a rolling update deletes, and which nodes get a second one first.

Upstream: pkg/controller/daemon/update.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from kspec.api.fields import obj
from kspec.cluster.controllers.rounding import scaled
from kspec.cluster.stored import Stored

Pods = Mapping[str, Sequence[Stored]]
"""By node."""


@dataclass(slots=True)
class Step:
    """What is done next: pods to delete, and nodes to create one on."""

    delete: list[Stored] = field(default_factory=list)
    create: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Pair:
    """The pods on a node that are not leaving: at most one of the old and one of the new template."""

    new: Stored | None
    old: Stored | None


def surge_of(found: Stored, desired: int) -> int:
    return scaled(obj(found.spec, "updateStrategy", "rollingUpdate").get("maxSurge") or 0, desired, up=True)


def unavailable_of(found: Stored, desired: int) -> int:
    """Never 0 together with a surge of 0."""
    given = obj(found.spec, "updateStrategy", "rollingUpdate").get("maxUnavailable")
    most = scaled(1 if given is None else given, desired, up=True)
    return most if most or surge_of(found, desired) else 1


def next_step(
    found: Stored,
    pods: Pods,
    desired: int,
    updated: Callable[[Stored], bool],
    available: Callable[[Stored], bool],
) -> Step:
    pairs = {node: _pair(there, updated) for node, there in pods.items()}
    surge = surge_of(found, desired)
    if surge:
        return _surging(pairs, surge, available)
    return _replacing(pairs, unavailable_of(found, desired), available)


def _pair(pods: Sequence[Stored], updated: Callable[[Stored], bool]) -> _Pair | None:
    """None for a node with more pods than there should be; they are dealt with elsewhere."""
    staying = [pod for pod in pods if not pod.deleting]
    new = [pod for pod in staying if updated(pod)]
    old = [pod for pod in staying if pod not in new]
    if len(new) > 1 or len(old) > 1:
        return None
    return _Pair(new[0] if new else None, old[0] if old else None)


def _replacing(pairs: Mapping[str, _Pair | None], most: int, available: Callable[[Stored], bool]) -> Step:
    """Old pods that are not available go at once; of the others as many as may be unavailable."""
    unavailable, at_once, candidates = 0, list[Stored](), list[Stored]()
    for pair in pairs.values():
        match pair:
            case _Pair(None, Stored() as old):
                if not available(old):
                    at_once.append(old)
                elif unavailable < most:
                    candidates.append(old)
            case _Pair(Stored() as new, None):
                unavailable += not available(new)
            case _:
                unavailable += 1
    return Step(delete=[*at_once, *candidates[: max(0, most - unavailable)]])


def _surging(pairs: Mapping[str, _Pair | None], most: int, available: Callable[[Stored], bool]) -> Step:
    """A second pod comes first; when it is available the old one goes."""
    surging, at_once, candidates, done = 0, list[str](), list[str](), list[Stored]()
    for node, pair in pairs.items():
        match pair:
            case None:
                surging += 1
            case _Pair(None, Stored() as old):
                (candidates if available(old) else at_once).append(node)
            case _Pair(Stored() as new, Stored() as old):
                if available(new):
                    done.append(old)
                else:
                    surging += 1
            case _:
                pass
    return Step(delete=done, create=[*at_once, *candidates[: max(0, most - surging)]])

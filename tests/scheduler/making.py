"""Short forms for objects in tests."""

from __future__ import annotations

from typing import Any

from kspec.domain.node import HOSTNAME, ZONE, Node
from kspec.domain.pod import Pod
from kspec.domain.snapshot import Snapshot
from kspec.scheduler.framework.attempt import Attempt, Details
from kspec.scheduler.framework.status import Status
from kspec.scheduler.scheduler import Scheduler


def node(
    name: str,
    *,
    cpu: str = "4",
    memory: str = "8Gi",
    pods: str = "110",
    zone: str = "",
    labels: dict[str, str] | None = None,
    **spec: Any,
) -> Node:
    """A node with its hostname; other resources are given as `resources`."""
    own = {HOSTNAME: name, **({ZONE: zone} if zone else {}), **(labels or {})}
    offered = {"cpu": cpu, "memory": memory, "pods": pods, **spec.pop("resources", {})}
    images = [{"names": [n], "sizeBytes": size} for n, size in spec.pop("images", {}).items()]
    return Node.model_validate(
        {
            "metadata": {"name": name, "labels": own},
            "spec": spec,
            "status": {"allocatable": offered, "images": images},
        }
    )


def pod(
    name: str,
    *,
    cpu: str = "",
    memory: str = "",
    labels: dict[str, str] | None = None,
    namespace: str = "default",
    start: str = "",
    **spec: Any,
) -> Pod:
    """A pod with one container; other requests are given as `resources`, the rest of the spec by name."""
    requests = {k: v for k, v in {"cpu": cpu, "memory": memory, **spec.pop("requests", {})}.items() if v}
    container = {"name": "c", "image": spec.pop("image", "app:1"), "resources": {"requests": requests}}
    return Pod.model_validate(
        {
            "metadata": {"name": name, "namespace": namespace, "labels": labels or {}},
            "spec": {"containers": [{**container, **spec.pop("container", {})}], **spec},
            "status": {"startTime": start} if start else {},
        }
    )


def snapshot(*objects: Any, **fields: Any) -> Snapshot:
    """A snapshot of nodes and pods, and of other kinds by field."""
    return Snapshot(
        nodes=tuple(o for o in objects if isinstance(o, Node)),
        pods=tuple(o for o in objects if isinstance(o, Pod)),
        **fields,
    )


def attempt(pod: Pod, *objects: Any, **fields: Any) -> Attempt:
    """One attempt in a cluster of these objects."""
    return Scheduler(snapshot(*objects, **fields)).schedule(pod)


def details(result: Attempt) -> Details:
    assert result.details is not None
    return result.details


def feasible(result: Attempt) -> list[str]:
    return sorted(details(result).feasible)


def reasons(result: Attempt) -> dict[str, tuple[str, ...]]:
    """Why each node was refused."""
    return {name: status.reasons for name, status in details(result).rejected.items()}


def status_of(result: Attempt, name: str) -> Status:
    return details(result).rejected[name]


def raw(result: Attempt, plugin: str) -> dict[str, int]:
    return dict(details(result).scores[plugin].raw)


def weighted(result: Attempt, plugin: str) -> dict[str, int]:
    return dict(details(result).scores[plugin].weighted)

"""Pods that controllers make and delete, with the events about it.

Upstream: pkg/controller/controller_utils.go (`RealPodControl`) (v1.36).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate

from kspec.api.admission.refusal import Refused
from kspec.cluster.controller import Controller, of_ending_namespace
from kspec.cluster.stored import Stored
from kspec.source.tree import Object


async def create_pod(controller: Controller, owner: Stored, manifest: Object) -> Stored | None:
    """Create a pod; None if its namespace is going away."""
    try:
        pod = await controller.client.create(manifest)
    except Refused as refused:
        if of_ending_namespace(refused):
            return None
        controller.events.warning(owner, "FailedCreate", f"Error creating: {refused.refusal.message}")
        raise
    controller.events.normal(owner, "SuccessfulCreate", f"Created pod: {pod.name}")
    return pod


async def delete_pod(controller: Controller, owner: Stored, pod: Stored) -> None:
    """Delete a pod. One that is gone already raises `Refused` without an event."""
    try:
        await controller.client.delete("Pod", pod.key)
    except Refused as refused:
        if refused.refusal.code != 404:
            controller.events.warning(owner, "FailedDelete", f"Error deleting: {refused.refusal.message}")
        raise
    controller.events.normal(owner, "SuccessfulDelete", f"Deleted pod: {pod.name}")


def batches(count: int) -> list[range]:
    """The numbers below `count` in batches of 1, 2, 4 and so on."""
    sizes: list[int] = []
    while sum(sizes) < count:
        sizes.append(min(2 ** len(sizes), count - sum(sizes)))
    ends = list(accumulate(sizes))
    return [range(end - size, end) for size, end in zip(sizes, ends, strict=True)]


async def create_pods(
    controller: Controller, owner: Stored, manifests: Sequence[Object], gave_up: Callable[[int], None]
) -> Refused | None:
    """Create pods in batches until one is refused. `gave_up` hears how many will not come."""
    for batch in batches(len(manifests)):
        results = await controller.loop.together(create_pod(controller, owner, manifests[n]) for n in batch)
        refusals = [r for r in results if isinstance(r, Refused)]
        gave_up(sum(r is None for r in results))
        if refusals:
            gave_up(len(refusals) + len(manifests) - batch.stop)
            return refusals[0]
    return None

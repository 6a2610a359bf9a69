"""The two strategies.

Upstream: pkg/controller/deployment/{rolling,recreate}.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Sequence

from kspec.api.fields import integer
from kspec.cluster.controller import phase
from kspec.cluster.controllers.deployment.facts import active, actual, by_age, count, max_unavailable, plain_surge, size
from kspec.cluster.controllers.deployment.numbers import new_replicas
from kspec.cluster.controllers.deployment.revisions import Revisions, clean_up, revisions
from kspec.cluster.controllers.deployment.rollout import Rollout
from kspec.cluster.controllers.deployment.status import is_complete, write_rollout_status
from kspec.cluster.stored import Stored


async def roll(rollout: Rollout) -> None:
    """RollingUpdate: scale the new ReplicaSet up if there is room, else the old ones down; then tell."""
    found = await revisions(rollout, create=True)
    assert found.new is not None
    scaled = await _grow(rollout, found, found.new) or await _shrink(rollout, found, found.new)
    if not scaled and is_complete(rollout.deployment, rollout.deployment.status):
        await clean_up(rollout, found.old)
    await write_rollout_status(rollout, found)


async def _grow(rollout: Rollout, found: Revisions, new: Stored) -> bool:
    wanted = rollout.desired
    if size(new) < wanted:
        wanted = new_replicas(rollout.desired, plain_surge(rollout.deployment), count(found.all), size(new))
    if size(new) == wanted:
        return False
    await rollout.scale(new, wanted)
    return True


async def _shrink(rollout: Rollout, found: Revisions, new: Stored) -> bool:
    old = active(found.old)
    at_least = rollout.desired - max_unavailable(rollout.deployment)
    new_unavailable = size(new) - integer(new.status, "availableReplicas")
    most = count(found.all) - at_least - new_unavailable
    if not old or most <= 0:
        return False
    old, cleaned = await _drop_unhealthy(rollout, by_age(old), most)
    available = actual([*old, new], "availableReplicas")
    down = 0
    for replica_set in by_age(old):
        step = min(size(replica_set), max(0, available - at_least) - down)
        if step > 0:
            await rollout.scale(replica_set, size(replica_set) - step)
            down += step
    return cleaned + down > 0


async def _drop_unhealthy(rollout: Rollout, old: Sequence[Stored], most: int) -> tuple[list[Stored], int]:
    """Give up old pods that are not available anyway, `most` at most; the ReplicaSets afterwards, and how many."""
    after, dropped = [], 0
    for replica_set in old:
        step = min(most - dropped, size(replica_set) - integer(replica_set.status, "availableReplicas"))
        if step > 0:
            replica_set = await rollout.scale(replica_set, size(replica_set) - step)
            dropped += step
        after.append(replica_set)
    return after, dropped


async def recreate(rollout: Rollout) -> None:
    """Recreate: the old pods go, and only then do new ones come."""
    found = await revisions(rollout, create=False)
    old = active(found.old)
    for replica_set in old:
        await rollout.scale(replica_set, 0)
    if not old and not _running(rollout, found):
        if found.new is None:
            found = await revisions(rollout, create=True)
        assert found.new is not None
        await rollout.scale(found.new, rollout.desired)
        if is_complete(rollout.deployment, rollout.deployment.status):
            await clean_up(rollout, found.old)
    await write_rollout_status(rollout, found)


def _running(rollout: Rollout, found: Revisions) -> bool:
    """Whether a pod of an old ReplicaSet still runs."""
    if actual(found.old, "replicas"):
        return True
    new = found.new.uid if found.new is not None else ""
    return any(
        pod.controller is not None and pod.controller.uid != new and phase(pod) not in ("Succeeded", "Failed")
        for pod in rollout.pods
    )

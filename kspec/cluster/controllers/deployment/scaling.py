"""Scaling a Deployment, also in the middle of a rollout: every ReplicaSet gets its share.

Upstream: pkg/controller/deployment/sync.go (`scale`, `isScalingEvent`) (v1.36).
"""

from __future__ import annotations

from kspec.api.fields import integer
from kspec.cluster.controllers.deployment.facts import (
    DESIRED,
    MAXIMUM,
    active,
    age,
    by_age,
    count,
    is_paused,
    is_rolling,
    max_surge,
    noted,
    size,
)
from kspec.cluster.controllers.deployment.numbers import share
from kspec.cluster.controllers.deployment.revisions import Revisions, clean_up, revisions
from kspec.cluster.controllers.deployment.rollout import Rollout
from kspec.cluster.controllers.deployment.status import write_status
from kspec.cluster.stored import Stored


async def is_scaled(rollout: Rollout) -> bool:
    """Whether the Deployment's size changed since a ReplicaSet was told of it."""
    found = await revisions(rollout, create=False)
    told = [noted(r, DESIRED) for r in active(found.all)]
    return any(number is not None and number != rollout.desired for number in told)


async def scale_only(rollout: Rollout) -> None:
    """What is done about a Deployment that is paused, or was scaled: sizes and status, no rollout."""
    found = await revisions(rollout, create=False)
    await _scale(rollout, found)
    if is_paused(rollout.deployment):
        await clean_up(rollout, found.old)
    await write_status(rollout, found)


async def _scale(rollout: Rollout, found: Revisions) -> None:
    only = _active_or_latest(found)
    if only is not None:
        await rollout.scale(only, rollout.desired)
    elif _saturated(rollout, found.new):
        for replica_set in active(found.old):
            await rollout.scale(replica_set, 0)
    elif is_rolling(rollout.deployment):
        for replica_set, wanted in _shares(rollout, active(found.all)):
            await rollout.scale(replica_set, wanted, always=True)


def _active_or_latest(found: Revisions) -> Stored | None:
    """The one ReplicaSet that has pods, or the latest if none has; None if several have."""
    having = active(found.all)
    if len(having) == 1:
        return having[0]
    if having:
        return None
    if found.new is not None:
        return found.new
    return by_age(found.old)[-1] if found.old else None


def _saturated(rollout: Rollout, new: Stored | None) -> bool:
    if new is None:
        return False
    sizes = {size(new), noted(new, DESIRED), integer(new.status, "availableReplicas")}
    return sizes == {rollout.desired}


def _shares(rollout: Rollout, having: list[Stored]) -> list[tuple[Stored, int]]:
    """The new size of every ReplicaSet, largest first; what is left by rounding goes to the largest."""
    most = rollout.desired + max_surge(rollout.deployment) if rollout.desired > 0 else 0
    to_add = most - count(having)
    if to_add > 0:
        having = sorted(sorted(having, key=age, reverse=True), key=lambda r: -size(r))
    elif to_add < 0:
        having = sorted(by_age(having), key=lambda r: -size(r))
    added, sizes = 0, []
    surge = max_surge(rollout.deployment)
    for replica_set in having:
        before = noted(replica_set, MAXIMUM) or integer(rollout.deployment.status, "replicas") or 1
        part = share(size(replica_set), rollout.desired, rollout.desired + surge, before, to_add, added)
        sizes.append(size(replica_set) + part)
        added += part
    if sizes and to_add:
        sizes[0] = max(0, sizes[0] + to_add - added)
    return list(zip(having, sizes, strict=True))

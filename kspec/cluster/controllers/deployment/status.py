"""A Deployment's status: counts, availability, and how the rollout progresses.

Upstream: pkg/controller/deployment/progress.go, pkg/controller/deployment/sync.go (`calculateStatus`) (v1.36).
"""

from __future__ import annotations

from dataclasses import replace

from kspec.api.fields import integer
from kspec.cluster.controllers.deployment import conditions as cond
from kspec.cluster.controllers.deployment.facts import actual, count, deadline_of, desired_of, max_unavailable
from kspec.cluster.controllers.deployment.revisions import Revisions
from kspec.cluster.controllers.deployment.rollout import Rollout
from kspec.cluster.moments import seconds_of
from kspec.cluster.stored import Condition, Stored, conditions_json, conditions_of
from kspec.source.tree import Object


async def write_status(rollout: Rollout, found: Revisions) -> None:
    """Write counts and availability, and say nothing about progress."""
    await _write(rollout, _calculated(rollout, found))


async def write_rollout_status(rollout: Rollout, found: Revisions) -> None:
    """Write the status during a rollout: how it progresses, whether it is done or stuck, and what fails."""
    deployment = rollout.deployment
    status = _calculated(rollout, found)
    conditions = conditions_of(status)
    if deadline_of(deployment) is None:
        conditions = cond.removed(conditions, cond.PROGRESSING)
    else:
        conditions = _progress(rollout, found, status, conditions)
    failure = _failure(found)
    if failure is not None:
        conditions = cond.with_condition(conditions, failure)
    else:
        conditions = cond.removed(conditions, cond.REPLICA_FAILURE)
    await _write(rollout, {**status, "conditions": conditions_json(conditions)})


async def _write(rollout: Rollout, status: Object) -> None:
    if not status.get("conditions"):
        status.pop("conditions", None)
    if status == rollout.deployment.status:
        return
    rollout.deployment = Stored(rollout.deployment.with_status(status))
    await rollout.write_status()


def _calculated(rollout: Rollout, found: Revisions) -> Object:
    deployment, everyone = rollout.deployment, found.all
    available = actual(everyone, "availableReplicas")
    counts = {
        "replicas": actual(everyone, "replicas"),
        "updatedReplicas": actual([found.new], "replicas"),
        "readyReplicas": actual(everyone, "readyReplicas"),
        "availableReplicas": available,
        "unavailableReplicas": max(0, count(everyone) - available),
    }
    status: Object = {name: number for name, number in counts.items() if number}
    if all("terminatingReplicas" in r.status or not integer(r.status, "observedGeneration") for r in everyone):
        status["terminatingReplicas"] = actual(everyone, "terminatingReplicas")
    status["observedGeneration"] = deployment.generation
    if integer(deployment.status, "collisionCount"):
        status["collisionCount"] = integer(deployment.status, "collisionCount")
    if available >= desired_of(deployment) - max_unavailable(deployment):
        told = ("True", "MinimumReplicasAvailable", "Deployment has minimum availability.")
    else:
        told = ("False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability.")
    condition = cond.new(cond.AVAILABLE, *told, rollout.loop.now)
    status["conditions"] = conditions_json(cond.with_condition(deployment.conditions, condition))
    return status


def _progress(rollout: Rollout, found: Revisions, status: Object, conditions: cond.Conditions) -> cond.Conditions:
    deployment, now = rollout.deployment, rollout.loop.now
    current = deployment.condition(cond.PROGRESSING)
    settled = current is not None and current.reason == cond.NEW_AVAILABLE
    if settled and integer(status, "replicas") == integer(status, "updatedReplicas"):
        return conditions
    who = f'ReplicaSet "{found.new.name}"' if found.new is not None else f'Deployment "{deployment.name}"'
    if is_complete(deployment, status):
        done = cond.new(cond.PROGRESSING, "True", cond.NEW_AVAILABLE, f"{who} has successfully progressed.", now)
        return cond.with_condition(conditions, done)
    if _moves(deployment.status, status):
        going = cond.new(cond.PROGRESSING, "True", cond.UPDATED, f"{who} is progressing.", now)
        if current is not None:
            if current.status == "True":
                going = replace(going, transitioned=current.transitioned)
            conditions = cond.removed(conditions, cond.PROGRESSING)
        return cond.with_condition(conditions, going)
    if timed_out(deployment, conditions, now):
        stuck = cond.new(cond.PROGRESSING, "False", cond.TIMED_OUT, f"{who} has timed out progressing.", now)
        return cond.with_condition(conditions, stuck)
    return conditions


def is_complete(deployment: Stored, status: Object) -> bool:
    """Whether all pods are of the current revision and available, and none is left over."""
    desired = desired_of(deployment)
    seen = integer(status, "observedGeneration") >= deployment.generation
    return seen and all(
        integer(status, field) == desired for field in ("updatedReplicas", "replicas", "availableReplicas")
    )


def _moves(before: Object, now: Object) -> bool:
    """Whether a rollout got on: more new pods, fewer old ones, or more that are ready or available."""

    def old(status: Object) -> int:
        return integer(status, "replicas") - integer(status, "updatedReplicas")

    more = ("updatedReplicas", "readyReplicas", "availableReplicas")
    return old(now) < old(before) or any(integer(now, f) > integer(before, f) for f in more)


def timed_out(deployment: Stored, conditions: cond.Conditions, now: float) -> bool:
    deadline, condition = deadline_of(deployment), cond.get(conditions, cond.PROGRESSING)
    if deadline is None or condition is None or condition.reason == cond.NEW_AVAILABLE:
        return False
    return condition.reason == cond.TIMED_OUT or seconds_of(condition.updated) + deadline < now


def _failure(found: Revisions) -> Condition | None:
    """What keeps a ReplicaSet from having its pods, first of all the new one."""
    everyone = [found.new, *found.all] if found.new is not None else found.all
    failing = (r.condition(cond.REPLICA_FAILURE) for r in everyone)
    condition = next((c for c in failing if c is not None), None)
    if condition is None:
        return None
    return replace(condition, updated=condition.transitioned)

"""The ReplicaSets of a Deployment as revisions: which is new, which are old, and making the new one.

Upstream: pkg/controller/deployment/sync.go (`getAllReplicaSetsAndSyncRevision`, `getNewReplicaSet`,
`cleanupDeployment`), pkg/controller/deployment/util/deployment_util.go (`SetNewReplicaSetAnnotations`) (v1.36).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from kspec.api.admission.refusal import Refused
from kspec.api.fields import integer, mapping, obj, text
from kspec.cluster.controller import of_ending_namespace
from kspec.cluster.controllers.deployment import conditions as cond
from kspec.cluster.controllers.deployment.facts import (
    DESIRED,
    HASH,
    HISTORY,
    MAXIMUM,
    NOT_COPIED,
    REVISION,
    count,
    deadline_of,
    find_new,
    history_limit,
    is_rolling,
    max_surge,
    plain_surge,
    revision_of,
    same_template,
    size,
)
from kspec.cluster.controllers.deployment.numbers import new_replicas
from kspec.cluster.controllers.deployment.rollout import Rollout
from kspec.cluster.hashing import safe_hash
from kspec.cluster.stored import Stored, part
from kspec.source.tree import Object

_HISTORY_LENGTH = 2000


@dataclass(frozen=True, slots=True)
class Revisions:
    """The ReplicaSet of the current template, if there is one, and all others."""

    new: Stored | None
    old: list[Stored]

    @property
    def all(self) -> list[Stored]:
        return [*self.old, *([self.new] if self.new is not None else [])]


async def revisions(rollout: Rollout, *, create: bool) -> Revisions:
    """Sort the ReplicaSets, bring the notes on the new one up to date, and make it if asked to."""
    found = find_new(rollout.deployment, rollout.replica_sets)
    old = [r for r in rollout.replica_sets if found is None or r.uid != found.uid]
    number = max((revision_of(r) for r in old), default=0) + 1
    if found is not None:
        return Revisions(await _refresh(rollout, found, number), old)
    return Revisions(await _create(rollout, old, number) if create else None, old)


async def _refresh(rollout: Rollout, found: Stored, number: int) -> Stored:
    annotations = _noted(rollout.deployment, found, number)
    seconds = integer(rollout.deployment.spec, "minReadySeconds")
    if annotations != found.annotations or seconds != integer(found.spec, "minReadySeconds"):
        draft = found.draft()
        part(draft, "metadata")["annotations"] = dict(annotations)
        spec = part(draft, "spec")
        if seconds:
            spec["minReadySeconds"] = seconds
        else:
            spec.pop("minReadySeconds", None)
        return await rollout.client.update(draft)
    news = rollout.set_annotation(REVISION, found.annotations.get(REVISION, ""))
    if deadline_of(rollout.deployment) is not None and rollout.deployment.condition(cond.PROGRESSING) is None:
        rollout.set_condition(cond.PROGRESSING, "True", cond.FOUND, f'Found new replica set "{found.name}"')
        news = True
    if news:
        await rollout.write_status()
    return found


def _noted(deployment: Stored, replica_set: Stored, number: int) -> dict[str, str]:
    """The annotations of a ReplicaSet that becomes, or stays, the new one with revision `number`."""
    annotations = dict(replica_set.annotations)
    annotations |= {k: v for k, v in deployment.annotations.items() if k not in NOT_COPIED}
    before = annotations.get(REVISION)
    if before and not before.isdigit():
        return annotations
    if int(before or 0) < number:
        annotations[REVISION] = str(number)
        if before is not None:
            history = [r for r in annotations.get(HISTORY, "").split(",") if r]
            while history and len(",".join([*history, before])) > _HISTORY_LENGTH:
                history.pop(0)
            annotations[HISTORY] = ",".join([*history, before])
    return annotations


async def _create(rollout: Rollout, old: Sequence[Stored], number: int) -> Stored:
    deployment = rollout.deployment
    manifest = _manifest(deployment, number)
    if is_rolling(deployment):
        wanted = new_replicas(rollout.desired, plain_surge(deployment), count(old), 0)
    else:
        wanted = rollout.desired
    part(manifest, "spec")["replicas"] = wanted
    name = text(manifest, "metadata", "name")
    existed = False
    try:
        created = await rollout.client.create(manifest)
    except Refused as refused:
        if refused.refusal.reason == "AlreadyExists":
            created, existed = await _collided(rollout, name, refused), True
        else:
            await _not_created(rollout, name, refused)
            raise
    if wanted > 0 and not existed:
        message = f"Scaled up replica set {created.name} from 0 to {wanted}"
        rollout.events.normal(deployment, "ScalingReplicaSet", message)
    news = rollout.set_annotation(REVISION, str(number))
    if not existed and deadline_of(deployment) is not None:
        rollout.set_condition(cond.PROGRESSING, "True", cond.CREATED, f'Created new replica set "{created.name}"')
        news = True
    if news:
        await rollout.write_status()
    return created


def _manifest(deployment: Stored, number: int) -> Object:
    template = obj(deployment.spec, "template")
    name_hash = safe_hash(template, integer(deployment.status, "collisionCount") or None)
    labels: Object = {**mapping(template, "metadata", "labels"), HASH: name_hash}
    selector = obj(deployment.spec, "selector")
    desired = integer(deployment.spec, "replicas")
    annotations: Object = {k: v for k, v in deployment.annotations.items() if k not in NOT_COPIED}
    annotations |= {REVISION: str(number), DESIRED: str(desired), MAXIMUM: str(desired + max_surge(deployment))}
    spec: Object = {
        "selector": {**selector, "matchLabels": {**mapping(selector, "matchLabels"), HASH: name_hash}},
        "template": {**template, "metadata": {**obj(template, "metadata"), "labels": labels}},
    }
    if integer(deployment.spec, "minReadySeconds"):
        spec["minReadySeconds"] = integer(deployment.spec, "minReadySeconds")
    return {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {
            "name": f"{deployment.name}-{name_hash}",
            "namespace": deployment.namespace,
            "labels": dict(labels),
            "annotations": annotations,
            "ownerReferences": [deployment.as_owner().as_json()],
        },
        "spec": spec,
    }


async def _collided(rollout: Rollout, name: str, refused: Refused) -> Stored:
    """There is a ReplicaSet of this name: it is the one, not yet seen, or another whose template has the same hash."""
    found = await rollout.client.get("ReplicaSet", (rollout.deployment.namespace, name))
    if found.controlled_by(rollout.deployment) and same_template(found, rollout.deployment):
        return found
    status = {**rollout.deployment.status}
    status["collisionCount"] = integer(status, "collisionCount") + 1
    rollout.deployment = Stored(rollout.deployment.with_status(status))
    await rollout.write_status()
    raise refused


async def _not_created(rollout: Rollout, name: str, refused: Refused) -> None:
    message = f'Failed to create new replica set "{name}": {refused.refusal.message}'
    if of_ending_namespace(refused):
        return
    if deadline_of(rollout.deployment) is not None:
        rollout.set_condition(cond.PROGRESSING, "False", cond.CREATE_ERROR, message)
        with suppress(Refused):
            await rollout.write_status()
    rollout.events.warning(rollout.deployment, cond.CREATE_ERROR, message)


async def clean_up(rollout: Rollout, old: Sequence[Stored]) -> None:
    """Delete old ReplicaSets without pods, the lowest revisions first, beyond the history limit."""
    limit = history_limit(rollout.deployment)
    alive = [r for r in old if not r.deleting]
    if limit is None or len(alive) <= limit:
        return
    for replica_set in sorted(alive, key=lambda r: (revision_of(r), r.created, r.uid))[: len(alive) - limit]:
        seen = integer(replica_set.status, "observedGeneration") >= replica_set.generation
        if not size(replica_set) and not integer(replica_set.status, "replicas") and seen:
            await rollout.client.delete("ReplicaSet", replica_set.key)

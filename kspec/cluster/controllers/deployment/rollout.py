"""One look at a Deployment: the object with what was already changed about it, and its ReplicaSets."""

from __future__ import annotations

from dataclasses import dataclass

from kspec.cluster.client import Client
from kspec.cluster.controllers.deployment import conditions as cond
from kspec.cluster.controllers.deployment.facts import (
    DESIRED,
    MAXIMUM,
    desired_of,
    max_surge,
    size,
)
from kspec.cluster.loop import Loop
from kspec.cluster.recorder import Recorder
from kspec.cluster.stored import Condition, Stored, conditions_json, part
from kspec.source.tree import Object


@dataclass(slots=True)
class Rollout:
    """A Deployment in the hands of its controller.

    `deployment` is as the cache had it at first, with the annotations and conditions that were set since; it keeps its
    `resourceVersion`, so a second write of its status in one sync is refused.
    """

    deployment: Stored
    replica_sets: list[Stored]
    pods: list[Stored]
    loop: Loop
    client: Client
    events: Recorder
    written: bool = False
    """Whether its status was written in this sync."""

    @property
    def desired(self) -> int:
        return desired_of(self.deployment)

    # -- the Deployment's own record -----------------------------------------------------------------------------------

    def set_annotation(self, name: str, value: str) -> bool:
        """Note something; whether that is news."""
        if self.deployment.annotations.get(name) == value:
            return False
        draft = self.deployment.draft()
        part(draft, "metadata", "annotations")[name] = value
        self.deployment = Stored(draft)
        return True

    def set_condition(self, kind: str, status: str, reason: str, message: str) -> None:
        condition = cond.new(kind, status, reason, message, self.loop.now)
        self._set_conditions(cond.with_condition(self.deployment.conditions, condition))

    def _set_conditions(self, conditions: tuple[Condition, ...]) -> None:
        status: Object = {**self.deployment.status, "conditions": conditions_json(conditions)}
        self.deployment = Stored(self.deployment.with_status(status))

    async def write_status(self) -> None:
        self.written = True
        await self.client.update_status(self.deployment.manifest)

    # -- scaling -------------------------------------------------------------------------------------------------------

    async def scale(self, replica_set: Stored, wanted: int, *, always: bool = False) -> Stored:
        """Ask a ReplicaSet for a number of pods; the ReplicaSet as it is then.

        `always` also brings the numbers it keeps in its annotations up to date when its size is right already.
        """
        before = size(replica_set)
        if before == wanted and not always:
            return replica_set
        noted = {DESIRED: str(self.desired), MAXIMUM: str(self.desired + max_surge(self.deployment))}
        known = {name: replica_set.annotations.get(name) for name in noted}
        if before == wanted and known == noted:
            return replica_set
        draft = replica_set.draft()
        part(draft, "spec")["replicas"] = wanted
        part(draft, "metadata", "annotations").update(noted)
        updated = await self.client.update(draft)
        if before != wanted:
            way = "up" if before < wanted else "down"
            message = f"Scaled {way} replica set {replica_set.name} from {before} to {wanted}"
            self.events.normal(self.deployment, "ScalingReplicaSet", message)
        return updated

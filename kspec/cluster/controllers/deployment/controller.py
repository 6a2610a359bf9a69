"""Deployment: ReplicaSets, one for each version of the pod template, scaled from one version to the next.

Upstream: pkg/controller/deployment/deployment_controller.go (v1.36).
"""

from __future__ import annotations

from typing import ClassVar

from kspec.cluster.controller import Controller, matches, selector_of
from kspec.cluster.controllers.claims import claim
from kspec.cluster.controllers.deployment import conditions as cond
from kspec.cluster.controllers.deployment.facts import deadline_of, is_paused, is_rolling
from kspec.cluster.controllers.deployment.revisions import revisions
from kspec.cluster.controllers.deployment.rolling import recreate, roll
from kspec.cluster.controllers.deployment.rollout import Rollout
from kspec.cluster.controllers.deployment.scaling import is_scaled, scale_only
from kspec.cluster.controllers.deployment.status import is_complete, write_status
from kspec.cluster.moments import seconds_of
from kspec.cluster.store import Change, Verb
from kspec.cluster.stored import Key, Stored


class DeploymentController(Controller):
    name: ClassVar[str] = "deployment-controller"
    title: ClassVar[str] = "deployment"

    def watch(self) -> None:
        self.cache.on("Deployment", lambda change: self.queue.add(change.now.key))
        self.cache.on("ReplicaSet", self._replica_set_changed)
        self.cache.on("Pod", self._pod_changed)

    # -- what sets it off ----------------------------------------------------------------------------------------------

    def _replica_set_changed(self, change: Change) -> None:
        now, before = change.now, change.before
        if before is not None and before.controller != now.controller:
            former = self.controller_of(before, "Deployment")
            if former is not None:
                self.queue.add(former.key)
        mine = self.controller_of(now, "Deployment")
        if mine is not None:
            self.queue.add(mine.key)
        elif now.controller is None and change.verb is not Verb.DELETED:
            for candidate in self.cache.list("Deployment", now.namespace):
                if matches(selector_of(candidate), now.labels):
                    self.queue.add(candidate.key)

    def _pod_changed(self, change: Change) -> None:
        """The last pod of a Deployment that recreates is gone: the new ones may come."""
        if change.verb is not Verb.DELETED:
            return
        owner = self.controller_of(change.now, "ReplicaSet")
        mine = self.controller_of(owner, "Deployment") if owner is not None else None
        if mine is not None and not is_rolling(mine) and not self._pods(mine):
            self.queue.add(mine.key)

    def _pods(self, deployment: Stored) -> list[Stored]:
        """The pods of all ReplicaSets of a Deployment."""
        sets = self.cache.owned("ReplicaSet", deployment)
        return [pod for replica_set in sets for pod in self.cache.owned("Pod", replica_set)]

    # -- one Deployment ------------------------------------------------------------------------------------------------

    async def sync(self, key: Key) -> None:
        found = self.cache.get("Deployment", key)
        if found is None or selector_of(found).empty:
            return
        selector = selector_of(found)
        around = [*self.cache.owned("ReplicaSet", found), *self.cache.orphans("ReplicaSet", key[0])]
        mine = await claim(self, found, around, lambda candidate: matches(selector, candidate.labels))
        rollout = Rollout(found, mine, self._pods(found), self.loop, self.client, self.events)
        if found.deleting:
            await write_status(rollout, await revisions(rollout, create=False))
            return
        await self._note_pause(rollout)
        if is_paused(found) or await is_scaled(rollout):
            await scale_only(rollout)
        else:
            await (roll(rollout) if is_rolling(found) else recreate(rollout))
            if not rollout.written:
                self._look_again(rollout)

    async def _note_pause(self, rollout: Rollout) -> None:
        """Progress is not measured while the Deployment is paused, and the condition says so."""
        current = rollout.deployment.condition(cond.PROGRESSING)
        if deadline_of(rollout.deployment) is None or (current is not None and current.reason == cond.TIMED_OUT):
            return
        noted = current is not None and current.reason == cond.PAUSED
        paused = is_paused(rollout.deployment)
        if paused == noted:
            return
        told = (cond.PAUSED, "Deployment is paused") if paused else (cond.RESUMED, "Deployment is resumed")
        rollout.set_condition(cond.PROGRESSING, "Unknown", *told)
        await rollout.write_status()

    def _look_again(self, rollout: Rollout) -> None:
        """A rollout without progress is looked at once more when its deadline has passed."""
        deployment = rollout.deployment
        deadline, current = deadline_of(deployment), deployment.condition(cond.PROGRESSING)
        if deadline is None or current is None or current.reason == cond.TIMED_OUT:
            return
        if is_complete(deployment, deployment.status):
            return
        left = seconds_of(current.updated) + deadline - self.loop.now
        if left < 1:
            self.queue.add_rate_limited(deployment.key)
        else:
            self.queue.add_after(deployment.key, left + 1)

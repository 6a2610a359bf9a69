"""DaemonSet: what sets it off, and which pods it makes and deletes.

Upstream: pkg/controller/daemon/daemon_controller.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from kspec.api.admission.refusal import Refused
from kspec.api.fields import integer, text
from kspec.cluster.controller import Controller, Expectations, Manager, is_ready, matches, node_of, phase, selector_of
from kspec.cluster.controllers.claims import claim
from kspec.cluster.controllers.daemonset import pods as of
from kspec.cluster.controllers.daemonset.revisions import Revisions, revisions_of, unneeded
from kspec.cluster.controllers.daemonset.rolling import Step, next_step, surge_of
from kspec.cluster.controllers.daemonset.status import counts, is_told, written
from kspec.cluster.controllers.daemonset.trimming import Backoffs, to_trim
from kspec.cluster.controllers.pod_control import create_pods, delete_pod
from kspec.cluster.controllers.replicaset import is_available
from kspec.cluster.store import Change, Verb
from kspec.cluster.stored import Key, Stored
from kspec.source.tree import Json, Object

_BURST = 250
_ENDED = ("Succeeded", "Failed")


class DaemonSetController(Controller):
    name: ClassVar[str] = "daemonset-controller"
    title: ClassVar[str] = "daemonset"

    def __init__(self, manager: Manager) -> None:
        self.expectations = Expectations()
        self.backoffs = Backoffs()
        super().__init__(manager)

    def watch(self) -> None:
        self.cache.on("DaemonSet", self._changed)
        self.cache.on("Pod", self._pod_changed)
        self.cache.on("Node", self._node_changed)

    # -- what sets it off ----------------------------------------------------------------------------------------------

    def _changed(self, change: Change) -> None:
        if change.verb is Verb.DELETED:
            self.expectations.forget(change.now.key)
        self.queue.add(change.now.key)

    def _pod_changed(self, change: Change) -> None:
        pod, before = change.now, change.before
        mine = self.controller_of(pod, "DaemonSet")
        if change.verb is Verb.DELETED or pod.deleting:
            if mine is not None:
                self.expectations.deleted(mine.key, pod.key)
                self.queue.add(mine.key)
            return
        if change.verb is Verb.ADDED and mine is not None:
            self.expectations.created(mine.key)
        moved = before is not None and before.controller != pod.controller
        former = self.controller_of(before, "DaemonSet") if before is not None and moved else None
        if former is not None:
            self.queue.add(former.key)
        if mine is not None:
            self.queue.add(mine.key)
            seconds = of.min_ready_seconds(mine)
            if seconds and before is not None and is_ready(pod) and not is_ready(before):
                self.queue.add_after(mine.key, seconds + 1)
        elif pod.controller is None and (before is None or moved or before.labels != pod.labels):
            for candidate in self.cache.list("DaemonSet", pod.namespace):
                if matches(selector_of(candidate), pod.labels):
                    self.queue.add(candidate.key)

    def _node_changed(self, change: Change) -> None:
        """A node that wants other pods than before; where only labels and taints count."""
        node, before = change.now, change.before if change.verb is Verb.MODIFIED else None
        if change.verb is Verb.DELETED:
            return
        if before is not None and before.labels == node.labels and _taints(before) == _taints(node):
            return
        for found in self.cache.list("DaemonSet"):
            wanted = of.wanted_on(found, node)
            if wanted.run if before is None else wanted != of.wanted_on(found, before):
                self.queue.add(found.key)

    # -- one DaemonSet -------------------------------------------------------------------------------------------------

    async def sync(self, key: Key) -> None:
        found = self.cache.get("DaemonSet", key)
        if found is None:
            self.expectations.forget(key)
            return
        if selector_of(found).empty:
            said = "This daemon set is selecting all pods. A non-empty selector is required."
            self.events.warning(found, "SelectingAll", said)
            return
        if found.deleting:
            return
        revisions = await revisions_of(self, found)
        if not self.expectations.satisfied(key):
            await self._tell(found, revisions.hash, observed=integer(found.status, "observedGeneration"))
            return
        refused: Refused | None = None
        try:
            await self._manage(found, revisions.hash)
            if self.expectations.satisfied(key) and text(found.spec, "updateStrategy", "type") != "OnDelete":
                await self._roll(found, revisions.hash)
            await self._clean_up(found, revisions)
        except Refused as error:
            refused = error
        await self._tell(found, revisions.hash, observed=found.generation)
        if refused is not None:
            raise refused

    async def _by_node(self, found: Stored) -> dict[str, list[Stored]]:
        """Its pods by the node that they are for; those that have ended and are leaving count no more."""
        selector = selector_of(found)
        around = self.cache.list("Pod", found.namespace)
        mine = await claim(self, found, list(around), lambda pod: matches(selector, pod.labels))
        out: dict[str, list[Stored]] = {}
        for pod in mine:
            if not (pod.deleting and phase(pod) in _ENDED):
                out.setdefault(of.target_of(pod), []).append(pod)
        return out

    async def _manage(self, found: Stored, revision_hash: str) -> None:
        """Create pods where they are missing, and delete those that should not be."""
        pods, step = await self._by_node(found), Step()
        nodes = list(self.cache.list("Node"))
        surging = surge_of(found, 1) > 0
        for node in nodes:
            wanted, there = of.wanted_on(found, node), pods.get(node.name, [])
            if wanted.run and not there:
                step.create.append(node.name)
            elif wanted.stay:
                staying = self._without_ended(found, node, there, step)
                step.delete += to_trim(found, staying, revision_hash, self.loop.now, surging=surging)
            else:
                step.delete += [pod for pod in there if not pod.deleting]
        names = {node.name for node in nodes}
        step.delete += [p for node, there in pods.items() if node not in names for p in there if not node_of(p)]
        await self._do(found, step, revision_hash)

    def _without_ended(self, found: Stored, node: Stored, pods: Sequence[Stored], step: Step) -> list[Stored]:
        """The pods that run; ended ones are deleted, failed ones not more often than their back-off allows."""
        running: list[Stored] = []
        for pod in pods:
            if pod.deleting:
                continue
            said = f"daemon pod {pod.namespace}/{pod.name} on node {node.name}, will try to"
            match phase(pod):
                case "Failed":
                    waiting = self.backoffs.left((found.uid, node.name), self.loop.now)
                    if waiting:
                        self.queue.add_after(found.key, waiting)
                        continue
                    self.backoffs.next((found.uid, node.name), self.loop.now)
                    self.events.warning(found, "FailedDaemonPod", f"Found failed {said} kill it")
                    step.delete.append(pod)
                case "Succeeded":
                    self.events.normal(found, "SucceededDaemonPod", f"Found succeeded {said} delete it")
                    step.delete.append(pod)
                case _:
                    running.append(pod)
        return running

    async def _roll(self, found: Stored, revision_hash: str) -> None:
        pods = await self._by_node(found)
        nodes = [node.name for node in self.cache.list("Node") if of.wanted_on(found, node).run]
        pods = {**{name: [] for name in nodes}, **pods}
        seconds, now = of.min_ready_seconds(found), self.loop.now
        step = next_step(
            found,
            pods,
            len(nodes),
            lambda pod: of.is_updated(found, pod, revision_hash),
            lambda pod: is_available(pod, seconds, now),
        )
        await self._do(found, step, revision_hash)

    async def _do(self, found: Stored, step: Step, revision_hash: str) -> None:
        create, delete = step.create[:_BURST], step.delete[:_BURST]
        self.expectations.expect(found.key, len(create), {pod.key for pod in delete})
        manifests = [of.new_pod(found, node, revision_hash) for node in create]
        refused = await create_pods(self, found, manifests, lambda n: self.expectations.created(found.key, n))
        await self.loop.together(self._delete(found, pod) for pod in delete)
        if refused is not None:
            raise refused

    async def _delete(self, found: Stored, pod: Stored) -> None:
        try:
            await delete_pod(self, found, pod)
        except Refused:
            self.expectations.deleted(found.key, pod.key)
            raise

    # -- afterwards ----------------------------------------------------------------------------------------------------

    async def _clean_up(self, found: Stored, revisions: Revisions) -> None:
        pods = [pod for there in (await self._by_node(found)).values() for pod in there]
        for revision in unneeded(found, revisions, pods):
            await self.client.delete("ControllerRevision", revision.key)

    async def _tell(self, found: Stored, revision_hash: str, *, observed: int) -> None:
        pods = await self._by_node(found)
        counted = counts(found, self.cache.list("Node"), pods, revision_hash, self.loop.now)
        if not is_told(found, counted):
            await self._write(found, written(found, counted, observed))
        seconds = of.min_ready_seconds(found)
        if seconds and counted["numberReady"] != counted["numberAvailable"]:
            self.queue.add_after(found.key, seconds)

    async def _write(self, found: Stored, status: Object) -> None:
        try:
            await self.client.update_status(found.with_status(status))
        except Refused as refused:
            if refused.refusal.code != 409:
                raise
            fresh = await self.client.get("DaemonSet", found.key)
            await self.client.update_status(fresh.with_status(status))


def _taints(node: Stored) -> Json:
    return node.spec.get("taints")

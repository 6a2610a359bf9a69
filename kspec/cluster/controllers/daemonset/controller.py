"""DaemonSet: what sets it off, which pods it makes and deletes, and the status that is told.

Upstream: pkg/controller/daemon/daemon_controller.go, pkg/controller/daemon/update.go (`constructHistory`,
`cleanupHistory`) (v1.36).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from kspec.api.admission.refusal import Refused
from kspec.api.fields import integer, obj, text
from kspec.cluster.controller import Controller, Expectations, Manager, is_ready, matches, node_of, phase, selector_of
from kspec.cluster.controllers import history
from kspec.cluster.controllers.claims import claim
from kspec.cluster.controllers.daemonset import pods as of
from kspec.cluster.controllers.daemonset.rolling import Step, next_step, surge_of
from kspec.cluster.controllers.daemonset.trimming import Backoffs, to_trim
from kspec.cluster.controllers.pod_control import create_pods, delete_pod
from kspec.cluster.controllers.replicaset import is_available
from kspec.cluster.store import Change, Verb
from kspec.cluster.stored import Key, Stored
from kspec.source.tree import Json, Object

_BURST = 250
_ENDED = ("Succeeded", "Failed")
_COUNTS = (
    "desiredNumberScheduled",
    "currentNumberScheduled",
    "numberMisscheduled",
    "numberReady",
    "updatedNumberScheduled",
    "numberAvailable",
    "numberUnavailable",
)
_ALWAYS = _COUNTS[:4]


@dataclass(frozen=True, slots=True)
class _History:
    """The revision that the set is at, and those before."""

    current: Stored
    old: Sequence[Stored]

    @property
    def hash(self) -> str:
        return self.current.labels.get(history.REVISION_LABEL, "")


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
        revisions = await self._history(found)
        if not self.expectations.satisfied(key):
            await self._tell(found, revisions.hash, observed=integer(found.status, "observedGeneration"))
            return
        try:
            await self._manage(found, revisions.hash)
            if self.expectations.satisfied(key) and text(found.spec, "updateStrategy", "type") != "OnDelete":
                await self._roll(found, revisions.hash)
            await self._clean_up(found, revisions)
        finally:
            await self._tell(found, revisions.hash, observed=found.generation)

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
        surging = surge_of(found, len(nodes)) > 0
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
        desired = sum(of.wanted_on(found, node).run for node in self.cache.list("Node"))
        seconds, now = of.min_ready_seconds(found), self.loop.now
        step = next_step(
            found,
            pods,
            desired,
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

    # -- revisions -----------------------------------------------------------------------------------------------------

    async def _history(self, found: Stored) -> _History:
        selector, data = selector_of(found), history.template_patch(found)
        around = list(self.cache.list("ControllerRevision", found.namespace))
        known = history.in_order(await claim(self, found, around, lambda r: matches(selector, r.labels)))
        old = [r for r in known if not history.same(r, data)]
        number = max((history.number_of(r) for r in old), default=0) + 1
        current = next((r for r in reversed(known) if history.same(r, data)), None)
        if current is None:
            current = await self._snapshot(found, data, number)
        elif history.number_of(current) < number:
            current = await history.renumber(self.client, current, number)
        return _History(current, old)

    async def _snapshot(self, found: Stored, data: Object, number: int) -> Stored:
        """A new revision. Its hash is that of the template, as with ReplicaSets."""
        collisions = integer(found.status, "collisionCount")
        draft = history.Draft(found, data, number, history.REVISION_LABEL, of_template=True)
        stored, collided = await history.create(self.client, draft, collisions)
        if collided != collisions:
            fresh = await self.client.get("DaemonSet", found.key)
            await self.client.update_status(fresh.with_status({**fresh.status, "collisionCount": collided}))
        return stored

    async def _clean_up(self, found: Stored, revisions: _History) -> None:
        limit = found.spec.get("revisionHistoryLimit")
        too_many = len(revisions.old) - (limit if isinstance(limit, int) else 10)
        if too_many <= 0:
            return
        pods = await self._by_node(found)
        live = {pod.labels.get(history.REVISION_LABEL) for there in pods.values() for pod in there}
        unused = [r for r in revisions.old if r.labels.get(history.REVISION_LABEL) not in live]
        for revision in unused[:too_many]:
            await self.client.delete("ControllerRevision", revision.key)

    # -- status --------------------------------------------------------------------------------------------------------

    async def _tell(self, found: Stored, revision_hash: str, *, observed: int) -> None:
        counts = await self._counts(found, revision_hash)
        before = found.status
        up_to_date = integer(before, "observedGeneration") >= found.generation
        if not (up_to_date and all(integer(before, name) == counts[name] for name in _COUNTS)):
            told: Object = {name: n for name, n in counts.items() if n or name in _ALWAYS}
            told["observedGeneration"] = observed
            kept = obj(found.manifest, "status").get("collisionCount")
            if kept is not None:
                told["collisionCount"] = kept
            await self._write(found, told)
        seconds = of.min_ready_seconds(found)
        if seconds and counts["numberReady"] != counts["numberAvailable"]:
            self.queue.add_after(found.key, seconds)

    async def _write(self, found: Stored, status: Object) -> None:
        try:
            await self.client.update_status(found.with_status(status))
        except Refused as refused:
            if refused.refusal.code != 409:
                raise
            fresh = await self.client.get("DaemonSet", found.key)
            await self.client.update_status(fresh.with_status(status))

    async def _counts(self, found: Stored, revision_hash: str) -> dict[str, int]:
        pods = await self._by_node(found)
        counts = dict.fromkeys(_COUNTS, 0)
        seconds, now = of.min_ready_seconds(found), self.loop.now
        for node in self.cache.list("Node"):
            there = pods.get(node.name, [])
            if not of.wanted_on(found, node).run:
                counts["numberMisscheduled"] += bool(there)
                continue
            counts["desiredNumberScheduled"] += 1
            if there:
                first = min(there, key=lambda pod: (not node_of(pod), pod.created, pod.name))
                counts["currentNumberScheduled"] += 1
                counts["numberReady"] += is_ready(first)
                counts["numberAvailable"] += is_available(first, seconds, now)
                counts["updatedNumberScheduled"] += of.is_updated(found, first, revision_hash)
        counts["numberUnavailable"] = counts["desiredNumberScheduled"] - counts["numberAvailable"]
        return counts


def _taints(node: Stored) -> Json:
    return node.spec.get("taints")

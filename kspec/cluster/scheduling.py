"""kube-scheduler as a component: its queue, its cycles one after the other, its bindings and events.

What it decides is `kspec.scheduler`'s; here is when it decides, and what it writes.

Upstream: pkg/scheduler/schedule_one.go, pkg/scheduler/eventhandlers.go,
pkg/scheduler/framework/preemption/executor.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Sequence

from kspec.api.admission.refusal import Refused
from kspec.api.fields import text
from kspec.cluster.apiserver import ApiServer
from kspec.cluster.cache import Cache
from kspec.cluster.client import Client
from kspec.cluster.loop import Loop
from kspec.cluster.moments import stamp
from kspec.cluster.recorder import Recorder
from kspec.cluster.store import Change, Verb
from kspec.cluster.stored import Condition, Stored, conditions_json, conditions_of
from kspec.cluster.throttle import SCHEDULER
from kspec.cluster.timing import SCHEDULE
from kspec.cluster.volume_binding import Decided, NotBound, Unbound, VolumeBinder
from kspec.domain.node import Node
from kspec.domain.pod import Pod
from kspec.domain.snapshot import Snapshot
from kspec.scheduler.driver import PREEMPTING
from kspec.scheduler.events import Event, NodeAdded, NodeChanged, NodeGone, ObjectPut, PodGone, PodPlaced
from kspec.scheduler.framework.attempt import Attempt
from kspec.scheduler.messages import noted
from kspec.scheduler.plugins.scheduling_gates import CONDITION
from kspec.scheduler.queue import SchedulingQueue, Waiting
from kspec.scheduler.scheduler import Scheduler
from kspec.source.tree import Object

_LOOKED_UP = (
    "Namespace",
    "Service",
    "ReplicaSet",
    "StatefulSet",
    "PodDisruptionBudget",
    "PriorityClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "StorageClass",
    "CSINode",
)
_ENDED = ("Succeeded", "Failed")


class KubeScheduler:
    """The scheduler of a simulated cluster."""

    def __init__(self, loop: Loop, api: ApiServer, cache: Cache) -> None:
        self._loop = loop
        self._cache = cache
        self._client = Client(loop, api, "kube-scheduler", SCHEDULER)
        told = Client(loop, api, "kube-scheduler", SCHEDULER)
        self._volumes = VolumeBinder(loop, cache, self._client)
        self._events = Recorder(loop, told, "default-scheduler", series=True)
        self.scheduler = Scheduler(Snapshot())
        self._queue = SchedulingQueue(lambda: loop.now, self.scheduler.queue_sort)
        self._busy = False
        self._assumed: set[str] = set()
        cache.on("Pod", self._pod_changed)
        cache.on("Node", self._node_changed)
        for kind in _LOOKED_UP:
            cache.on(kind, self._object_changed)

    # -- what it hears -------------------------------------------------------------------------------------------------

    def _pod_changed(self, change: Change) -> None:
        pod = change.now.resource.as_(Pod)
        gone = change.verb is Verb.DELETED or text(change.now.status, "phase") in _ENDED
        if gone:
            self._forget(pod.key)
        elif pod.spec.node_name:
            self._placed(pod)
        elif change.before is None or change.before.spec != change.now.spec:
            self._enter(pod)
        self._wake()

    def _enter(self, pod: Pod) -> None:
        """A pod that waits for a node."""
        if not self.scheduler.responsible(pod):
            return
        self.scheduler.add_pod(pod)
        gate = self.scheduler.pre_enqueue(pod)
        if not gate.ok:
            self._loop.spawn(self._condition(pod, "SchedulingGated", CONDITION))
        self._queue.add(pod, self.scheduler.info(pod), gated=not gate.ok)

    def _placed(self, pod: Pod) -> None:
        known = pod.key in self._assumed or pod.key in self.scheduler.cluster.placed
        self._assumed.discard(pod.key)
        self._queue.remove(pod.key)
        self.scheduler.update_pod(pod)
        if not known:
            self._happened(PodPlaced(self.scheduler.cluster.placed[pod.key][0]))

    def _forget(self, key: str) -> None:
        placed = self.scheduler.cluster.placed.get(key)
        self.scheduler.delete_pod(key)
        self._queue.remove(key)
        self._assumed.discard(key)
        if placed is not None:
            self._happened(PodGone(placed[0]))

    def _node_changed(self, change: Change) -> None:
        node = change.now.resource.as_(Node)
        if change.verb is Verb.DELETED:
            self.scheduler.delete_node(node.name)
            self._happened(NodeGone(node))
        else:
            self.scheduler.update_node(node)
            before = change.before if change.verb is Verb.MODIFIED else None
            was = before.resource.as_(Node) if before is not None else None
            self._happened(NodeAdded(node) if was is None else NodeChanged(was, node))
        self._wake()

    def _object_changed(self, change: Change) -> None:
        view = change.now.resource.view
        if change.verb is Verb.DELETED:
            self.scheduler.delete_object(view.kind, view.key)
            return
        self.scheduler.add_object(view)
        if change.now.kind.startswith(("PersistentVolume", "Storage", "CSI")):
            self._happened(ObjectPut(view))
            self._wake()

    def _happened(self, event: Event) -> None:
        self._queue.on(event, self.scheduler.cluster.catalog)

    # -- what it does --------------------------------------------------------------------------------------------------

    def _wake(self) -> None:
        if not self._busy and len(self._queue):
            self._busy = True
            self._loop.spawn(self._run())

    async def _run(self) -> None:
        """Cycles, as long as there is a pod to try."""
        while True:
            await self._loop.sleep(SCHEDULE)
            waiting = self._queue.pop()
            if waiting is None:
                break
            pod = waiting.pod
            stored = self._cache.get("Pod", (pod.namespace, pod.name))
            if stored is None or stored.deleting:
                continue
            unbound = Unbound(pod, self.scheduler.cluster.catalog)
            attempt = self.scheduler.schedule(pod, record=False)
            if attempt.scheduled:
                self._assumed.add(pod.key)
                placed = self.scheduler.cluster.placed[pod.key][0]
                self._loop.spawn(self._bind(stored, waiting, unbound.decided(attempt.chosen), attempt.chosen))
                self._happened(PodPlaced(placed))
            else:
                self._queue.failed(waiting, attempt.plugins)
                self._events.warning(stored, "FailedScheduling", noted(attempt.message))
                self._loop.spawn(self._failed(pod, attempt))
        self._busy = False

    async def _bind(self, pod: Stored, waiting: Waiting, volumes: Decided, node: str) -> None:
        """Bind a pod, after its volumes."""

        def bound(manifest: Object) -> None:
            spec, status = manifest["spec"], manifest["status"]
            assert isinstance(spec, dict)
            assert isinstance(status, dict)
            spec["nodeName"] = node
            _scheduled(status, Condition("PodScheduled", "True", transitioned=stamp(self._loop.now)))
            status.pop("nominatedNodeName", None)

        try:
            if volumes:
                await self._volumes.bind(volumes)
            await self._client.bind(pod.key, bound)
        except NotBound as problem:
            await self._unassume(pod, waiting, str(problem))
            return
        except Refused:
            return
        self._events.normal(pod, "Scheduled", f"Successfully assigned {pod.namespace}/{pod.name} to {node}")

    async def _unassume(self, pod: Stored, waiting: Waiting, message: str) -> None:
        """A pod that was placed and could not be bound waits again."""
        self._forget(waiting.pod.key)
        if self._cache.get("Pod", pod.key) is None:
            return
        self._queue.failed(waiting, frozenset({"VolumeBinding"}))
        self._events.warning(pod, "FailedScheduling", noted(message))
        await self._condition(waiting.pod, "SchedulerError", message)

    async def _failed(self, pod: Pod, attempt: Attempt) -> None:
        if attempt.preemption is not None and attempt.preemption.victims is not None:
            victims = [victim.pod for victim in attempt.preemption.victims.pods]
            self._loop.spawn(self._make_room(victims, pod, attempt.nominates))
        await self._condition(pod, "Unschedulable", attempt.message, attempt.nominates)

    async def _condition(self, pod: Pod, reason: str, message: str, nominated: str = "") -> None:
        def write(status: Object) -> None:
            before = next((c for c in conditions_of(status) if c.type == "PodScheduled"), None)
            same = before is not None and before.status == "False"
            since = before.transitioned if before is not None and same else stamp(self._loop.now)
            _scheduled(status, Condition("PodScheduled", "False", reason, message, since))
            if nominated:
                status["nominatedNodeName"] = nominated

        try:
            await self._client.set_status("Pod", (pod.namespace, pod.name), write)
        except Refused:
            return

    async def _make_room(self, victims: Sequence[Pod], pod: Pod, node: str) -> None:
        """Evict all victims side by side but the last, and that one when they are done."""
        await self._loop.together(self._preempt(victim, pod, node) for victim in victims[:-1])
        for last in victims[-1:]:
            await self._preempt(last, pod, node)

    async def _preempt(self, victim: Pod, pod: Pod, node: str) -> None:
        key = (victim.namespace, victim.name)
        stored = self._cache.get("Pod", key)
        if stored is None:
            return
        message = f"{pod.spec.scheduler_name}: {PREEMPTING}"

        def target(status: Object) -> None:
            condition = Condition("DisruptionTarget", "True", "PreemptionByScheduler", message, stamp(self._loop.now))
            others = [c for c in conditions_of(status) if c.type != condition.type]
            status["conditions"] = conditions_json([*others, condition])

        try:
            await self._client.set_status("Pod", key, target)
            await self._client.delete("Pod", key)
        except Refused:
            return
        self._events.normal(stored, "Preempted", f"Preempted by pod {pod.metadata.uid} on node {node}")


def _scheduled(status: Object, condition: Condition) -> None:
    others = [c for c in conditions_of(status) if c.type != condition.type]
    status["conditions"] = conditions_json([*others, condition])

"""Taint eviction: pods leave a node with a NoExecute taint that they do not tolerate, or not any longer.

Upstream: pkg/controller/tainteviction/{taint_eviction,timed_workers}.go (v1.36).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from kspec.api.admission.refusal import Refused
from kspec.cluster.controller import Controller, Manager, node_of
from kspec.cluster.moments import stamp
from kspec.cluster.store import Change, Verb
from kspec.cluster.stored import Condition, Key, Stored, conditions_json, conditions_of
from kspec.domain.matching import tolerates
from kspec.domain.node import Node, Taint
from kspec.domain.pod import Pod, Toleration
from kspec.source.tree import Object

_NODE = ""
"""In a key: the work is about a node, not a pod."""
_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class _Planned:
    """An eviction that was begun at one moment and happens at another; `done` ones are not planned again."""

    begun: float
    due: float
    done: bool = False


class TaintEvictionController(Controller):
    name: ClassVar[str] = "taint-eviction-controller"
    title: ClassVar[str] = "taint-eviction"
    workers: ClassVar[int] = 8

    def __init__(self, manager: Manager) -> None:
        self._planned: dict[Key, _Planned] = {}
        super().__init__(manager)

    def watch(self) -> None:
        self.cache.on("Node", self._node_changed)
        self.cache.on("Pod", self._pod_changed)

    def _node_changed(self, change: Change) -> None:
        before = change.before if change.verb is Verb.MODIFIED else None
        if before is None or before.spec.get("taints") != change.now.spec.get("taints"):
            self.queue.add((_NODE, change.now.name))

    def _pod_changed(self, change: Change) -> None:
        pod, before = change.now, change.before if change.verb is Verb.MODIFIED else None
        if change.verb is Verb.DELETED:
            self.queue.add(pod.key)
            return
        same = before is not None and all(
            before.spec.get(name) == pod.spec.get(name) for name in ("nodeName", "tolerations")
        )
        if not same and node_of(pod):
            self.queue.add(pod.key)

    async def sync(self, key: Key) -> None:
        if key[0] == _NODE:
            self._look_at_node(key[1])
            return
        pod = self.cache.get("Pod", key)
        if pod is None:
            self._cancel(key, None)
            return
        node = self.cache.get("Node", ("", node_of(pod)))
        if node is not None and _taints(node):
            self._judge(pod, _taints(node))

    def _look_at_node(self, name: str) -> None:
        node = self.cache.get("Node", ("", name))
        if node is None:
            return
        taints = _taints(node)
        for pod in list(self.cache.list("Pod")):
            if node_of(pod) == name:
                self._judge(pod, taints)

    def _judge(self, pod: Stored, taints: tuple[Taint, ...]) -> None:
        """Plan a pod's eviction, or forget it. Of several tolerations of a taint the first one counts."""
        if not taints:
            self._cancel(pod.key, pod)
            return
        now, tolerations = self.loop.now, _tolerations(pod)
        used = [next((o for o in tolerations if tolerates(o, taint)), None) for taint in taints]
        if any(toleration is None for toleration in used):
            if self._planned.get(pod.key, _Planned(0.0, 0.0)).due > now:
                self._planned.pop(pod.key, None)
            self._plan(pod, now, now)
            return
        limits = [float(o.toleration_seconds) for o in used if o is not None and o.toleration_seconds is not None]
        if not limits:
            self._cancel(pod.key, pod)
            return
        begun, patience = now, max(0.0, min(limits))
        planned = self._planned.get(pod.key)
        if planned is not None and not planned.done:
            begun = planned.begun
            if begun + patience < now:
                return
            del self._planned[pod.key]
        self._plan(pod, begun, begun + patience)

    def _plan(self, pod: Stored, begun: float, due: float) -> None:
        if pod.key in self._planned:
            return
        planned = self._planned[pod.key] = _Planned(begun, due, done=due <= begun)

        def begin() -> None:
            if self._planned.get(pod.key) is planned:
                self._planned[pod.key] = _Planned(begun, due, done=True)
                self.loop.spawn(self._evict(pod))

        self.loop.at(due, begin)

    def _cancel(self, key: Key, pod: Stored | None) -> None:
        planned = self._planned.pop(key, None)
        if planned is not None and not planned.done and pod is not None:
            message = f"Cancelling deletion of Pod {pod.namespace}/{pod.name}"
            self.events.normal(pod, "TaintManagerEviction", message)

    async def _evict(self, pod: Stored) -> None:
        self.events.normal(pod, "TaintManagerEviction", f"Marking for deletion Pod {pod.namespace}/{pod.name}")

        def target(status: Object) -> None:
            said = ("DeletionByTaintManager", "Taint manager: deleting due to NoExecute taint")
            conditions = [c for c in conditions_of(status) if c.type != "DisruptionTarget"]
            mine = Condition("DisruptionTarget", "True", *said, stamp(self.loop.now))
            status["conditions"] = conditions_json([*conditions, mine])

        for _ in range(_ATTEMPTS):
            try:
                await self.client.set_status("Pod", pod.key, target)
                await self.client.delete("Pod", pod.key)
            except Refused as refused:
                if refused.refusal.code == 404:
                    return
            else:
                return


def _taints(node: Stored) -> tuple[Taint, ...]:
    return tuple(t for t in node.resource.as_(Node).spec.taints if t.effect == "NoExecute")


def _tolerations(pod: Stored) -> tuple[Toleration, ...]:
    return tuple(pod.resource.as_(Pod).spec.tolerations)

"""Pod garbage collector: pods whose node is gone or out of service, and pods that were to go before they had one.

Upstream: pkg/controller/podgc/gc_controller.go (v1.36) with its default periods.
"""

from __future__ import annotations

from typing import ClassVar

from kspec.api.admission.refusal import Refused
from kspec.cluster.controller import Controller, Manager, node_of, phase
from kspec.cluster.controllers.node_lifecycle.taints import taints_of
from kspec.cluster.moments import stamp
from kspec.cluster.stored import Condition, Key, Stored, conditions_json, conditions_of
from kspec.source.tree import Object

OUT_OF_SERVICE = "node.kubernetes.io/out-of-service"
_FIRST, _PERIOD, _QUARANTINE = 16.0, 20.0, 40.0
_SLACK = 0.01
"""The quarantine begins a moment after the look at the pods that it follows from."""


class PodGCController(Controller):
    name: ClassVar[str] = "pod-garbage-collector"
    title: ClassVar[str] = "pod-garbage-collector"

    def __init__(self, manager: Manager) -> None:
        self._missing: dict[str, float] = {}
        super().__init__(manager)

    def watch(self) -> None:
        self.loop.spawn(self._collect())

    async def sync(self, key: Key) -> None:
        """Nothing sets it off but time."""

    async def _collect(self) -> None:
        await self.loop.sleep(_FIRST)
        while True:
            begun = self.loop.now
            await self._out_of_service()
            await self._orphaned()
            for pod in list(self.cache.list("Pod")):
                if pod.deleting and not node_of(pod):
                    await self._drop(pod, None)
            await self.loop.until(begun + _PERIOD)

    async def _out_of_service(self) -> None:
        """Pods that are to go, on nodes that are not ready and that somebody has declared to be out of service."""
        for pod in list(self.cache.list("Pod")):
            node = self.cache.get("Node", ("", node_of(pod))) if pod.deleting else None
            if node is not None and not node.ready and OUT_OF_SERVICE in taints_of(node):
                await self._drop(pod, None)

    async def _orphaned(self) -> None:
        """Pods of nodes that have been missing for forty seconds."""
        nodes = {node.name for node in self.cache.list("Node")}
        pods = [pod for pod in self.cache.list("Pod") if node_of(pod) and node_of(pod) not in nodes]
        now = self.loop.now
        for pod in pods:
            self._missing.setdefault(node_of(pod), now)
        gone = {name for name, since in self._missing.items() if now > since + _QUARANTINE + _SLACK}
        for name in gone:
            del self._missing[name]
        for pod in pods:
            if node_of(pod) in gone:
                said = ("DeletionByPodGC", "PodGC: node no longer exists")
                await self._drop(pod, Condition("DisruptionTarget", "True", *said, stamp(now)))

    async def _drop(self, pod: Stored, reason: Condition | None) -> None:
        """A pod that has not ended has failed; then it is deleted at once."""

        def failed(status: Object) -> None:
            status["phase"] = "Failed"
            if reason is not None:
                others = [c for c in conditions_of(status) if c.type != reason.type]
                status["conditions"] = conditions_json([*others, reason])

        try:
            if phase(pod) not in ("Succeeded", "Failed"):
                await self.client.set_status("Pod", pod.key, failed)
            await self.client.delete("Pod", pod.key, grace=0)
        except Refused as refused:
            if refused.refusal.code != 404:
                raise

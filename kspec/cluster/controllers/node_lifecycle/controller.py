"""Node lifecycle: a node whose lease is not renewed is not known to be ready; its pods are not, and may have to leave.

Upstream: pkg/controller/nodelifecycle/node_lifecycle_controller.go (v1.36) with its default periods.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from kspec.api.admission.refusal import Refused
from kspec.api.fields import text
from kspec.cluster.controller import Controller, Manager, is_ready, node_of
from kspec.cluster.controllers.node_lifecycle.health import Health, unknown
from kspec.cluster.controllers.node_lifecycle.taints import (
    NOT_READY_NOW,
    UNREACHABLE_NOW,
    given_no_schedule,
    no_schedule,
    swap,
)
from kspec.cluster.controllers.node_lifecycle.zones import Zones
from kspec.cluster.kubelet import LEASES
from kspec.cluster.moments import stamp
from kspec.cluster.store import Change, Verb
from kspec.cluster.stored import Condition, Key, Stored, conditions_json, conditions_of
from kspec.source.tree import Object

_FIRST, _PERIOD, _TICK = 0.9, 5.001, 0.1
"""Every look takes a moment; nodes have just joined at the first one. Seconds."""


class NodeLifecycleController(Controller):
    name: ClassVar[str] = "node-controller"
    title: ClassVar[str] = "node-lifecycle"

    def __init__(self, manager: Manager) -> None:
        self._health: dict[str, Health] = {}
        self._zones = Zones()
        super().__init__(manager)

    def watch(self) -> None:
        self.cache.on("Node", self._changed)
        self.loop.spawn(self._monitor())

    # -- what nodes say: NoSchedule ------------------------------------------------------------------------------------

    def _changed(self, change: Change) -> None:
        if change.verb is not Verb.DELETED:
            self.queue.add(change.now.key)

    async def sync(self, key: Key) -> None:
        node = self.cache.get("Node", key)
        if node is None:
            return
        wanted, given = no_schedule(node), given_no_schedule(node)
        await swap(self.client, node, wanted, [mark for mark in given if mark not in wanted])

    # -- what nodes do not say -----------------------------------------------------------------------------------------

    async def _monitor(self) -> None:
        """Look at all nodes every five seconds."""
        await self.loop.sleep(_FIRST)
        while True:
            nodes = list(self.cache.list("Node"))
            for gone in set(self._health) - {node.name for node in nodes}:
                del self._health[gone]
                self._zones.forget(gone)
            for node in nodes:
                try:
                    await self._look_at(node)
                except Refused:
                    continue
            await self._disruption(nodes)
            self._begin_evictions()
            await self.loop.sleep(_PERIOD)

    async def _look_at(self, node: Stored) -> None:
        lease = self.cache.get("Lease", (LEASES, node.name))
        known = self._health.get(node.name) or Health(since=self.loop.now)
        health = known.seen(text(lease.spec, "renewTime") if lease is not None else "", self.loop.now)
        self._health[node.name] = health
        was = node.condition("Ready")
        if health.silent(self.loop.now, never_posted=was is None):
            node = await self._unknown(node)
        ready = node.condition("Ready")
        status = ready.status if ready is not None else "Unknown"
        if status != "True" and was is not None and was.status == "True":
            self.events.normal(node, "NodeNotReady", f"Node {node.name} status is now: NodeNotReady")
            await self._pods_not_ready(node)
        self._zones.note(node, ready=status == "True")
        await self._evict(node, status)

    async def _unknown(self, node: Stored) -> Stored:
        status = unknown(node, stamp(self.loop.now))
        return node if status == node.status else await self.client.update_status(node.with_status(status))

    async def _pods_not_ready(self, node: Stored) -> None:
        for pod in list(self.cache.list("Pod")):
            if node_of(pod) != node.name or not is_ready(pod):
                continue
            now = stamp(self.loop.now)

            def not_ready(status: Object, now: str = now) -> None:
                conditions = conditions_of(status)
                new = [
                    Condition(c.type, "False", c.reason, c.message, now) if c.type == "Ready" else c for c in conditions
                ]
                status["conditions"] = conditions_json(new)

            try:
                await self.client.set_status("Pod", pod.key, not_ready)
            except Refused as refused:
                if refused.refusal.code != 404:
                    raise
                continue
            self.events.warning(pod, "NodeNotReady", "Node is not ready")

    # -- NoExecute -----------------------------------------------------------------------------------------------------

    async def _evict(self, node: Stored, status: str) -> None:
        """Let the pods of a node leave that is not ready, a node every ten seconds; let those of a ready one stay."""
        match status:
            case "True":
                self._zones.recovered(node)
                await swap(self.client, node, [], [UNREACHABLE_NOW, NOT_READY_NOW])
            case "False" if UNREACHABLE_NOW.on(node):
                await swap(self.client, node, [NOT_READY_NOW], [UNREACHABLE_NOW])
            case "Unknown" if NOT_READY_NOW.on(node):
                await swap(self.client, node, [UNREACHABLE_NOW], [NOT_READY_NOW])
            case _:
                self._zones.failed(node)

    async def _disruption(self, nodes: Sequence[Stored]) -> None:
        """Where no node is ready at all, it is rather the controller that hears nothing: no pod has to leave."""
        if self._zones.all_down() and not self._zones.halted:
            self._zones.halted = True
            for node in nodes:
                self._zones.recovered(node)
                fresh = self.cache.get("Node", node.key)
                if fresh is not None:
                    await swap(self.client, fresh, [], [UNREACHABLE_NOW, NOT_READY_NOW])
        elif self._zones.halted and not self._zones.all_down():
            self._zones.halted = False
            now = self.loop.now
            self._health = {name: health.restarted(now) for name, health in self._health.items()}

    def _begin_evictions(self) -> None:
        due = self._zones.next_due(self.loop.now)
        if due is not None:
            self.loop.at((due // _TICK + 1) * _TICK, lambda: self.loop.spawn(self._mark()))

    async def _mark(self) -> None:
        name = self._zones.take(self.loop.now)
        node = self.cache.get("Node", ("", name)) if name else None
        ready = node.condition("Ready") if node is not None else None
        if node is not None and (ready is None or ready.status != "True"):
            unreachable = ready is None or ready.status == "Unknown"
            add, remove = (UNREACHABLE_NOW, NOT_READY_NOW) if unreachable else (NOT_READY_NOW, UNREACHABLE_NOW)
            try:
                await swap(self.client, node, [add], [remove])
            except Refused:
                self._zones.failed_again(name)
        self._begin_evictions()

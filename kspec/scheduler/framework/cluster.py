"""The scheduler's picture of a cluster: nodes, the pods on them, and everything counted from those.

Upstream: pkg/scheduler/backend/cache/cache.go, snapshot.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeAlias

from kspec.domain.base import KubeObject
from kspec.domain.node import Node
from kspec.domain.pod import Pod
from kspec.domain.policy import Namespace
from kspec.domain.snapshot import Snapshot
from kspec.scheduler.framework.arrays import Ints
from kspec.scheduler.framework.catalog import Catalog
from kspec.scheduler.framework.counts import PodCounts
from kspec.scheduler.framework.images import ImageStates
from kspec.scheduler.framework.load import Load
from kspec.scheduler.framework.nodeinfo import NodeInfo
from kspec.scheduler.framework.nodetable import NodeTable
from kspec.scheduler.framework.podinfo import PodInfo, TemplatePool
from kspec.scheduler.framework.podlist import PodList
from kspec.scheduler.framework.resources import Amounts, allocatable
from kspec.scheduler.framework.vectors import Compute, VectorStore

Parts: TypeAlias = Callable[[], Hashable]


class Cluster:
    """Nodes, pods and objects. Pods on a node that does not exist are kept aside until it does."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.catalog = Catalog.of(snapshot)
        self.nodes = NodeTable()
        self.load = Load(0)
        self.counts = PodCounts(0, self.catalog.namespace_labels)
        self.images = ImageStates()
        self.templates = TemplatePool()
        self.placed: dict[str, tuple[PodInfo, str]] = {}
        self.nominated: dict[str, dict[str, PodInfo]] = {}
        self._pods_on: list[PodList] = []
        self._offered: dict[str, Amounts] = {}
        self._aside: dict[str, dict[str, PodInfo]] = {}
        self._static = VectorStore()
        self._local = VectorStore()
        self._tokens: dict[Hashable, int] = {}
        for node in snapshot.nodes:
            self.put_node(node)
        for pod in snapshot.pods:
            if pod.spec.node_name:
                self.place(self.templates.info(pod), pod.spec.node_name)

    # -- nodes ---------------------------------------------------------------------------------------------------------

    def put_node(self, node: Node) -> None:
        """Add a node, or replace the one of the same name; pods that waited for it come along."""
        slot = self.nodes.add(node)
        if self.nodes.size != len(self._pods_on):
            self._grow()
        self._offered[node.name] = allocatable(node)
        self.load.offer(slot, self._offered[node.name])
        self.images.put(node)
        for pod in self._aside.pop(node.name, {}).values():
            self._count(pod, slot, 1)

    def remove_node(self, name: str) -> None:
        """Take a node away; its pods stay, as pods on a node that does not exist."""
        slot = self.nodes.slot[name]
        for pod in list(self._pods_on[slot]):
            self._count(pod, slot, -1)
            self._aside.setdefault(name, {})[pod.key] = pod
        self.images.drop(name)
        del self._offered[name]
        self.nodes.remove(name)
        self.load.offer(slot, {})

    def pods_on(self, slot: int) -> PodList:
        return self._pods_on[slot]

    def node_info(self, slot: int) -> NodeInfo:
        """The node with its pods, in the form that plain filters take. A copy: what is done to it stays there."""
        node = self.nodes.at(slot)
        info = NodeInfo(node, self._offered[node.name])
        for pod in self._pods_on[slot]:
            info.add(pod)
        return info

    def node_infos(self) -> list[NodeInfo]:
        """All nodes with their pods, in the order in which they are examined."""
        return [self.node_info(int(slot)) for slot in self.nodes.order]

    # -- pods ----------------------------------------------------------------------------------------------------------

    def info(self, pod: Pod) -> PodInfo:
        return self.templates.info(pod)

    def place(self, pod: PodInfo, node: str) -> None:
        """The pod is on the node from now on. A pod of the same name that was placed before is replaced."""
        if pod.key in self.placed:
            self.displace(pod.key)
        self.placed[pod.key] = (pod, node)
        slot = self.nodes.slot.get(node)
        if slot is None:
            self._aside.setdefault(node, {})[pod.key] = pod
        else:
            self._count(pod, slot, 1)

    def displace(self, key: str) -> PodInfo | None:
        """The pod is on no node any more; None if it was on none before."""
        found = self.placed.pop(key, None)
        if found is None:
            return None
        pod, node = found
        slot = self.nodes.slot.get(node)
        if slot is None:
            self._aside[node].pop(key)
        else:
            self._count(pod, slot, -1)
        return pod

    def replace(self, pod: PodInfo, by: PodInfo) -> None:
        """A placed pod has changed."""
        node = self.placed[pod.key][1]
        self.place(by, node)

    def nominate(self, pod: PodInfo, node: str) -> None:
        """Keep room on a node for a pod that had others preempted there; an empty name takes the nomination back."""
        if pod.nominated and pod.nominated in self.nominated:
            self.nominated[pod.nominated].pop(pod.key, None)
            if not self.nominated[pod.nominated]:
                del self.nominated[pod.nominated]
        pod.nominated = node
        if node:
            self.nominated.setdefault(node, {})[pod.key] = pod

    # -- objects -------------------------------------------------------------------------------------------------------

    def put_object(self, item: KubeObject) -> None:
        """Add or replace an object that plugins look up."""
        self.catalog.put(item)
        if isinstance(item, Namespace):
            self._recount()

    def drop_object(self, kind: str, key: str) -> None:
        self.catalog.drop(kind, key)
        if kind == "Namespace":
            self._recount()

    # -- vectors -------------------------------------------------------------------------------------------------------

    def static(self, pod: PodInfo, name: str, parts: Parts, compute: Compute) -> Ints:
        """A value per slot that depends on nodes but not on the pods there.

        `parts` tells what of the pod `compute` depends on; pods that agree in it share the vector called `name`.
        """
        return self._static.get(self._token(pod, name, parts), compute).current(self.nodes.log, self.nodes.size)

    def local(self, pod: PodInfo, name: str, parts: Parts, compute: Compute) -> Ints:
        """A value per slot that depends on a node and the pods on it."""
        return self._local.get(self._token(pod, name, parts), compute).current(self.load.log, self.nodes.size)

    # -- inside --------------------------------------------------------------------------------------------------------

    def _token(self, pod: PodInfo, name: str, parts: Parts) -> int:
        """A number for (name, parts), remembered with the template, because hashing the parts takes time."""
        memo = pod.template.memo
        token = memo.get(name)
        if not isinstance(token, int):
            token = memo[name] = self._tokens.setdefault((name, parts()), len(self._tokens))
        return token

    def _count(self, pod: PodInfo, slot: int, by: int) -> None:
        if by > 0:
            self._pods_on[slot].add(pod)
        else:
            self._pods_on[slot].remove(pod.key)
        self.load.change(pod, slot, by)
        self.counts.change(pod, slot, by)

    def _grow(self) -> None:
        size = self.nodes.size
        self._pods_on.extend(PodList() for _ in range(size - len(self._pods_on)))
        self.load.grow(size)
        self.counts.grow(size)

    def _recount(self) -> None:
        """Namespace labels changed: which pods a term means may have changed with them."""
        self.counts = PodCounts(self.nodes.size, self.catalog.namespace_labels)
        for slot, pods in enumerate(self._pods_on):
            for pod in pods:
                self.counts.change(pod, slot, 1)

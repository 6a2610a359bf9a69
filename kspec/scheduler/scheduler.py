"""A scheduler session: asked for one decision at a time, and told what else happens in the cluster."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from kspec.domain.base import KubeObject
from kspec.domain.node import Node
from kspec.domain.pod import Pod
from kspec.domain.snapshot import Snapshot
from kspec.scheduler.configuration import Configuration, default_configuration
from kspec.scheduler.cycle import Cycle, Rotation
from kspec.scheduler.framework.attempt import Attempt
from kspec.scheduler.framework.cluster import Cluster
from kspec.scheduler.framework.interface import CycleState, QueueSortPlugin
from kspec.scheduler.framework.pick import FirstPick, Pick, SeededPick
from kspec.scheduler.framework.podinfo import PodInfo
from kspec.scheduler.framework.runtime import Framework
from kspec.scheduler.framework.status import Status
from kspec.scheduler.plugins.dynamic_resources import release


class Scheduler:
    """The scheduler's side of a cluster.

    `schedule` decides about one pod and carries the decision out: it is placed, or its victims are marked as leaving
    and a node is kept for it. Pods with `spec.nodeName` are placed when added. `pick` decides ties; by default they
    are decided as upstream would, with a `seed` pseudo-randomly.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        configuration: Configuration | None = None,
        seed: int | None = None,
        *,
        pick: Pick | None = None,
        all_nodes: bool = False,
    ) -> None:
        configuration = configuration or default_configuration()
        self.cluster = Cluster(snapshot)
        self._rotation = Rotation()
        self.configuration = configuration
        self._all_nodes = all_nodes
        chooser = pick or (FirstPick() if seed is None else SeededPick(seed))
        self._frameworks = {p.scheduler_name: Framework(p, self.cluster, chooser) for p in configuration.profiles}
        self._waiting: dict[str, PodInfo] = {}
        for pod in snapshot.pods:
            if not pod.spec.node_name:
                self.add_pod(pod)

    # -- decisions -----------------------------------------------------------------------------------------------------

    @property
    def queue_sort(self) -> QueueSortPlugin:
        """Who is tried first; all profiles agree in that."""
        return self.configuration.profiles[0].queue_sort

    def responsible(self, pod: Pod) -> bool:
        """Whether one of the profiles schedules the pod."""
        return pod.spec.scheduler_name in self._frameworks

    def pre_enqueue(self, pod: Pod) -> Status:
        """Whether the pod may be tried at all: a gated pod may not."""
        return self.framework(pod).pre_enqueue(self.info(pod))

    def schedule(self, pod: Pod, *, record: bool = True) -> Attempt:
        """Decide about a pod and carry it out. `record` fills in what every node got, which takes time."""
        info = self.info(pod)
        attempt = self._cycle(self.framework(pod), self._rotation).attempt(info, record=record)
        if attempt.scheduled:
            self._bind(info, attempt.chosen)
        elif attempt.preemption is not None:
            self._make_room(info, attempt)
        return attempt

    def examine(self, pod: Pod) -> Attempt:
        """What would be decided now, without carrying it out. Ties are decided as upstream would."""
        framework = self.framework(pod).choosing(FirstPick())
        return self._cycle(framework, Rotation(self._rotation.start)).attempt(self.info(pod), record=True)

    def framework(self, pod: Pod) -> Framework:
        """The plugins of the profile that the pod names. Ask first whether there is one (`responsible`)."""
        return self._frameworks[pod.spec.scheduler_name]

    # -- what happens in the cluster -----------------------------------------------------------------------------------

    def add_pod(self, pod: Pod) -> None:
        """A pod was created, or changed: it is placed if it has a node, and waits otherwise."""
        before = self._waiting.pop(pod.key, None)
        info = self.cluster.info(pod)
        if pod.spec.node_name:
            if before is not None:
                self.cluster.nominate(before, "")
            self.cluster.place(info, pod.spec.node_name)
        else:
            if before is not None and not info.nominated:
                info.nominated = before.nominated
            self._waiting[pod.key] = info
            if info.nominated:
                self.cluster.nominate(info, info.nominated)

    update_pod = add_pod

    def delete_pod(self, key: str) -> None:
        """A pod (`namespace/name`) is gone."""
        waiting = self._waiting.pop(key, None)
        if waiting is not None:
            self.cluster.nominate(waiting, "")
        gone = self.cluster.displace(key)
        if gone is not None and gone.spec.resource_claims:
            release(gone.pod, self.cluster.catalog)

    def add_node(self, node: Node) -> None:
        """A node joined, or changed."""
        self.cluster.put_node(node)

    update_node = add_node

    def delete_node(self, name: str) -> None:
        self.cluster.remove_node(name)

    def add_object(self, item: KubeObject) -> None:
        """Any other object was created, or changed."""
        self.cluster.put_object(item)

    def delete_object(self, kind: str, key: str) -> None:
        self.cluster.drop_object(kind, key)

    def node_of(self, key: str) -> str:
        """The node of a placed pod, empty if it has none."""
        placed = self.cluster.placed.get(key)
        return placed[1] if placed else ""

    def nodes(self) -> Iterable[Node]:
        return self.cluster.nodes

    # -- inside --------------------------------------------------------------------------------------------------------

    def _cycle(self, framework: Framework, rotation: Rotation) -> Cycle:
        percentage = self.configuration.percentage_of_nodes_to_score
        return Cycle(framework, rotation, percentage, all_nodes=self._all_nodes)

    def info(self, pod: Pod) -> PodInfo:
        """A waiting pod as the framework holds it."""
        info = self._waiting.get(pod.key)
        if info is None or (info.pod is not pod and info.pod != pod):
            self.add_pod(pod)
            info = self._waiting[pod.key]
        return info

    def _bind(self, pod: PodInfo, node: str) -> None:
        framework, state = self.framework(pod.pod), CycleState()
        framework.reserve(state, pod, node)
        framework.permit(state, pod, node)
        framework.bind(state, pod, node)
        self._waiting.pop(pod.key, None)

    def _make_room(self, pod: PodInfo, attempt: Attempt) -> None:
        result = attempt.preemption
        if result is None or result.nominated is None:
            return
        self.cluster.nominate(pod, result.nominated)
        if result.victims is None:
            return
        for victim in result.victims.pods:
            if not victim.terminating:
                self.cluster.replace(victim, replace(victim, terminating=True, preempted=True))
        for other in list(self.cluster.nominated.get(result.nominated, {}).values()):
            if other.priority < pod.priority:
                self.cluster.nominate(other, "")


def feasible(snapshot: Snapshot, pod: Pod) -> frozenset[str]:
    """The nodes that pass every filter of the default profile for this pod, however large the cluster."""
    cluster_without = replace(snapshot, pods=tuple(p for p in snapshot.pods if p.key != pod.key))
    attempt = Scheduler(cluster_without, all_nodes=True).examine(pod)
    return frozenset(attempt.details.feasible) if attempt.details else frozenset()

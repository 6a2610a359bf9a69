"""The scheduler inside a simulation: it chooses among the nodes that the model leaves open, and says why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kspec.core.system import Action
from kspec.domain.base import ObjectMeta
from kspec.domain.pod import Pod, PodSpec
from kspec.domain.snapshot import Snapshot
from kspec.elaborate.behaviour.names import DesignNamer
from kspec.elaborate.behaviour.things import Revision
from kspec.elaborate.behaviour.world import every_node
from kspec.run.world import World
from kspec.scheduler.case import prepared
from kspec.scheduler.framework.attempt import Attempt
from kspec.scheduler.scheduler import Scheduler


class ScheduledNodes:
    """Backs a simulation's choice of nodes with kube-scheduler's own filters and scores."""

    def __init__(self, snapshot: Snapshot, namer: DesignNamer) -> None:
        self._scheduler = Scheduler(prepared(replace(snapshot, pods=())))
        self._revisions = {(r.owner.id, r.number): r for r in namer.world.revisions}
        self._known: dict[str, str] = {}
        self._nodes = {node.name: node for node in every_node(namer.world.design)}
        self._present = {node.name for node in snapshot.nodes}
        self.attempts: dict[str, Attempt] = {}
        """The last attempt for each pod, by the pod's name."""

    def choose(self, world: World, action: Action, pod: str, nodes: Sequence[str]) -> str | None:
        """The best node; None where the scheduler knows a reason against all that the model would allow."""
        found = next((p for p in world.pods if p.name == pod), None)
        if found is None:
            return None
        self._follow(world)
        attempt = self._scheduler.examine(self._pod(found.state.workload, found.state.revision, pod, ""))
        self.attempts[pod] = attempt
        return attempt.chosen if attempt.chosen in nodes else None

    def waiting(self, world: World) -> Iterator[tuple[Pod, Attempt]]:
        """The pods that have no node at the end of a run, and what the scheduler says about each."""
        self._follow(world)
        for pod in world.pods:
            if pod.node is None:
                view = self._pod(pod.state.workload, pod.state.revision, pod.name, "")
                yield view, self._scheduler.examine(view)

    def _follow(self, world: World) -> None:
        """Bring the scheduler's cluster to where the world is: nodes that an autoscaler added or removed, and pods."""
        present = {n.name for n, block in zip(world.nodes, world.blocks, strict=True) if block.get("joined", 1)}
        for name in sorted(present - self._present):
            self._scheduler.add_node(self._nodes[name])
        for name in sorted(self._present - present):
            self._scheduler.delete_node(name)
        self._present = present
        now = {pod.name: pod for pod in world.pods if pod.node is not None}
        for name in [n for n in self._known if n not in now]:
            self._scheduler.delete_pod(self._known.pop(name))
        for name, pod in now.items():
            if name not in self._known and pod.node is not None:
                node = world.nodes[pod.node].name
                view = self._pod(pod.state.workload, pod.state.revision, name, node)
                self._scheduler.add_pod(view)
                self._known[name] = view.key

    def _pod(self, workload: str, number: int, name: str, node: str) -> Pod:
        revision: Revision = self._revisions[workload, number]
        template = revision.template
        metadata = ObjectMeta(name=name, namespace=template.namespace, labels=dict(template.labels))
        spec: PodSpec = template.spec.model_copy(update={"node_name": node})
        return Pod(api_version="v1", kind="Pod", metadata=metadata, spec=spec)

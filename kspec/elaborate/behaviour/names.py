"""Names of pods and nodes as Kubernetes gives them: what the executor asks when it makes the core's counts concrete."""

from __future__ import annotations

from dataclasses import dataclass, field

from kspec.core.pod import PodState
from kspec.core.system import NodeClass
from kspec.elaborate.behaviour.things import Revision
from kspec.elaborate.behaviour.world import World


@dataclass(slots=True)
class DesignNamer:
    """Names after the design: `web-7c5ddbdf54-1`, `db-0`, a node's own name.

    Pods of counted workloads are numbered in order of creation, from 1, so that runs are the same byte for byte.
    """

    world: World
    _revisions: dict[tuple[str, int], Revision] = field(init=False)
    _nodes: dict[str, tuple[str, ...]] = field(init=False)

    def __post_init__(self) -> None:
        self._revisions = {(r.owner.id, r.number): r for r in self.world.revisions}
        self._nodes = {place.name: place.names for place in self.world.places}

    @property
    def facts(self) -> tuple[object, ...]:
        """All that the names depend on."""
        revisions = [(*key, r.name, r.owner.kind, r.owner.name) for key, r in self._revisions.items()]
        return tuple(revisions), tuple(self._nodes.items())

    def pod(self, state: PodState, serial: int) -> str:
        """The name of a new pod; `serial` counts the pods made before it in its workload and revision."""
        revision = self._revisions[state.workload, state.revision]
        owner = revision.owner
        match owner.kind:
            case "Pod":
                return owner.name
            case "StatefulSet":
                return f"{owner.name}-{state.ordinal}"
            case "Job" if state.ordinal is not None:
                return f"{owner.name}-{state.ordinal}-{serial + 1}"
            case "Deployment":
                return f"{revision.name}-{serial + 1}"
            case "DaemonSet":
                earlier = sum(r.number < revision.number for r in owner.revisions)
                return f"{owner.name}-{serial + 1}" if not earlier else f"{owner.name}-r{revision.number}-{serial + 1}"
            case _:
                return f"{owner.name}-{serial + 1}"

    def node(self, node_class: NodeClass, index: int, count: int) -> str:
        """The name of a node of a class; nodes beyond the low count of a range go on in the pool's numbering."""
        names = self._nodes.get(node_class.origin or node_class.name, ())
        if index < len(names):
            return names[index]
        return f"{node_class.origin or node_class.name}-{index + 1}"

    def address(self, node: int, serial: int) -> str:
        """A pod's IP: one /24 of 10.244.0.0/16 a node (more than 256 nodes go on in 10.245)."""
        return f"10.{244 + node // 256}.{node % 256}.{2 + serial % 253}"

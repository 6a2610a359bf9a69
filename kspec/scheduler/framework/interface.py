"""The extension points, as protocols.

A filter and a score exist in two forms. `filter` and `score` look at one node, as upstream's do: they are what a reader
compares with upstream, and what preemption runs on a node whose pods are taken away one by one. `verdicts` and `scores`
give the same answers for all nodes at once. A law ties the two.

Upstream: staging/src/k8s.io/kube-scheduler/framework/interface.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar, runtime_checkable

from kspec.scheduler.framework.arrays import Ints, Slots
from kspec.scheduler.framework.cluster import Cluster
from kspec.scheduler.framework.diagnosis import Diagnosis
from kspec.scheduler.framework.nodeinfo import NodeInfo
from kspec.scheduler.framework.podinfo import PodInfo
from kspec.scheduler.framework.status import OK, Status
from kspec.scheduler.framework.verdicts import Verdicts

T = TypeVar("T")
MAX_NODE_SCORE = 100


class CycleState:
    """What plugins keep during one attempt, by the type of what is kept."""

    __slots__ = ("_kept", "skip_filter", "skip_score")

    def __init__(self) -> None:
        self._kept: dict[type[object], object] = {}
        self.skip_filter: set[str] = set()
        self.skip_score: set[str] = set()

    def write(self, value: object) -> None:
        self._kept[type(value)] = value

    def find(self, kind: type[T]) -> T | None:
        value = self._kept.get(kind)
        return value if isinstance(value, kind) else None

    def read(self, kind: type[T]) -> T:
        """What was written of this type. Reading before writing is a mistake of the caller's."""
        value = self._kept[kind]
        if not isinstance(value, kind):
            raise TypeError(f"{kind.__name__} expected")
        return value


@dataclass(frozen=True, slots=True)
class PreFilterResult:
    """What a plugin knows before it sees nodes: nothing to do, refused, or only these nodes."""

    skip: bool = False
    status: Status = OK
    nodes: frozenset[str] | None = None


PROCEED = PreFilterResult()
SKIP = PreFilterResult(skip=True)


class Plugin(Protocol):
    """A plugin has upstream's name."""

    @property
    def name(self) -> str: ...


@runtime_checkable
class PreEnqueuePlugin(Plugin, Protocol):
    def pre_enqueue(self, pod: PodInfo) -> Status:
        """Whether the pod may enter the queue."""
        ...


@runtime_checkable
class QueueSortPlugin(Plugin, Protocol):
    def less(self, pod: PodInfo, since: float, other: PodInfo, other_since: float) -> bool:
        """Whether `pod`, waiting since a time in seconds, goes before `other`."""
        ...


@runtime_checkable
class PreFilterPlugin(Plugin, Protocol):
    def pre_filter(self, state: CycleState, pod: PodInfo, cluster: Cluster) -> PreFilterResult: ...


@runtime_checkable
class FilterPlugin(Plugin, Protocol):
    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status: ...

    def verdicts(self, state: CycleState, pod: PodInfo, cluster: Cluster) -> Verdicts | None:
        """The verdicts on all slots, or None where every node passes."""
        ...


@runtime_checkable
class Tallying(Plugin, Protocol):
    """A filter that counts pods all over the cluster. The plain form needs its tally before the first `filter`."""

    def tally(self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo], cluster: Cluster) -> None: ...

    def add_pod(self, state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo) -> None:
        """`other` came to the node (upstream `PreFilterExtensions.AddPod`)."""
        ...

    def remove_pod(self, state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo) -> None: ...


@runtime_checkable
class PreScorePlugin(Plugin, Protocol):
    def pre_score(self, state: CycleState, pod: PodInfo, cluster: Cluster, nodes: Slots) -> bool:
        """Prepare scoring the feasible nodes; False skips it (upstream `Skip`)."""
        ...


@runtime_checkable
class ScorePlugin(Plugin, Protocol):
    def scores(self, state: CycleState, pod: PodInfo, cluster: Cluster, nodes: Slots) -> Ints:
        """The raw score of each of the nodes."""
        ...

    def score(
        self, state: CycleState, pod: PodInfo, node: NodeInfo, feasible: Sequence[NodeInfo], cluster: Cluster
    ) -> int:
        """The raw score of one of the feasible nodes, computed from the nodes and pods themselves."""
        ...

    def normalize_score(self, state: CycleState, scores: Ints) -> Ints:
        """Raw scores of the feasible nodes as numbers from 0 to 100 (upstream `ScoreExtensions`)."""
        ...


@runtime_checkable
class ReservePlugin(Plugin, Protocol):
    def reserve(self, state: CycleState, pod: PodInfo, node: str, cluster: Cluster) -> Status: ...


@runtime_checkable
class PermitPlugin(Plugin, Protocol):
    def permit(self, state: CycleState, pod: PodInfo, node: str) -> Status: ...


@runtime_checkable
class BindPlugin(Plugin, Protocol):
    def bind(self, state: CycleState, pod: PodInfo, node: str, cluster: Cluster) -> None: ...


class Handle(Protocol):
    """What a plugin may ask the framework that runs it."""

    @property
    def cluster(self) -> Cluster: ...

    def tally(self, state: CycleState, pod: PodInfo) -> None:
        """Prepare the plain filters for this pod."""
        ...

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status:
        """All filters on one node, with the pods nominated to it and without them."""
        ...

    def add_pod(self, state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo) -> None:
        """Put `other` on the node, and tell the tallies."""
        ...

    def remove_pod(self, state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo) -> None: ...

    def pick(self, pod: PodInfo, names: Sequence[str]) -> str:
        """One of several that are equally good."""
        ...


@dataclass(frozen=True, slots=True)
class Victims:
    """Pods that would have to go from a node, the most important first, and how many of them violate a budget."""

    node: str
    pods: tuple[PodInfo, ...]
    violations: int


@dataclass(frozen=True, slots=True)
class PostFilterResult:
    """What was done for a pod that fits nowhere.

    `nominated` is a node to keep for it, empty for none, None for no change.
    """

    status: Status
    nominated: str | None = None
    candidates: tuple[Victims, ...] = ()

    @property
    def victims(self) -> Victims | None:
        """Who has to go, if a node was nominated."""
        return next((c for c in self.candidates if c.node == self.nominated), None)


@runtime_checkable
class PostFilterPlugin(Plugin, Protocol):
    def post_filter(
        self, state: CycleState, pod: PodInfo, diagnosis: Diagnosis, handle: Handle
    ) -> PostFilterResult: ...

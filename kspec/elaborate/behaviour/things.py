"""The objects of a design as components see them: workloads with their revisions, nodes by class, everything else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kspec.core.expr import INT, Expr, Global, Local
from kspec.core.pod import PodState
from kspec.domain.labels import Labels
from kspec.domain.node import HOSTNAME, Node
from kspec.domain.objects import Resource
from kspec.domain.pod import Pod, PodSpec, PodTemplate
from kspec.domain.storage import PersistentVolume, StorageClass


class Phase(StrEnum):
    """Where a pod is in its life, as controllers, scheduler and kubelet can tell.

    `PENDING` has no node and could go to any; `TARGETED` has none either, but may only go to one (daemon pods), and
    `NOMINATED` waits for one to be cleared for it (preemption).
    `STARTING` is bound and not yet ready for the first time. A terminating pod keeps its node until it is gone.
    """

    PENDING = "Pending"
    TARGETED = "Targeted"
    NOMINATED = "Nominated"
    STARTING = "Starting"
    READY = "Ready"
    NOT_READY = "NotReady"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    TERMINATING = "Terminating"

    @property
    def bound(self) -> bool:
        """Counted on a node: all but `PENDING`."""
        return self is not Phase.PENDING


@dataclass(frozen=True, eq=False, slots=True)
class Thing:
    """An object of the design. Its `id` names its state variables."""

    kind: str
    namespace: str
    name: str
    id: str
    resource: Resource
    order: int = 0
    """Its place in the order in which the design's objects are applied."""


@dataclass(frozen=True, eq=False, slots=True)
class Template:
    """A pod template, with the labels its controller adds."""

    spec: PodSpec
    labels: Labels
    annotations: Mapping[str, str]
    namespace: str

    @staticmethod
    def of(template: PodTemplate, namespace: str, more: Mapping[str, str]) -> Template:
        """The template with further labels."""
        metadata = template.metadata
        return Template(template.spec, metadata.labels | dict(more), metadata.annotations, namespace)

    def pod(self) -> Pod:
        """A pod made from it, as domain views see one."""
        template = PodTemplate.model_construct(spec=self.spec)
        return Pod.model_construct(spec=template.spec)


@dataclass(frozen=True, slots=True)
class Cause:
    """The disturbance, by name and by place in its list, that changes a workload's template."""

    name: str
    number: int
    images: tuple[tuple[str, str], ...] = ()
    """The containers whose images it changes, each with the new one."""


@dataclass(frozen=True, eq=False, slots=True)
class Revision:
    """One version of a workload's template: a ReplicaSet of a Deployment, a ControllerRevision otherwise."""

    kind: str
    owner: Workload
    number: int
    name: str
    template: Template
    cause: Cause | None = None
    """The disturbance that brings it about; None for what the design says."""

    @property
    def id(self) -> str:
        """Names its state variables."""
        return f"{self.owner.id}.r{self.number}"

    @property
    def namespace(self) -> str:
        """Its owner's namespace."""
        return self.owner.namespace


@dataclass(frozen=True, eq=False, slots=True)
class Workload(Thing):
    """An object that makes pods, or a bare pod."""

    ordinals: tuple[int | None, ...] = (None,)
    """The identities of its pods, where they have any."""
    most: int = 1
    """The largest number of replicas anything asks for."""
    revisions: list[Revision] = field(default_factory=list)
    """Filled when the world is made."""

    @property
    def path(self) -> str:
        """`namespace/Kind/name`."""
        return f"{self.namespace}/{self.kind}/{self.name}"


@dataclass(frozen=True, eq=False, slots=True)
class Claim(Thing):
    """A PersistentVolumeClaim that a pod uses: an object of the design, or made from a claim template."""

    storage: StorageClass | None = None
    """Its class; None where the design does not have it."""
    volume: PersistentVolume | None = None
    """The volume it is bound to from the start."""


@dataclass(frozen=True, eq=False, slots=True)
class Place:
    """A class of nodes nobody can tell apart, with one of them as the sample."""

    index: int
    name: str
    sample: Node
    names: tuple[str, ...]
    """The nodes' names; for a symbolic size those at the low count."""
    single: bool
    """It has exactly one node, so that names and hostnames can be asked for."""
    taken: Mapping[str, int] = field(default_factory=dict)
    """What pods that are not looked at take from each of its nodes."""
    pool: str = ""
    """The pool it is of; its own name for nodes that are listed one by one."""
    autoscaled: bool = False
    """The cluster autoscaler may add and remove its nodes."""
    spare: bool = False
    """Its nodes are not there at the start: an autoscaler may add them."""
    later: frozenset[str] = frozenset()
    """The names of nodes that are of the class only where its size is a larger one."""

    @property
    def labels(self) -> Labels:
        """Labels that all nodes of the class share, or all labels of a single one."""
        labels = self.sample.labels
        return labels if self.single else {k: v for k, v in labels.items() if k != HOSTNAME}


@dataclass(frozen=True, slots=True)
class Life:
    """A local state of pods: revision, ordinal, phase, and the values of further coordinates in declaration order."""

    revision: Revision
    ordinal: int | None
    phase: Phase
    coordinates: tuple[tuple[str, str], ...] = ()
    code: int = field(init=False, repr=False, compare=False)
    """Its hash, as it is looked up all the time."""
    bound: bool = field(init=False, repr=False, compare=False)
    """Such pods are counted on a node."""
    state: PodState = field(init=False, repr=False, compare=False)
    """The core's name of it."""
    counter: Expr = field(init=False, repr=False, compare=False)
    """How many pods are in it: everywhere if unbound, on the node at hand if bound."""

    def __post_init__(self) -> None:
        revision, phase = self.revision, self.phase.value
        bound = self.phase.bound
        state = PodState(revision.owner.id, self.ordinal, revision.number, phase, self.coordinates, bound)
        object.__setattr__(self, "code", hash((id(revision), self.ordinal, phase, self.coordinates)))
        object.__setattr__(self, "bound", bound)
        object.__setattr__(self, "state", state)
        object.__setattr__(self, "counter", Local(state.place, INT) if bound else Global(state.place, INT))

    def __hash__(self) -> int:
        return self.code

    @property
    def owner(self) -> Workload:
        """The workload whose pod it is."""
        return self.revision.owner

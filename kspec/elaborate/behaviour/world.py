"""What the design fixes for one question: objects, workloads with their revisions, node classes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from kspec.domain.expansion import expand, namespace_of
from kspec.domain.node import Node
from kspec.domain.objects import ObjectRef, Resource
from kspec.domain.pod import PodSpec
from kspec.domain.requests import pod_requests
from kspec.elaborate.behaviour.background import Background
from kspec.elaborate.behaviour.claims import Claims
from kspec.elaborate.behaviour.competition import preemptors
from kspec.elaborate.behaviour.openings import NOTHING_OPEN, Openings
from kspec.elaborate.behaviour.others import Others
from kspec.elaborate.behaviour.places import Places, names_asked_for, node_classes
from kspec.elaborate.behaviour.ranges import ranges_of
from kspec.elaborate.behaviour.shares import Shares
from kspec.elaborate.behaviour.things import Cause, Phase, Place, Revision, Thing, Workload
from kspec.elaborate.behaviour.workloads import make_workload
from kspec.elaborate.design import Design

CLUSTER_KINDS = frozenset({"Node"})
AUTOSCALER = "ClusterAutoscaler"
"""The kind of object (autoscaling.openshift.io/v1) that switches the cluster autoscaler on."""


@dataclass(frozen=True, slots=True)
class Focus:
    """Which part of a design a question looks at, and how."""

    objects: frozenset[ObjectRef] | None = None
    """None: all."""
    causes: Mapping[ObjectRef, tuple[Cause, ...]] = field(default_factory=dict)
    """Per workload the disturbances that bring a new revision, in order."""
    sizes: Mapping[ObjectRef, int] = field(default_factory=dict)
    """Per workload the largest number of replicas that a disturbance or an autoscaler asks for."""
    amounts: Mapping[ObjectRef, tuple[int, ...]] = field(default_factory=dict)
    """Per workload the numbers of replicas that disturbances name."""
    nodes: frozenset[str] = frozenset()
    """Nodes that are asked for by name."""
    symbolic: bool = False
    """Ranges of the design are parameters; otherwise the low end stands for them."""
    openings: Openings = NOTHING_OPEN
    """Numbers of objects that are left open."""
    from_scratch: bool = False
    """The run starts from an empty cluster, to which the objects are applied one after the other."""


class World:
    """Handles for everything that exists."""

    def __init__(self, design: Design, focus: Focus, background: Background) -> None:
        self.design = design
        self.focus = focus
        self.background = background
        resources = [r for r in design.resources if r.kind not in CLUSTER_KINDS]
        kept = [r for r in resources if focus.objects is None or r.ref in focus.objects]
        names = _Names(resources)
        expansions = {e.resource.ref: e for e in expand(resources)}
        self.things: list[Thing] = []
        self._requests: dict[int, tuple[PodSpec, dict[str, int]]] = {}
        self.claims = Claims(resources)
        for order, resource in enumerate(kept):
            expansion = expansions.get(resource.ref)
            id = names.of(resource)
            if expansion is None:
                one = focus.openings.of(resource)
                self.things.append(Thing(one.kind, namespace_of_kind(one), one.name, id, one, order))
            else:
                expansion = replace(expansion, resource=focus.openings.of(resource))
                causes = focus.causes.get(resource.ref, ())
                workload = make_workload(expansion, id, order, focus.sizes.get(resource.ref, 0), causes)
                self.things.append(workload)
                self.claims.add(workload, expansion)
        self._by_name: dict[str, list[Thing]] = {}
        for thing in self.things:
            self._by_name.setdefault(thing.name, []).append(thing)
        self.workloads = tuple(t for t in self.things if isinstance(t, Workload))
        displacing = preemptors([expansions[w.resource.ref] for w in self.workloads], design.cluster)
        self.preemptors = tuple(w for w in self.workloads if w.resource.ref in displacing)
        specs = [revision.template.spec for w in self.workloads for revision in w.revisions]
        volumes = [claim.volume for claim in self.claims.all if claim.volume is not None]
        self.layout: Places = node_classes(
            design.cluster,
            focus.nodes | names_asked_for(specs, volumes),
            background.on,
            symbolic=focus.symbolic,
            autoscaled=is_autoscaled(design),
        )
        self.shares = Shares()
        self.written = {r.ref: r for r in design.written}
        self.ranges = ranges_of(self.workloads, kept) if focus.symbolic else {}
        sizes = focus.openings.replicas()
        self.ranges |= {w.id: sizes[w.resource.ref] for w in self.workloads if w.resource.ref in sizes}
        known = focus.symbolic and not background.on_node
        self.others = Others(background.others if known else ())

    @property
    def places(self) -> tuple[Place, ...]:
        """The node classes, in order of their index."""
        return self.layout.places

    @property
    def revisions(self) -> list[Revision]:
        """Every revision of every workload."""
        return [revision for workload in self.workloads for revision in workload.revisions]

    def requests(self, spec: PodSpec) -> dict[str, int]:
        """What the pods of one of the templates request, computed once for each."""
        known = self._requests.get(id(spec))
        if known is None:
            known = self._requests[id(spec)] = (spec, pod_requests(spec))
        return known[1]

    def named(self, name: str, kind: str | None = None) -> list[Thing]:
        """The objects of that name (and kind)."""
        return [t for t in self._by_name.get(name, ()) if kind in (None, t.kind)]

    def of_kind(self, kind: str) -> list[Thing]:
        """The objects of a kind."""
        return [t for t in self.things if t.kind == kind]


def is_autoscaled(design: Design) -> bool:
    """A cluster autoscaler moves pools inside their ranges."""
    return any(resource.kind == AUTOSCALER for resource in design.resources)


def every_node(design: Design) -> tuple[Node, ...]:
    """The nodes that a question may speak of: with an autoscaler, those that it may add, too."""
    cluster = design.cluster
    return cluster.at_maximum() if is_autoscaled(design) else cluster.at_minimum()


class _Names:
    """Ids of objects: the name alone where no other object of a like kind has it."""

    def __init__(self, resources: list[Resource]) -> None:
        self._seen: dict[str, int] = {}
        for resource in resources:
            if self._makes_pods(resource):
                self._seen[resource.name] = self._seen.get(resource.name, 0) + 1

    @staticmethod
    def _makes_pods(resource: Resource) -> bool:
        return resource.kind in ("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "CronJob", "Pod")

    def of(self, resource: Resource) -> str:
        if self._makes_pods(resource) and self._seen[resource.name] == 1:
            return resource.name
        namespace = namespace_of_kind(resource)
        return "/".join(part for part in (resource.kind.lower(), namespace, resource.name) if part)


def namespace_of_kind(resource: Resource) -> str:
    """The namespace of an object; empty for kinds that have none."""
    kind = resource.builtin
    if kind is not None and not kind.namespaced:
        return ""
    return namespace_of(resource)


_DAEMON = (Phase.TARGETED, Phase.STARTING, Phase.READY, Phase.NOT_READY, Phase.FAILED, Phase.TERMINATING)
_SERVING = (Phase.PENDING, Phase.STARTING, Phase.READY, Phase.NOT_READY, Phase.FAILED, Phase.TERMINATING)


def phases_of(workload: Workload, preempts: bool) -> tuple[Phase, ...]:
    """The phases that pods of a workload can be in; those of a daemon set have their node from the beginning."""
    if workload.kind == "DaemonSet":
        return _DAEMON
    ends = (Phase.SUCCEEDED,) if workload.kind in ("Job", "CronJob", "Pod") else ()
    return _SERVING + ends + ((Phase.NOMINATED,) if preempts else ())

"""From a design to a placement problem: every node and pool, every workload, every hard rule of the scheduler."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from pydantic import ValidationError

from kspec.domain.expansion import PodSet, Scale, expand, namespace_of
from kspec.domain.labels import Labels
from kspec.domain.node import Cluster
from kspec.domain.objects import Resource
from kspec.domain.storage import CSINode, PersistentVolume, PersistentVolumeClaim, StorageClass
from kspec.place import wording
from kspec.place.batches import batches_of
from kspec.place.draft import Draft, Running
from kspec.place.existing import freed, grown
from kspec.place.findings import NO_NODES, SHAPE
from kspec.place.inventory import Inventory
from kspec.place.nodesets import Fleet, fleet
from kspec.place.problem import Group, Mask, NodeSet, PodName, Problem, Requirement, Why
from kspec.place.question import Existing, Question
from kspec.place.rules.claims import Storage, uses
from kspec.place.rules.inter_pod_affinity import inter_pod_affinity
from kspec.place.rules.node_affinity import node_affinity, wanted
from kspec.place.rules.node_ports import node_ports
from kspec.place.rules.node_resources_fit import Amounts, node_resources_fit, offer
from kspec.place.rules.node_volume_limits import node_volume_limits
from kspec.place.rules.pod_topology_spread import pod_topology_spread
from kspec.place.rules.taint_toleration import taint_toleration, tolerated
from kspec.place.rules.volume_binding import volume_binding
from kspec.place.rules.volume_restrictions import volume_restrictions
from kspec.source.diagnostic import Diagnostics
from kspec.source.tree import Origin

_RULES = (
    node_affinity,
    taint_toleration,
    node_ports,
    inter_pod_affinity,
    pod_topology_spread,
    volume_binding,
    volume_restrictions,
)


def build(
    resources: Sequence[Resource],
    cluster: Cluster,
    *,
    origins: Mapping[str, Origin] | None = None,
    scale: Scale = Scale.DECLARED,
    existing: Existing = Existing.FIXED,
    more: Mapping[str, int] | None = None,
) -> Problem | Diagnostics:
    """The placement problem of a design, or what is wrong with it.

    Nodes are those of `cluster` and Node objects among the resources (one name counts once). `origins` tells, by pool
    name, where a pool was written. `scale` says at which size autoscaled workloads are placed, `existing` whether
    running pods may be placed anew, `more` by how many pods a workload (`namespace/Kind/name`) is larger than written.
    """
    found = _misshapen(resources)
    nodes = fleet(resources, cluster, origins or {})
    podsets: Sequence[PodSet] = () if found.has_errors else expand(resources, scale)
    podsets = [grown(s, more[s.workload]) if more and s.workload in more else s for s in podsets]
    current: tuple[tuple[PodName, str], ...] = ()
    if existing is Existing.MOVABLE:
        podsets, current = freed(podsets, {node.name for node in nodes.nodes})
    if not nodes.nodes and any(s.names for s in podsets):
        found.report(NO_NODES, "there is no node to place pods on", help="add Node objects or a cluster block")
    if found.has_errors:
        return found
    storage = _storage(resources)
    draft = _draft(resources, nodes, podsets, storage)
    for rule in _RULES:
        rule(draft)
    amounts = node_volume_limits(draft, node_resources_fit(draft))
    question = Question(tuple(resources), cluster, origins or {}, scale, existing, more or {})
    return replace(_assemble(draft, nodes, podsets, amounts, question), current=current)


_KINDS = {
    "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "CronJob", "Pod", "Node", "HorizontalPodAutoscaler",
    "PriorityClass", "PersistentVolume", "PersistentVolumeClaim", "StorageClass", "CSINode", "Namespace",
}  # fmt: skip


def _misshapen(resources: Iterable[Resource]) -> Diagnostics:
    """Objects whose manifests are not of their kind's shape."""
    found = Diagnostics()
    for resource in resources:
        if resource.kind in _KINDS:
            try:
                _ = resource.view
            except ValidationError as error:
                for problem in error.errors():
                    path = tuple(p for p in problem["loc"] if isinstance(p, (str, int)))
                    where = ".".join(str(p) for p in path)
                    found.report(SHAPE, f"{where}: {problem['msg']}", resource.at(*path), object=str(resource.ref))
    return found


def _storage(resources: Iterable[Resource]) -> Storage:
    claims, volumes, classes, csi_nodes = {}, {}, {}, {}
    for resource in resources:
        match resource.kind:
            case "PersistentVolumeClaim":
                claims[f"{namespace_of(resource)}/{resource.name}"] = resource.as_(PersistentVolumeClaim)
            case "PersistentVolume":
                volumes[resource.name] = resource.as_(PersistentVolume)
            case "StorageClass":
                classes[resource.name] = resource.as_(StorageClass)
            case "CSINode":
                csi_nodes[resource.name] = resource.as_(CSINode)
            case _:
                pass
    return Storage(claims, volumes, classes, csi_nodes)


def _draft(resources: Sequence[Resource], nodes: Fleet, podsets: Sequence[PodSet], storage: Storage) -> Draft:
    namespaces: dict[str, Labels] = {r.name: r.view.metadata.labels for r in resources if r.kind == "Namespace"}
    index = {node.name: i for i, node in enumerate(nodes.nodes)}
    running: list[Running] = []
    notes: dict[str, None] = {}
    for pod in (p for podset in podsets for p in podset.running):
        site = index.get(pod.spec.node_name)
        if site is not None:
            used = tuple(uses(storage, pod.spec, pod.namespace or "default", pod.name, {}))
            running.append(Running(pod, site, used))
        elif pod.spec.node_name:
            notes[f"{pod.key} runs on node {pod.spec.node_name}, which is not part of the design"] = None
    notes |= {
        f"{s.workload} is placed at {s.replicas.note}" + f" ({s.replicas.count})": None
        for s in podsets
        if s.replicas.note
    }
    draft = Draft(nodes.nodes, nodes.nodesets, batches_of(podsets, storage), running, namespaces, storage, notes=notes)
    draft.requirements.extend(nodes.requirements)
    return draft


def _assemble(draft: Draft, nodes: Fleet, podsets: Sequence[PodSet], amounts: Amounts, question: Question) -> Problem:
    must: Mask = np.zeros((len(draft.batches), len(draft.nodes)), dtype=bool)
    for batch in draft.batches:
        if batch.everywhere:
            own = {id(pod) for pod in batch.podset.running}
            already = [r.site for r in draft.running if id(r.pod) in own]
            must[batch.index] = wanted(draft, batch) & tolerated(draft, batch)
            must[batch.index, already] = False
    groups = tuple(_group(draft, i, amounts) for i in range(len(draft.batches)))
    nodesets = tuple(_with_resources(draft, s, amounts) for s in draft.nodesets)
    fixed = {id(r.pod): draft.nodes[r.site].name for r in draft.running}
    placed = tuple(
        (PodName(p.key if p.namespace else f"default/{p.name}", s.workload), fixed[id(p)])
        for s in podsets
        for p in s.running
        if id(p) in fixed
    )
    return Problem(
        sites=tuple(n.name for n in draft.nodes),
        optional=nodes.optional,
        nodesets=nodesets,
        groups=groups,
        resources=amounts.resources,
        allocatable=amounts.total,
        capacity=amounts.capacity,
        request=amounts.request,
        topologies=tuple(draft.topologies),
        rules=tuple(draft.rules),
        requirements=tuple(draft.requirements),
        must=must,
        fixed=placed,
        notes=tuple(draft.notes),
        inventory=Inventory(nodes.nodes, tuple(podsets), draft.namespaces, draft.storage, question),
    )


def _group(draft: Draft, index: int, amounts: Amounts) -> Group:
    """The finished group, with the requirement that asks for its pods."""
    batch, podset = draft.batches[index], draft.batches[index].podset
    asks = amounts.request[index]
    each = wording.some(
        [f"{wording.amount(n, int(v))} {n}" for n, v in zip(amounts.resources, asks, strict=True) if v and n != "pods"],
        4,
    )
    if batch.everywhere:
        message = f"{batch.label} runs on every node that its template admits (DaemonSet)"
    elif not podset.template_at:
        message = f"pod {batch.label} is to run"
    else:
        message = f"{batch.label} asks for {wording.plural(podset.replicas.count, 'replica')}"
    message += f", {each} each" if each else ""
    message += f" ({podset.replicas.note})" if podset.replicas.note else ""
    stated = podset.replicas.object
    requirement = Requirement(
        f"{podset.workload}:{Why.REPLICAS.value}", Why.REPLICAS, podset.workload, message,
        stated.at(*podset.replicas.at), str(stated.ref), podset.replicas.at,
    )  # fmt: skip
    priority = podset.template.spec.priority or 0
    return Group(podset.workload, batch.pods, draft.require(requirement), priority, batch.everywhere)


def _with_resources(draft: Draft, nodeset: NodeSet, amounts: Amounts) -> NodeSet:
    """The node set with a requirement for each resource that it offers."""
    base = draft.requirements[nodeset.nodes]
    indices = []
    for row, resource in enumerate(amounts.resources):
        identity = f"{nodeset.name}:{Why.RESOURCES.value}:{resource}"
        message = offer(nodeset, resource, row, amounts)
        stated = Requirement(identity, Why.RESOURCES, nodeset.name, message, base.span, base.object, base.path)
        indices.append(draft.require(stated))
    return replace(nodeset, resources=tuple(indices))

"""A placement problem while it is built: what the rules read, and where they put what they find."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from kspec.domain.expansion import PodSet
from kspec.domain.labels import Labels, LabelSelector
from kspec.domain.node import Node
from kspec.domain.pod import NodeSelector, Pod, PodSpec
from kspec.place.problem import Barrier, Mask, NodeSet, PodName, Requirement, Rule, Topology, Why
from kspec.place.rules.claims import Storage, Use
from kspec.source.text import Span
from kspec.source.tree import Path

SITE = "a single node"
NAME = "metadata.name"


@dataclass(frozen=True, slots=True)
class Batch:
    """A group of interchangeable pods on its way into the problem; `index` is the group's.

    `spec` and `uses` (of claims) are those of its first pod; `claims` are the claims of each of its pods.
    """

    index: int
    podset: PodSet
    pods: tuple[PodName, ...]
    spec: PodSpec
    uses: tuple[Use, ...] = ()
    claims: tuple[tuple[str, ...], ...] = ()

    @property
    def namespace(self) -> str:
        return self.podset.namespace

    @property
    def labels(self) -> Labels:
        return self.podset.template.metadata.labels

    @property
    def everywhere(self) -> bool:
        return self.podset.everywhere

    @property
    def label(self) -> str:
        """`namespace/name`, as messages call the workload."""
        return f"{self.namespace}/{self.podset.name}"


@dataclass(frozen=True, slots=True)
class Running:
    """A pod that has its node already, and that node's index."""

    pod: Pod
    site: int
    uses: tuple[Use, ...] = ()

    @property
    def leaving(self) -> bool:
        return self.pod.metadata.deletion_timestamp is not None


@dataclass(frozen=True, slots=True)
class RunningKind:
    """Running pods that selectors cannot tell apart, and the node of each."""

    namespace: str
    labels: Labels
    leaving: bool
    sites: tuple[int, ...]


@dataclass
class Draft:
    """Nodes, groups and lookups, read by every rule; requirements, rules and topologies, added by them."""

    nodes: Sequence[Node]
    nodesets: Sequence[NodeSet]
    batches: Sequence[Batch]
    running: Sequence[Running]
    namespaces: Mapping[str, Labels]
    storage: Storage
    requirements: list[Requirement] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    topologies: list[Topology] = field(default_factory=list)
    notes: dict[str, None] = field(default_factory=dict)
    _required: dict[str, int] = field(default_factory=dict)
    _topology: dict[str, int] = field(default_factory=dict)

    def require(self, requirement: Requirement) -> int:
        """The index of a requirement; the same id names the same one."""
        index = self._required.setdefault(requirement.id, len(self.requirements))
        if index == len(self.requirements):
            self.requirements.append(requirement)
        return index

    def require_of(self, batch: Batch, why: Why, message: str, path: Path, *, detail: str = "", short: str = "") -> int:
        """A requirement that a workload's pod template states at `path` of its pod spec."""
        resource, at = batch.podset.resource, (*batch.podset.spec_at, *path)
        identity = ":".join(p for p in (batch.podset.workload, why.value, detail) if p)
        span: Span | None = resource.at(*at)
        subject = batch.podset.workload
        return self.require(Requirement(identity, why, subject, message, span, str(resource.ref), at, short))

    def barrier(self, requirement: int, batch: Batch, allowed: Mask) -> None:
        """Keep a group to some sites, unless that keeps it from none."""
        if not allowed.all():
            self.rules.append(Barrier(requirement, batch.index, allowed))

    def topology(self, key: str) -> int:
        """The index of the topology of a label key."""
        index = self._topology.get(key)
        if index is None:
            index = self._topology[key] = len(self.topologies)
            self.topologies.append(self._divide(key))
        return index

    def site_topology(self) -> int:
        """The index of the topology whose domains are the nodes themselves."""
        index = self._topology.get(SITE)
        if index is None:
            index = self._topology[SITE] = len(self.topologies)
            names = tuple(n.name for n in self.nodes)
            self.topologies.append(Topology(SITE, np.arange(len(names), dtype=np.int64), names))
        return index

    def _divide(self, key: str) -> Topology:
        names: dict[str, int] = {}
        domain = [names.setdefault(n.labels[key], len(names)) if key in n.labels else -1 for n in self.nodes]
        return Topology(key, np.array(domain, dtype=np.int64), tuple(names))

    def where(self, predicate: Callable[[Node], bool]) -> Mask:
        """The sites whose node meets a predicate on labels (those that selectors ask for), name and taints."""
        answers = np.array([predicate(node) for node in self._profiles[0]], dtype=bool)
        out: Mask = answers[self._profiles[1]]
        return out

    @cached_property
    def running_kinds(self) -> tuple[RunningKind, ...]:
        """The running pods by namespace and labels."""
        found: dict[object, tuple[Running, list[int]]] = {}
        for running in self.running:
            labels = running.pod.metadata.labels
            key = (running.pod.namespace, tuple(sorted(labels.items())), running.leaving)
            found.setdefault(key, (running, []))[1].append(running.site)
        return tuple(
            RunningKind(r.pod.namespace or "default", r.pod.metadata.labels, r.leaving, tuple(sites))
            for r, sites in found.values()
        )

    @cached_property
    def _profiles(self) -> tuple[list[Node], list[int]]:
        """One node for each way in which nodes differ to selectors and taints, and which of them each site is like."""
        keys, names = self._selected_keys
        profiles: dict[object, int] = {}
        nodes: list[Node] = []
        like: list[int] = []
        for node in self.nodes:
            labels = tuple(node.labels.get(k) for k in keys)
            name = node.name if node.name in names else ""
            profile = (
                labels,
                name,
                node.spec.unschedulable,
                tuple((t.key, t.value, t.effect) for t in node.spec.taints),
            )
            index = profiles.setdefault(profile, len(nodes))
            if index == len(nodes):
                nodes.append(node)
            like.append(index)
        return nodes, like

    @cached_property
    def _selected_keys(self) -> tuple[list[str], set[str]]:
        """Label keys and node names that some node selector mentions."""
        keys: set[str] = set()
        names: set[str] = set()
        for batch in self.batches:
            keys.update(batch.spec.node_selector)
            names.add(batch.spec.node_name)
            _mentioned(batch.spec.affinity.node_affinity.required, keys, names)
        for volume in self.storage.volumes.values():
            _mentioned(volume.spec.node_affinity.required, keys, names)
            keys.update(volume.metadata.labels)
        for storage_class in self.storage.classes.values():
            for term in storage_class.allowed_topologies:
                keys.update(str(e.get("key", "")) for e in term.match_label_expressions)
        return sorted(keys), names


def _mentioned(selector: NodeSelector | None, keys: set[str], names: set[str]) -> None:
    for term in selector.node_selector_terms if selector else ():
        keys.update(r.key for r in term.match_expressions)
        names.update(v for r in term.match_fields for v in r.values)


def selector_keys(selectors: Iterable[LabelSelector | None]) -> set[str]:
    """The label keys that selectors look at."""
    keys: set[str] = set()
    for selector in selectors:
        if selector is not None:
            keys.update(selector.match_labels)
            keys.update(r.key for r in selector.match_expressions)
    return keys

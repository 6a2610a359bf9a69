"""The placement problem: sites, groups of pods, and every hard rule with the requirement that states it.

Pods that differ in name only form one group and are counted, never numbered, so that no rule needs a Boolean per pod
and node. Every rule points at a requirement, and a conflict is told as a set of requirements.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kspec.place.inventory import Inventory
from kspec.source.text import Span
from kspec.source.tree import Path

Mask = NDArray[np.bool_]
Ints = NDArray[np.int64]


class Why(Enum):
    """What kind of statement a requirement is; named after the scheduler's filters where it is one of them."""

    REPLICAS = "Replicas"
    NODES = "Nodes"
    RESOURCES = "NodeResourcesFit"
    NODE_NAME = "NodeName"
    SELECTOR = "NodeSelector"
    NODE_AFFINITY = "NodeAffinity"
    TAINT = "TaintToleration"
    ANTI_AFFINITY = "InterPodAntiAffinity"
    AFFINITY = "InterPodAffinity"
    SPREAD = "PodTopologySpread"
    PORTS = "NodePorts"
    VOLUME = "VolumeBinding"
    ACCESS = "VolumeRestrictions"
    VOLUME_LIMIT = "NodeVolumeLimits"
    ASKED = "Asked"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One statement of the design that a placement has to honour.

    `object` and `path` say which field states it: the object's text form and the path inside its manifest. `short` is
    the rule in a few words, for a sentence about several.
    """

    id: str
    why: Why
    subject: str
    message: str
    span: Span | None = None
    object: str = ""
    path: Path = ()
    short: str = ""


@dataclass(frozen=True, slots=True)
class PodName:
    """A pod to be placed: `namespace/name`, and `namespace/Kind/name` of its workload."""

    pod: str
    workload: str


@dataclass(frozen=True, slots=True)
class Group:
    """Interchangeable pods. `everywhere` groups (DaemonSets) have one pod on every site of `Problem.must`.

    `replicas` is the index of the requirement that asks for them.
    """

    workload: str
    pods: tuple[PodName, ...]
    replicas: int
    priority: int = 0
    everywhere: bool = False

    @property
    def count(self) -> int:
        return len(self.pods)

    @property
    def label(self) -> str:
        """`namespace/name`, as messages call the workload."""
        namespace, _, name = self.workload.split("/", 2)
        return f"{namespace}/{name}"


@dataclass(frozen=True, slots=True)
class NodeSet:
    """Equal nodes: a declared pool, or listed nodes with the same labels, taints and allocatable.

    `sites` are indices, the optional ones (beyond `low`) last. `resources` maps a resource index to its requirement.
    """

    name: str
    sites: tuple[int, ...]
    low: int
    nodes: int
    resources: tuple[int, ...]
    pool: str = ""
    price: float | None = None

    @property
    def high(self) -> int:
        return len(self.sites)


@dataclass(frozen=True, eq=False)
class Topology:
    """Which domain of a label key each site is in; -1 where the site lacks the label."""

    key: str
    domain: Ints
    names: tuple[str, ...]

    @cached_property
    def per_site(self) -> bool:
        """Whether every domain is a single site, as with the hostname."""
        inside = self.domain[self.domain >= 0]
        return len(set(inside.tolist())) == len(inside)

    def sites(self, domain: int) -> list[int]:
        return np.flatnonzero(self.domain == domain).tolist()


@dataclass(frozen=True, eq=False)
class Barrier:
    """A group may use these sites only."""

    requirement: int
    group: int
    allowed: Mask


@dataclass(frozen=True, slots=True)
class Exclusion:
    """No domain holds pods of both groups; of one group (`a == b`), no domain holds two."""

    requirement: int
    a: int
    b: int
    topology: int


@dataclass(frozen=True, slots=True)
class Attraction:
    """Each pod needs a pod of `matching` in its domain of every topology, there before it.

    `seeded` holds, per topology, the domains where a running pod already matches. `bootstraps`: the pods match their
    own terms and nothing runs yet that matches, so one pod of the group may be the first.
    """

    requirement: int
    group: int
    matching: frozenset[int]
    topologies: tuple[int, ...]
    seeded: tuple[frozenset[int], ...]
    bootstraps: bool


@dataclass(frozen=True, eq=False)
class Spread:
    """In a domain with pods of the group, counted pods exceed the least domain by at most `max_skew`.

    Domains are those of `included` sites, and only pods there count: `running` per domain, and the groups of `counted`.
    Fewer than `min_domains` domains make the least count 0.
    """

    requirement: int
    group: int
    counted: tuple[int, ...]
    topology: int
    max_skew: int
    min_domains: int
    included: Mask
    running: Ints


@dataclass(frozen=True, slots=True)
class Together:
    """All pods of the groups share one domain: they use a volume that one node can mount."""

    requirement: int
    groups: tuple[int, ...]
    topology: int


@dataclass(frozen=True, slots=True)
class AtMost:
    """The groups have at most `limit` pods in all: they use a volume for one pod only."""

    requirement: int
    groups: tuple[int, ...]
    limit: int


@dataclass(frozen=True, eq=False)
class Supply:
    """Volumes that exist: on sites of `reach`, pods of the groups take at most `limit`, each its `takes`."""

    requirement: int
    groups: tuple[int, ...]
    takes: tuple[int, ...]
    reach: Mask
    limit: int


@dataclass(frozen=True, slots=True)
class SharedMount:
    """A volume that several pods mount counts once per site: `units` of a resource where any pod of the groups is.

    On sites of `mounted` it is counted already.
    """

    groups: tuple[int, ...]
    resource: int
    units: int
    mounted: frozenset[int] = frozenset()


@dataclass(frozen=True, eq=False)
class Floor:
    """A question's own rule: pods weighed by group and site come to `least` or more."""

    requirement: int
    weights: Ints
    least: int


Rule = Barrier | Exclusion | Attraction | Spread | Together | AtMost | Supply | SharedMount | Floor


@dataclass(frozen=True, eq=False)
class Problem:
    """Everything that decides a placement. `allocatable` is what nodes have, `capacity` what is left of it for new
    pods, `request` what one pod takes.

    Resources are indices into `resources`; amounts are in the scheduler's units (cpu in thousandths, memory in bytes).
    """

    sites: tuple[str, ...]
    optional: Mask
    nodesets: tuple[NodeSet, ...]
    groups: tuple[Group, ...]
    resources: tuple[str, ...]
    allocatable: Ints
    capacity: Ints
    request: Ints
    topologies: tuple[Topology, ...]
    rules: tuple[Rule, ...]
    requirements: tuple[Requirement, ...]
    must: Mask
    """Per group and site: where an `everywhere` group has to have its pod."""
    fixed: tuple[tuple[PodName, str], ...] = ()
    current: tuple[tuple[PodName, str], ...] = ()
    """Where pods stand today that may be placed anew."""
    notes: tuple[str, ...] = ()
    inventory: Inventory | None = field(default=None, repr=False)
    """What the checker judges answers by."""

    def of(self, kind: type[Any]) -> Iterator[Any]:
        """The rules of one type."""
        return (rule for rule in self.rules if isinstance(rule, kind))

    @cached_property
    def nodeset_of(self) -> Ints:
        """The node set of each site."""
        out = np.zeros(len(self.sites), dtype=np.int64)
        for index, nodeset in enumerate(self.nodesets):
            out[list(nodeset.sites)] = index
        return out

    @cached_property
    def counts(self) -> Ints:
        """How many pods each group asks for; 0 for `everywhere` groups, whose number depends on the sites in use."""
        return np.array([g.count for g in self.groups], dtype=np.int64)

    @cached_property
    def everywhere(self) -> Mask:
        return np.array([g.everywhere for g in self.groups], dtype=bool)

    @cached_property
    def allowed(self) -> Mask:
        """Per group and site: whether barriers and a pod's own size leave the site open to it."""
        out: Mask = np.ones((len(self.groups), len(self.sites)), dtype=bool)
        for rule in self.rules:
            if isinstance(rule, Barrier):
                out[rule.group] &= rule.allowed
        out &= self.room > 0
        return out

    @cached_property
    def room(self) -> Ints:
        """Per group and site: how many of its pods an otherwise empty site can hold by resources alone."""
        most = np.maximum(self.counts, self.everywhere.astype(np.int64))
        out: Ints = np.repeat(most[:, None], len(self.sites), axis=1)
        for r in range(len(self.resources)):
            need = self.request[:, r]
            asking = need > 0
            out[asking] = np.minimum(out[asking], self.capacity[None, :, r] // need[asking, None])
        return out

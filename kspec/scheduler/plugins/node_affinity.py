"""NodeAffinity: node selector and node affinity, required and preferred.

Upstream: pkg/scheduler/framework/plugins/nodeaffinity/node_affinity.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kspec.domain.matching import node_matches, selector_matches, term_matches
from kspec.domain.node import Node
from kspec.domain.pod import NodeAffinity as Affinity
from kspec.domain.pod import PreferredSchedulingTerm
from kspec.scheduler.framework.arrays import Ints, Slots
from kspec.scheduler.framework.cluster import Cluster
from kspec.scheduler.framework.interface import PROCEED, SKIP, CycleState, PreFilterResult
from kspec.scheduler.framework.nodeinfo import NodeInfo
from kspec.scheduler.framework.podinfo import PodInfo
from kspec.scheduler.framework.status import OK, Code, Status
from kspec.scheduler.framework.verdicts import Verdicts
from kspec.scheduler.plugins.normalize import default_normalize
from kspec.scheduler.predicates import named_nodes

NAME = "NodeAffinity"
SCORE = "NodeAffinity score"
POD = Status(Code.UNRESOLVABLE, ("node(s) didn't match Pod's node affinity/selector",), NAME)
ENFORCED = Status(Code.UNRESOLVABLE, ("node(s) didn't match scheduler-enforced node affinity",), NAME)
CONFLICT = Status(Code.UNRESOLVABLE, ("pod affinity terms conflict",), NAME)
_STATUS = {1: ENFORCED, 2: POD}


def preference(node: Node, terms: Sequence[PreferredSchedulingTerm]) -> int:
    """The weights of the terms that a node meets."""
    return sum(term.weight for term in terms if term_matches(term.preference, node.labels, node.name))


class NodeAffinity:
    """PreFilter, Filter, PreScore, Score, NormalizeScore. `added` is affinity that a profile imposes on every pod."""

    name = NAME

    def __init__(self, added: Affinity | None = None) -> None:
        self._added = added or Affinity()

    def pre_filter(self, state: CycleState, pod: PodInfo, cluster: Cluster) -> PreFilterResult:
        required = pod.spec.affinity.node_affinity.required
        if required is None and self._added.required is None and not pod.spec.node_selector:
            return SKIP
        names = named_nodes(required)
        if names is None:
            return PROCEED
        return PreFilterResult(nodes=names) if names else PreFilterResult(status=CONFLICT)

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status:
        return _STATUS.get(self._verdict(pod, node.node), OK)

    def verdicts(self, state: CycleState, pod: PodInfo, cluster: Cluster) -> Verdicts | None:
        def judged(slots: Slots) -> Ints:
            nodes = (cluster.nodes.nodes[slot] for slot in slots)
            return np.fromiter((self._verdict(pod, n) if n else 0 for n in nodes), np.int64, len(slots))

        def parts() -> tuple[object, ...]:
            return tuple(sorted(pod.spec.node_selector.items())), pod.spec.affinity.node_affinity.required

        return Verdicts(cluster.static(pod, NAME, parts, judged), _STATUS.__getitem__)

    def pre_score(self, state: CycleState, pod: PodInfo, cluster: Cluster, nodes: Slots) -> bool:
        return bool(pod.spec.affinity.node_affinity.preferred or self._added.preferred)

    def scores(self, state: CycleState, pod: PodInfo, cluster: Cluster, nodes: Slots) -> Ints:
        terms = self._terms(pod)

        def preferred(slots: Slots) -> Ints:
            found = (cluster.nodes.nodes[slot] for slot in slots)
            return np.fromiter((preference(n, terms) if n else 0 for n in found), np.int64, len(slots))

        return cluster.static(pod, SCORE, lambda: terms, preferred)[nodes]

    def score(
        self, state: CycleState, pod: PodInfo, node: NodeInfo, feasible: Sequence[NodeInfo], cluster: Cluster
    ) -> int:
        return preference(node.node, self._terms(pod))

    def normalize_score(self, state: CycleState, scores: Ints) -> Ints:
        return default_normalize(scores, reverse=False)

    def _terms(self, pod: PodInfo) -> tuple[PreferredSchedulingTerm, ...]:
        return self._added.preferred + pod.spec.affinity.node_affinity.preferred

    def _verdict(self, pod: PodInfo, node: Node) -> int:
        if self._added.required is not None and not selector_matches(self._added.required, node.labels, node.name):
            return 1
        return 0 if node_matches(pod.spec, node) else 2

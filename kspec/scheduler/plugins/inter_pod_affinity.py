"""InterPodAffinity: pods that want to be near others, or away from them, and pods that others want away.

Upstream: pkg/scheduler/framework/plugins/interpodaffinity/{filtering,scoring}.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from kspec.scheduler.framework.arrays import Ints, Slots
from kspec.scheduler.framework.cluster import Cluster
from kspec.scheduler.framework.counts import Counter, TermKind
from kspec.scheduler.framework.interface import (
    MAX_NODE_SCORE,
    PROCEED,
    SKIP,
    CycleState,
    PreFilterResult,
)
from kspec.scheduler.framework.nodeinfo import NodeInfo
from kspec.scheduler.framework.podinfo import PodInfo
from kspec.scheduler.framework.selectors import PodTerm
from kspec.scheduler.framework.status import OK, Code, Status
from kspec.scheduler.framework.verdicts import Verdicts
from kspec.scheduler.plugins.affinity_tally import AffinityScores, AffinityTally, means

NAME = "InterPodAffinity"
AFFINITY = Status(Code.UNRESOLVABLE, ("node(s) didn't match pod affinity rules",), NAME)
ANTI_AFFINITY = Status(Code.UNSCHEDULABLE, ("node(s) didn't match pod anti-affinity rules",), NAME)
EXISTING = Status(Code.UNSCHEDULABLE, ("node(s) didn't satisfy existing pods anti-affinity rules",), NAME)
_STATUS = {1: AFFINITY, 2: ANTI_AFFINITY, 3: EXISTING}


class InterPodAffinity:
    """PreFilter, Filter, PreScore, Score, NormalizeScore.

    `hard_weight` is what a required affinity term of a placed pod counts in scores. With `ignore_existing`, the
    preferences of placed pods do not matter to a pod that has none of its own.
    """

    name = NAME

    def __init__(self, hard_weight: int = 1, *, ignore_existing: bool = False) -> None:
        self._hard_weight = hard_weight
        self._ignore_existing = ignore_existing

    # -- filtering -----------------------------------------------------------------------------------------------------

    def pre_filter(self, state: CycleState, pod: PodInfo, cluster: Cluster) -> PreFilterResult:
        terms = pod.template.terms
        if terms.affinity or terms.anti_affinity:
            return PROCEED
        unwanted = any(counter.total for _, counter in cluster.counts.owners(TermKind.ANTI_AFFINITY, pod))
        return PROCEED if unwanted else SKIP

    def verdicts(self, state: CycleState, pod: PodInfo, cluster: Cluster) -> Verdicts | None:
        terms = pod.template.terms
        codes = np.zeros(cluster.nodes.size, np.int64)
        for term, counter in cluster.counts.owners(TermKind.ANTI_AFFINITY, pod):
            if counter.total:
                codes[_around(term, counter, cluster) > 0] = 3
        for term in terms.anti_affinity:
            counter = cluster.counts.matching(term.matcher)
            if counter.total:
                codes[_around(term, counter, cluster) > 0] = 2
        if terms.affinity:
            self._near(pod, codes, cluster)
        return Verdicts(codes, _STATUS.__getitem__)

    def _near(self, pod: PodInfo, codes: Ints, cluster: Cluster) -> None:
        """Refuse nodes that lack a topology key, or that have no pod in a domain which all terms mean.

        Where no pod in the cluster is meant, a pod that its own terms mean may be the first.
        """
        terms = pod.template.terms.affinity
        counter = cluster.counts.matching(*(term.matcher for term in terms))
        around = [_around(term, counter, cluster) for term in terms]
        first = not any(bool(a.any()) for a in around)
        alone = first and all(means(term, pod, cluster.catalog.namespace_labels) for term in terms)
        for term, near in zip(terms, around, strict=True):
            codes[~cluster.nodes.domains(term.topology_key).present] = 1
            if not alone:
                codes[near == 0] = 1

    def tally(self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo], cluster: Cluster) -> None:
        state.write(AffinityTally.of(pod, nodes, cluster.catalog.namespace_labels))

    def add_pod(self, state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo) -> None:
        state.read(AffinityTally).count(other, node, 1)

    def remove_pod(self, state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo) -> None:
        state.read(AffinityTally).count(other, node, -1)

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status:
        tally = state.read(AffinityTally)
        if not tally.near(node):
            return AFFINITY
        if tally.too_near(node):
            return ANTI_AFFINITY
        return EXISTING if tally.unwanted(node) else OK

    # -- scoring -------------------------------------------------------------------------------------------------------

    def pre_score(self, state: CycleState, pod: PodInfo, cluster: Cluster, nodes: Slots) -> bool:
        terms = pod.template.terms
        if self._ignore_existing and not terms.preferred_affinity and not terms.preferred_anti_affinity:
            return False
        return any(
            counter.reaches(cluster.nodes.domains(term.topology_key))
            for term, counter, _ in self._weighted(pod, cluster)
        )

    def scores(self, state: CycleState, pod: PodInfo, cluster: Cluster, nodes: Slots) -> Ints:
        total = np.zeros(len(nodes), np.int64)
        for term, counter, weight in self._weighted(pod, cluster):
            total += weight * _around(term, counter, cluster)[nodes]
        return total

    def score(
        self, state: CycleState, pod: PodInfo, node: NodeInfo, feasible: Sequence[NodeInfo], cluster: Cluster
    ) -> int:
        scores = state.find(AffinityScores)
        if scores is None:
            namespace_labels = cluster.catalog.namespace_labels
            scores = AffinityScores.of(pod, cluster.node_infos(), self._hard_weight, namespace_labels)
            state.write(scores)
        return scores.at(node)

    def normalize_score(self, state: CycleState, scores: Ints) -> Ints:
        lowest, highest = int(scores.min()), int(scores.max())
        if lowest == highest:
            return np.zeros_like(scores)
        shares: Ints = (MAX_NODE_SCORE * ((scores - lowest) / (highest - lowest))).astype(np.int64)
        return shares

    def _weighted(self, pod: PodInfo, cluster: Cluster) -> Iterable[tuple[PodTerm, Counter, int]]:
        """The terms that count for this pod, its own and those of placed pods, each with the pods it counts."""
        counts, terms = cluster.counts, pod.template.terms
        for term in terms.preferred_affinity:
            yield term, counts.matching(term.matcher), term.weight
        for term in terms.preferred_anti_affinity:
            yield term, counts.matching(term.matcher), -term.weight
        for term, owners in counts.owners(TermKind.PREFERRED_AFFINITY, pod):
            yield term, owners, term.weight
        for term, owners in counts.owners(TermKind.PREFERRED_ANTI_AFFINITY, pod):
            yield term, owners, -term.weight
        if self._hard_weight > 0:
            for term, owners in counts.owners(TermKind.AFFINITY, pod):
                yield term, owners, self._hard_weight


def _around(term: PodTerm, counter: Counter, cluster: Cluster) -> Ints:
    return counter.around(cluster.nodes.domains(term.topology_key))

"""What InterPodAffinity counts, in plain form: pods by topology key and value.

Upstream: pkg/scheduler/framework/plugins/interpodaffinity/filtering.go (`preFilterState`), scoring.go (`scoreMap`)
(v1.36).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from kspec.scheduler.framework.nodeinfo import NodeInfo
from kspec.scheduler.framework.podinfo import PodInfo
from kspec.scheduler.framework.selectors import NamespaceLabels, PodTerm

Pairs: TypeAlias = Counter[tuple[str, str]]


def means(term: PodTerm, pod: PodInfo, namespace_labels: NamespaceLabels) -> bool:
    """Whether a term means a pod, wherever the pod is."""
    return term.matcher.matches(pod.namespace, pod.labels, namespace_labels)


@dataclass(slots=True)
class AffinityTally:
    """Placed pods that the pod's terms mean, and placed pods whose anti-affinity means the pod, by topology pair."""

    pod: PodInfo
    namespace_labels: NamespaceLabels
    wanted: Pairs = field(default_factory=Counter)
    shunned: Pairs = field(default_factory=Counter)
    shunning: Pairs = field(default_factory=Counter)

    @staticmethod
    def of(pod: PodInfo, nodes: Iterable[NodeInfo], namespace_labels: NamespaceLabels) -> AffinityTally:
        tally = AffinityTally(pod, namespace_labels)
        own = bool(pod.template.terms.affinity or pod.template.terms.anti_affinity)
        for node in nodes:
            for other in node.pods:
                if own or other.template.terms.anti_affinity:
                    tally.count(other, node, 1)
        return tally

    def count(self, other: PodInfo, node: NodeInfo, by: int) -> None:
        """`other` came to the node (1) or left it (-1)."""
        own = self.pod.template.terms
        if own.affinity and all(means(term, other, self.namespace_labels) for term in own.affinity):
            for term in own.affinity:
                _change(self.wanted, term, node, by)
        for term in own.anti_affinity:
            if means(term, other, self.namespace_labels):
                _change(self.shunned, term, node, by)
        for term in other.template.terms.anti_affinity:
            if means(term, self.pod, self.namespace_labels):
                _change(self.shunning, term, node, by)

    def near(self, node: NodeInfo) -> bool:
        """The node has all topology keys, and its domains have pods that all terms mean, or no domain has any yet."""
        terms, labels = self.pod.template.terms.affinity, node.node.labels
        if any(term.topology_key not in labels for term in terms):
            return False
        if all(self.wanted[term.topology_key, labels[term.topology_key]] > 0 for term in terms):
            return True
        return not self.wanted.total() and all(means(term, self.pod, self.namespace_labels) for term in terms)

    def too_near(self, node: NodeInfo) -> bool:
        """A domain of the node has a pod that an anti-affinity term of the pod means."""
        labels = node.node.labels
        return any(
            self.shunned[term.topology_key, labels[term.topology_key]] > 0
            for term in self.pod.template.terms.anti_affinity
            if term.topology_key in labels
        )

    def unwanted(self, node: NodeInfo) -> bool:
        """A domain of the node has a pod whose anti-affinity means the pod."""
        return bool(self.shunning) and any(self.shunning[pair] > 0 for pair in node.node.labels.items())


@dataclass(slots=True)
class AffinityScores:
    """Weights by topology pair; a node's score is the sum over its labels."""

    pairs: Pairs = field(default_factory=Counter)

    @staticmethod
    def of(
        pod: PodInfo, nodes: Iterable[NodeInfo], hard_weight: int, namespace_labels: NamespaceLabels
    ) -> AffinityScores:
        scores, own = AffinityScores(), pod.template.terms
        for node in nodes:
            for other in node.pods:
                theirs = other.template.terms

                def add(terms: Sequence[PodTerm], meant: PodInfo, sign: int, here: NodeInfo = node) -> None:
                    for term in terms:
                        if means(term, meant, namespace_labels):
                            _change(scores.pairs, term, here, sign * term.weight)

                add(own.preferred_affinity, other, 1)
                add(own.preferred_anti_affinity, other, -1)
                add(theirs.preferred_affinity, pod, 1)
                add(theirs.preferred_anti_affinity, pod, -1)
                for term in theirs.affinity:
                    if hard_weight > 0 and means(term, pod, namespace_labels):
                        _change(scores.pairs, term, node, hard_weight)
        return scores

    def at(self, node: NodeInfo) -> int:
        return sum(self.pairs[pair] for pair in node.node.labels.items())


def _change(pairs: Pairs, term: PodTerm, node: NodeInfo, by: int) -> None:
    value = node.node.labels.get(term.topology_key)
    if value is not None:
        pairs[term.topology_key, value] += by

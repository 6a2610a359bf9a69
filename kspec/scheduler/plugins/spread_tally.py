"""What PodTopologySpread counts, in plain form.

Upstream: pkg/scheduler/framework/plugins/podtopologyspread/filtering.go (`preFilterState`),
scoring.go (`preScoreState`) (v1.36).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kspec.domain.node import HOSTNAME, Node
from kspec.scheduler.framework.nodeinfo import NodeInfo
from kspec.scheduler.framework.podinfo import PodInfo
from kspec.scheduler.plugins.spread_constraints import Constraint

_NOBODY = 2**31 - 1
"""The fewest pods of no domain at all."""


def counted(constraint: Constraint, pods: Iterable[PodInfo]) -> int:
    """How many of the pods a constraint counts."""
    return sum(counts(constraint, pod) for pod in pods)


def counts(constraint: Constraint, pod: PodInfo) -> bool:
    matcher = constraint.counted
    if matcher.selector is None or pod.terminating or pod.namespace not in matcher.namespaces:
        return False
    return matcher.selector.matches(pod.labels)


def has_keys(node: Node, constraints: Sequence[Constraint]) -> bool:
    return all(constraint.key in node.labels for constraint in constraints)


@dataclass(slots=True)
class SpreadTally:
    """Pods by domain, for each of a pod's hard constraints. Only nodes that have all keys take part."""

    pod: PodInfo
    constraints: tuple[Constraint, ...]
    pods: tuple[dict[str, int], ...]

    @staticmethod
    def of(pod: PodInfo, constraints: tuple[Constraint, ...], nodes: Iterable[NodeInfo]) -> SpreadTally:
        tally = SpreadTally(pod, constraints, tuple({} for _ in constraints))
        for node in nodes:
            if has_keys(node.node, constraints):
                for constraint, pods in zip(constraints, tally.pods, strict=True):
                    if constraint.includes(pod.spec, node.node):
                        domain = node.node.labels[constraint.key]
                        pods[domain] = pods.get(domain, 0) + counted(constraint, node.pods)
        return tally

    def change(self, other: PodInfo, node: NodeInfo, by: int) -> None:
        """`other` came to the node (1) or left it (-1)."""
        if not has_keys(node.node, self.constraints):
            return
        for constraint, pods in zip(self.constraints, self.pods, strict=True):
            if counts(constraint, other) and constraint.includes(self.pod.spec, node.node):
                domain = node.node.labels[constraint.key]
                pods[domain] = pods.get(domain, 0) + by

    def fewest(self, index: int) -> int:
        """The pods of the emptiest domain; 0 where there are fewer domains than wanted (upstream `minMatchNum`)."""
        pods = self.pods[index]
        if len(pods) < self.constraints[index].min_domains:
            return 0
        return min(pods.values(), default=_NOBODY)


@dataclass(slots=True)
class SpreadScores:
    """Pods by domain and the weight of each of a pod's soft constraints; nodes that lack a key are ignored."""

    constraints: tuple[Constraint, ...]
    require_all: bool
    pods: tuple[dict[str, int], ...]
    weights: tuple[float, ...]

    @staticmethod
    def of(
        pod: PodInfo,
        constraints: tuple[Constraint, ...],
        feasible: Sequence[NodeInfo],
        nodes: Iterable[NodeInfo],
        *,
        require_all: bool,
    ) -> SpreadScores:
        taking_part = [n for n in feasible if not require_all or has_keys(n.node, constraints)]
        pods: tuple[dict[str, int], ...] = tuple(
            {} if c.key == HOSTNAME else {n.node.labels.get(c.key, ""): 0 for n in taking_part} for c in constraints
        )
        for node in nodes:
            if require_all and not has_keys(node.node, constraints):
                continue
            for constraint, by_domain in zip(constraints, pods, strict=True):
                domain = node.node.labels.get(constraint.key, "")
                if domain in by_domain and constraint.includes(pod.spec, node.node):
                    by_domain[domain] += counted(constraint, node.pods)
        sizes = (len(taking_part) if c.key == HOSTNAME else len(p) for c, p in zip(constraints, pods, strict=True))
        return SpreadScores(constraints, require_all, pods, tuple(math.log(size + 2) for size in sizes))

    def ignores(self, node: NodeInfo) -> bool:
        return self.require_all and not has_keys(node.node, self.constraints)

    def at(self, node: NodeInfo) -> int:
        """The fewer pods around a node, the lower; constraints over many domains count more."""
        if self.ignores(node):
            return 0
        score = 0.0
        for constraint, by_domain, weight in zip(self.constraints, self.pods, self.weights, strict=True):
            domain = node.node.labels.get(constraint.key)
            if domain is None:
                continue
            here = counted(constraint, node.pods) if constraint.key == HOSTNAME else by_domain[domain]
            score += float(here) * weight + float(constraint.max_skew - 1)
        whole = math.floor(score)
        return whole + (score - whole >= 0.5)

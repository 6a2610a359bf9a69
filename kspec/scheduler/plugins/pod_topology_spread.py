"""PodTopologySpread: keeps pods that belong together spread over domains, strictly or as a preference.

Upstream: pkg/scheduler/framework/plugins/podtopologyspread/{plugin,filtering,scoring}.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kspec.domain.pod import TopologySpreadConstraint
from kspec.scheduler.framework.arrays import Bools, Ints, Slots
from kspec.scheduler.framework.cluster import Cluster
from kspec.scheduler.framework.interface import (
    MAX_NODE_SCORE,
    PROCEED,
    SKIP,
    CycleState,
    PreFilterResult,
)
from kspec.scheduler.framework.nodeinfo import NodeInfo
from kspec.scheduler.framework.podinfo import PodInfo
from kspec.scheduler.framework.status import OK, Code, Status
from kspec.scheduler.framework.verdicts import Verdicts
from kspec.scheduler.plugins.spread_constraints import SYSTEM_DEFAULTS, Constraint, constraints_of
from kspec.scheduler.plugins.spread_counts import Ignored, taking_part, weigh
from kspec.scheduler.plugins.spread_tally import SpreadScores, SpreadTally

NAME = "PodTopologySpread"
SKEW_REASON = "node(s) didn't match pod topology spread constraints"
SKEW = Status(Code.UNSCHEDULABLE, (SKEW_REASON,), NAME)
MISSING_LABEL = Status(Code.UNRESOLVABLE, (f"{SKEW_REASON} (missing required label)",), NAME)
_STATUS = {1: SKEW, 2: MISSING_LABEL}


class PodTopologySpread:
    """PreFilter, Filter, PreScore, Score, NormalizeScore. `defaults` are for pods without constraints of their own."""

    name = NAME

    def __init__(self, defaults: tuple[TopologySpreadConstraint, ...] | None = None) -> None:
        self._system = defaults is None
        self._defaults = SYSTEM_DEFAULTS if defaults is None else defaults

    # -- filtering -----------------------------------------------------------------------------------------------------

    def pre_filter(self, state: CycleState, pod: PodInfo, cluster: Cluster) -> PreFilterResult:
        return PROCEED if self._constraints(pod, cluster, hard=True) else SKIP

    def verdicts(self, state: CycleState, pod: PodInfo, cluster: Cluster) -> Verdicts | None:
        constraints = self._constraints(pod, cluster, hard=True)
        part = taking_part(pod, constraints, cluster, require_all=True, name=f"{NAME} hard")
        codes = np.zeros(cluster.nodes.size, np.int64)
        for constraint, here in zip(reversed(constraints), reversed(part), strict=True):
            domains = cluster.nodes.domains(constraint.key)
            _refuse_skewed(codes, constraint, pod, here, cluster)
            codes[~domains.present] = 2
        return Verdicts(codes, _STATUS.__getitem__)

    def tally(self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo], cluster: Cluster) -> None:
        state.write(SpreadTally.of(pod, self._constraints(pod, cluster, hard=True), nodes))

    def add_pod(self, state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo) -> None:
        state.read(SpreadTally).change(other, node, 1)

    def remove_pod(self, state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo) -> None:
        state.read(SpreadTally).change(other, node, -1)

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status:
        tally = state.read(SpreadTally)
        for index, constraint in enumerate(tally.constraints):
            domain = node.node.labels.get(constraint.key)
            if domain is None:
                return MISSING_LABEL
            with_pod = tally.pods[index].get(domain, 0) + constraint.counts_itself(pod)
            if with_pod - tally.fewest(index) > constraint.max_skew:
                return SKEW
        return OK

    # -- scoring -------------------------------------------------------------------------------------------------------

    def pre_score(self, state: CycleState, pod: PodInfo, cluster: Cluster, nodes: Slots) -> bool:
        return bool(self._constraints(pod, cluster, hard=False))

    def scores(self, state: CycleState, pod: PodInfo, cluster: Cluster, nodes: Slots) -> Ints:
        require_all = self._require_all(pod)
        constraints = self._constraints(pod, cluster, hard=False)
        part = taking_part(pod, constraints, cluster, require_all=require_all, name=f"{NAME} soft")
        ignored = np.zeros(len(nodes), np.bool_)
        if require_all:
            for constraint in constraints:
                ignored |= ~cluster.nodes.domains(constraint.key).present[nodes]
        state.write(Ignored(ignored))
        total = np.zeros(len(nodes), np.float64)
        for constraint, here in zip(constraints, part, strict=True):
            total += weigh(constraint, here, cluster, nodes, ignored)
        whole = np.floor(total)
        scores: Ints = (whole + (total - whole >= 0.5)).astype(np.int64)
        scores[ignored] = 0
        return scores

    def score(
        self, state: CycleState, pod: PodInfo, node: NodeInfo, feasible: Sequence[NodeInfo], cluster: Cluster
    ) -> int:
        scores = state.find(SpreadScores)
        if scores is None:
            constraints, nodes = self._constraints(pod, cluster, hard=False), cluster.node_infos()
            scores = SpreadScores.of(pod, constraints, feasible, nodes, require_all=self._require_all(pod))
            state.write(scores)
            state.write(Ignored(np.array([scores.ignores(n) for n in feasible], np.bool_)))
        return scores.at(node)

    def normalize_score(self, state: CycleState, scores: Ints) -> Ints:
        ignored = state.read(Ignored).nodes
        heard = scores[~ignored]
        if not len(heard):
            return np.zeros_like(scores)
        lowest, highest = int(heard.min()), int(heard.max())
        if highest == 0:
            shares = np.full_like(scores, MAX_NODE_SCORE)
        else:
            shares = MAX_NODE_SCORE * (highest + lowest - scores) // highest
        return np.where(ignored, 0, shares)

    def _require_all(self, pod: PodInfo) -> bool:
        """System defaults also apply to nodes that lack one of the keys."""
        return bool(pod.spec.topology_spread_constraints) or not self._system

    def _constraints(self, pod: PodInfo, cluster: Cluster, *, hard: bool) -> tuple[Constraint, ...]:
        key, version = (self, hard), cluster.catalog.version
        found = pod.template.memo.get(key)
        if isinstance(found, _Compiled) and found.version == version:
            return found.constraints
        compiled = _Compiled(version, constraints_of(pod, cluster.catalog, self._defaults, hard=hard))
        pod.template.memo[key] = compiled
        return compiled.constraints


class _Compiled:
    """Constraints, and the version of the catalog they were made from."""

    __slots__ = ("constraints", "version")

    def __init__(self, version: int, constraints: tuple[Constraint, ...]) -> None:
        self.version = version
        self.constraints = constraints


def _refuse_skewed(codes: Ints, constraint: Constraint, pod: PodInfo, here: Bools, cluster: Cluster) -> None:
    """Mark the nodes whose domain would have too many pods more than the emptiest one."""
    domains = cluster.nodes.domains(constraint.key)
    if len(domains) == 0:
        return
    pods = cluster.counts.matching(constraint.counted).by_node
    by_domain = domains.sums(pods * here).astype(np.int64)
    exists = domains.sums(here.astype(np.int64))[1:] > 0
    known = int(np.count_nonzero(exists))
    fewest = 0 if known < constraint.min_domains else int(by_domain[1:][exists].min())
    skew = by_domain + constraint.counts_itself(pod) - fewest
    codes[(skew > constraint.max_skew)[domains.of]] = 1

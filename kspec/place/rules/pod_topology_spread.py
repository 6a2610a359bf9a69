"""PodTopologySpread: hard constraints, with the domains and counts that the policies say.

Upstream: pkg/scheduler/framework/plugins/podtopologyspread/{common,filtering}.go (v1.36). Domains come from nodes that
have the keys of all hard constraints of the pod; pods on other nodes do not count, nor do terminating ones.
"""

from __future__ import annotations

import numpy as np

from kspec.domain.matching import hard_taints, node_matches, untolerated
from kspec.domain.pod import TopologySpreadConstraint
from kspec.place import wording
from kspec.place.draft import Batch, Draft
from kspec.place.problem import Mask, Spread, Why
from kspec.place.rules.selection import spread_selects


def pod_topology_spread(draft: Draft) -> None:
    """Keep the counts of the domains close to each other."""
    for batch in draft.batches:
        constraints = batch.spec.topology_spread_constraints
        hard = [(i, c) for i, c in enumerate(constraints) if c.when_unsatisfiable == "DoNotSchedule"]
        keyed = [draft.topologies[draft.topology(c.topology_key)].domain >= 0 for _, c in hard]
        for index, constraint in hard:
            _spread(draft, batch, index, constraint, np.logical_and.reduce(keyed))


def _spread(draft: Draft, batch: Batch, index: int, constraint: TopologySpreadConstraint, keyed: Mask) -> None:
    topology = draft.topology(constraint.topology_key)
    domain = draft.topologies[topology].domain
    included = keyed & _included(draft, batch, constraint)
    counted = tuple(b.index for b in draft.batches if spread_selects(constraint, batch, b.namespace, b.labels))
    running = np.zeros(len(draft.topologies[topology].names), dtype=np.int64)
    for kind in draft.running_kinds:
        if not kind.leaving and spread_selects(constraint, batch, kind.namespace, kind.labels):
            sites = np.array(kind.sites, dtype=np.int64)
            np.add.at(running, domain[sites[included[sites]]], 1)
    where = wording.place(constraint.topology_key)
    least = f", at least {constraint.min_domains} of them" if constraint.min_domains else ""
    message = f"{batch.label} spreads over {where}s{least} with skew {constraint.max_skew} at most (topology spread)"
    path = ("topologySpreadConstraints", index)
    requirement = draft.require_of(
        batch, Why.SPREAD, message, path, detail=str(index), short=f"{where} spread with skew {constraint.max_skew}"
    )
    draft.barrier(requirement, batch, keyed)
    least_domains = constraint.min_domains or 1
    rule = Spread(requirement, batch.index, counted, topology, constraint.max_skew, least_domains, included, running)
    draft.rules.append(rule)


def _included(draft: Draft, batch: Batch, constraint: TopologySpreadConstraint) -> Mask:
    """The nodes that the policies let count."""
    included: Mask = np.ones(len(draft.nodes), dtype=bool)
    if constraint.node_affinity_policy == "Honor":
        included &= draft.where(lambda node: node_matches(batch.spec, node))
    if constraint.node_taints_policy == "Honor":
        included &= draft.where(lambda node: untolerated(hard_taints(node), batch.spec.tolerations) is None)
    return included

"""Why no node that a pool could add takes the pods of a conflict: KS4020."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.cli.checking import rules
from kspec.domain.expansion import PodSet, expand
from kspec.domain.matching import HARD_EFFECTS, node_matches, untolerated
from kspec.domain.node import NodePool
from kspec.domain.requests import list_in_units, pod_requests
from kspec.elaborate.design import Design
from kspec.place import Infeasible
from kspec.source.diagnostic import Diagnostic


def cannot_help(design: Design, conflict: Infeasible) -> Iterator[Diagnostic]:
    """For each workload of a conflict, what keeps the autoscaler from helping; nothing where no pool may grow."""
    growing = [pool for pool in design.cluster.pools if not pool.count.fixed]
    about = {requirement.object for requirement in conflict.core if requirement.object}
    for pods in expand(design.resources) if growing else ():
        if str(pods.resource.ref) in about and not pods.everywhere:
            reasons = "; ".join(f"{pool.name}: {_reason(pods, pool)}" for pool in growing)
            message = f"no node that the autoscaler could add takes the pods of {pods.kind} {pods.name}: {reasons}"
            help = "raise the limit of a pool that suits, or add one with larger nodes"
            span = pods.resource.at("metadata", "name")
            yield Diagnostic(
                rules.CANNOT_HELP, message, span, help, object=str(pods.resource.ref), field=rules.CANNOT_HELP.name
            )


def _reason(pods: PodSet, pool: NodePool) -> str:
    spec, node = pods.template.spec, pool.node(1)
    if not node_matches(spec, node):
        return "its labels do not suit"
    taint = untolerated(node.spec.taints, spec.tolerations, HARD_EFFECTS)
    if taint is not None:
        return f"its taint {taint.key} is not tolerated"
    offered = list_in_units(node.allocatable)
    short = [name for name, amount in pod_requests(spec).items() if amount > offered.get(name, 0)]
    if short:
        return f"a node has too little {', '.join(short)}"
    return f"at most {pool.count.high} nodes"

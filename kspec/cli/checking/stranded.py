"""Orders of arrival in which the scheduler strands pods that would all fit: KS4012, KS4028 where only room is short."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kspec.cli.checking import rules
from kspec.domain.expansion import PodSet, expand
from kspec.domain.matching import HARD_EFFECTS, node_matches, untolerated
from kspec.domain.node import Node
from kspec.elaborate.design import Design
from kspec.lint.nearest import listed
from kspec.scheduler.stranding import Stranded, search
from kspec.source.diagnostic import Diagnostic, Rule

_LEAST, _MOST = 4, 20
"""How many orders are tried: the telling ones at least (as written, small pods first, large first, backwards)."""
_PODS = 300
"""So many pods are placed in all; a design with more is not asked, for each order is a whole schedule."""


def stranded(design: Design, asks: Callable[[Rule], bool]) -> Iterator[Diagnostic]:
    """The first order found in which a pod waits for ever; pools at the top of their range, as far as they may grow."""
    sets = [s for s in expand(design.resources) if not s.everywhere]
    pods = sum(len(s.names) for s in sets)
    if not 1 < pods <= _PODS:
        return
    cluster = design.cluster
    nodes = (*cluster.nodes, *(p.node(i) for p in cluster.pools for i in range(1, p.count.high + 1)))
    found = search(design, nodes, tries=min(_MOST, max(_LEAST, _PODS // pods))).found
    if found is None:
        return
    key, words = found.left[0]
    waiting = next((s for s in sets if key in {f"{s.namespace}/{name}" for name in s.names}), None)
    rule = rules.FRAGMENTATION if waiting is not None and _suits_everywhere(waiting, nodes) else rules.NOT_FORCED
    if asks(rule):
        yield _finding(rule, key, words, found, waiting)


def _suits_everywhere(pods: PodSet, nodes: tuple[Node, ...]) -> bool:
    """Nothing but room decides where the pods may go."""
    spec = pods.template.spec
    affinity = spec.affinity
    picky = affinity.pod_affinity.required or affinity.pod_anti_affinity.required or spec.topology_spread_constraints
    return not picky and all(
        node_matches(spec, node) and untolerated(node.spec.taints, spec.tolerations, HARD_EFFECTS) is None
        for node in nodes
    )


def _finding(rule: Rule, key: str, words: str, found: Stranded, waiting: PodSet | None) -> Diagnostic:
    before = [name for name in found.order if name != key]
    message = f"pod {key} finds no node if {listed(before, 4)} come first: {words}"
    help = "`kspec place --stuck-order 20` tells the whole order; say where the others may go, or raise its priority"
    span = waiting.resource.at("metadata", "name") if waiting is not None else None
    about = str(waiting.resource.ref) if waiting is not None else None
    story = tuple(f"kube-scheduler: binds {pod} to {node}" for pod, node in found.nodes)
    return Diagnostic(rule, message, span, help, object=about, field=rule.name, story=story)

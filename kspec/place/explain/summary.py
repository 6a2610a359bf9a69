"""One sentence for a conflict: who needs what under which rules, and what there is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kspec.place import wording
from kspec.place.problem import Exclusion, NodeSet, Problem, Why

_TELLING = 4  # rules beyond so many are counted, not told


def summarise(problem: Problem, core: Sequence[int]) -> str:
    """`6 replicas of shop/web need 6 nodes (host anti-affinity); pool general-b has at most 4 nodes`."""
    chosen = [problem.requirements[r] for r in core]
    rules = [r.short or r.message for r in chosen if r.why not in (Why.REPLICAS, Why.NODES, Why.RESOURCES)]
    head = _who(problem, core)
    need = _what(problem, core)
    told = rules if len(rules) <= _TELLING else [*rules[:_TELLING], f"{len(rules) - _TELLING} more rules"]
    under = f" ({', '.join(dict.fromkeys(told))})" if told else ""
    there = _there(problem, core)
    one = head.startswith(("1 ", "DaemonSet "))
    if head and need and there:
        return f"{head} {need.replace('need', 'needs', 1) if one else need}{under}; {there}"
    if head and not there:
        return f"{head} {'has no node' if one else 'cannot all be placed'}{under}"
    return "; ".join(p for p in (f"{head}{under}" if head else ", ".join(told), there) if p)


def _who(problem: Problem, core: Sequence[int]) -> str:
    asking = [r for r in core if problem.requirements[r].why is Why.REPLICAS]
    groups = [[g for g in problem.groups if g.replicas == r] for r in asking]
    named = [(gs[0], sum(g.count for g in gs)) for gs in groups if gs]
    if len(named) == 1:
        group, count = named[0]
        if group.everywhere:
            return f"DaemonSet {group.label}"
        return f"{wording.plural(count, 'replica')} of {group.label}"
    return f"the pods of {wording.some([g.label for g, _ in named])}" if named else ""


def _what(problem: Problem, core: Sequence[int]) -> str:
    """What the workloads of a conflict need: nodes when they keep apart, else amounts."""
    members = set(core)
    groups = [i for i, g in enumerate(problem.groups) if g.replicas in members]
    counts = [max(1, problem.groups[i].count) for i in groups]
    for rule in problem.of(Exclusion):
        own = rule.a == rule.b and rule.a in groups and rule.requirement in members
        if own and problem.topologies[rule.topology].per_site and len(groups) == 1:
            return f"need {wording.plural(counts[0], 'node')}"
    short = [r for r in range(len(problem.resources)) if any(s.resources[r] in members for s in problem.nodesets)]
    if not groups or not short:
        return "need a node" if sum(counts) == 1 else "need nodes"
    needs = (np.array(counts)[:, None] * problem.request[groups]).sum(axis=0)
    amounts = [wording.quantity(problem.resources[r], int(needs[r])) for r in short]
    return f"need {' and '.join(amounts)}"


def _there(problem: Problem, core: Sequence[int]) -> str:
    """What the node sets of a conflict offer, those with the same offer taken together."""
    members = set(core)
    offers: dict[str, list[NodeSet]] = {}
    for nodeset in problem.nodesets:
        resources = [r for r in range(len(problem.resources)) if nodeset.resources[r] in members]
        if resources or nodeset.nodes in members:
            free = [int(problem.capacity[list(nodeset.sites), r].max(initial=0)) for r in resources]
            told = (wording.quantity(problem.resources[r], v) for r, v in zip(resources, free, strict=True))
            offers.setdefault(" and ".join(told), []).append(nodeset)
    return ", ".join(_offer(offer, nodesets) for offer, nodesets in sorted(offers.items(), key=lambda o: -len(o[1])))


def _offer(offer: str, nodesets: Sequence[NodeSet]) -> str:
    """`pools a, b and c have at most 12 nodes with 4 cpu each`."""
    count = sum(s.high for s in nodesets)
    pools = [s.pool for s in nodesets if s.pool]
    listed = [s.name for s in nodesets if not s.pool]
    named = [f"{'pool' if len(pools) == 1 else 'pools'} {wording.some(pools)}"] if pools else []
    names = " and ".join([*named, *([wording.some(listed)] if listed else [])])
    each = " each" if count > 1 else ""
    if not pools:
        amount = f" with {offer}{each}" if offer else ""
        return f"there is only {names}{amount}" if count == 1 else f"there are {count} such nodes{amount}: {names}"
    verb = "has" if len(nodesets) == 1 else "have"
    most = "at most " if any(s.low < s.high for s in nodesets) else ""
    quantity = f"{most}{wording.plural(count, 'node')}"
    return f"{names} {verb} {quantity} with {offer}{each}" if offer else f"{names} {verb} {quantity}"

"""From the least estimate to whole nodes that have a plan: rounded up, then shifted between classes of equal nodes.

The estimate leaves out what does not bind while all nodes are in use: that a group keeps to one pod a node, say. Where
that makes the rounded numbers impossible, the conflict names the classes that are short of nodes.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kspec.place.budget import Purse
from kspec.place.decide import planned
from kspec.place.goals.economy import Economy, Estimate
from kspec.place.problem import Ints, Problem
from kspec.place.relax.rows import Relaxation
from kspec.place.relax.solve import Plan, relax
from kspec.solve.session import Verdict

_TRIES = 24
_PLAN = 0.05  # of the budget, for a plan on chosen nodes
On = Callable[[Ints], Problem]
"""The problem on so many nodes of each class."""


def rounded_up(economy: Economy, estimate: Estimate) -> Ints:
    """Whole numbers of nodes that are not less than the estimate's."""
    sizes = np.array([c.size for c in economy.classes], dtype=np.int64)
    nodes: Ints = np.clip(np.ceil(estimate.nodes - 1e-6).astype(np.int64), economy.floors, sizes)
    return nodes


def shifted(
    economy: Economy, nodes: Ints, most: int, on: On, purse: Purse
) -> tuple[Ints, Problem, Relaxation, Plan] | None:
    """Numbers of nodes with a weight of `most` at most for which the relaxation has a plan, and that plan.

    Each time that there is none, the classes in the conflict get more nodes, twice as many as the last time: from the
    largest class of equal nodes that is not in the conflict, or new ones while the weight allows it.
    """
    weights = np.array(economy.weights, dtype=np.int64)
    step = np.ones(len(nodes), dtype=np.int64)
    for _ in range(_TRIES):
        part = on(nodes)
        relaxation, share = relax(part), Purse(purse.share(_PLAN))
        plan = planned(relaxation, share)
        purse.spend(share.spent)
        if plan.verdict is Verdict.SAT:
            return nodes, part, relaxation, plan
        if plan.verdict is not Verdict.UNSAT or purse.empty:
            return None
        short = [c.index for c in economy.classes if economy.problem.nodesets[c.nodeset].nodes in plan.core]
        after = nodes.copy()
        for c in short:
            _grow(economy, after, c, short, int(step[c]))
            step[c] *= 2
        if (after == nodes).all() or int((after * weights).sum()) > most:
            return None
        nodes = after
    return None


def _grow(economy: Economy, nodes: Ints, c: int, short: list[int], step: int) -> None:
    """More nodes of a class, at the cost of an equal class where there is one."""
    classes, capacity = economy.classes, economy.problem.capacity
    wanted = min(step, classes[c].size - int(nodes[c]))
    equal = [
        d.index
        for d in classes
        if d.index not in short and (capacity[d.sites[0]] == capacity[classes[c].sites[0]]).all()
    ]
    givers = [d for d in equal if nodes[d] > economy.floors[d] and economy.weights[d] == economy.weights[c]]
    giver = max(givers, key=lambda d: int(nodes[d]), default=None)
    if giver is not None:
        wanted = min(wanted, int(nodes[giver] - economy.floors[giver]))
        nodes[giver] -= wanted
    nodes[c] += wanted

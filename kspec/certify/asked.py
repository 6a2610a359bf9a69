"""Does a statement of a proof follow from what a question asks pods to come to?"""

from __future__ import annotations

import numpy as np

from kspec.certify.rows import Statement
from kspec.place.problem import Floor, Ints, Problem


def follows(problem: Problem, statement: Statement) -> bool:
    """Whether it is one of the sums asked for, or a weaker one: with no pod counted for less, and no more to reach."""
    counted = _weights(problem, statement)
    return counted is not None and any(_weaker(problem, floor, counted, statement.bound) for floor in problem.of(Floor))


def _weights(problem: Problem, statement: Statement) -> Ints | None:
    """For how much a pod of each group counts on each site, turned to the side of `at least`."""
    groups = {(group.workload, group.count): g for g, group in enumerate(problem.groups)}
    index = {site: n for n, site in enumerate(problem.sites)}
    found: Ints = np.zeros((len(problem.groups), len(problem.sites)), dtype=np.int64)
    for weight, count in statement.terms:
        g = groups.get((count.asker.podset.workload, count.asker.count))
        if g is None:
            return None
        found[g, [index[name] for name in count.nodes]] -= weight
    return found


def _weaker(problem: Problem, floor: Floor, counted: Ints, bound: int) -> bool:
    """A daemon that is not counted is one pod where it has to be, which gives what it would count for at most."""
    spared = problem.everywhere[:, None] & problem.must & (counted == 0) & (floor.weights > 0)
    enough = np.where(spared, 0, floor.weights) <= counted
    return bool(enough.all()) and bound >= int(floor.weights[spared].sum()) - floor.least

"""Placement by trying everything, with the checker as the only judge."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations_with_replacement, product

from kspec.place.checker import check
from kspec.place.problem import Problem


def fleets(problem: Problem) -> Iterator[list[str]]:
    """Every choice of nodes: all listed ones, and each pool at each of its sizes."""
    sizes = [range(s.low, s.high + 1) for s in problem.nodesets]
    for choice in product(*sizes):
        yield [problem.sites[n] for s, k in zip(problem.nodesets, choice, strict=True) for n in s.sites[:k]]


def solvable(problem: Problem) -> bool:
    """Whether any assignment passes the checker. Pods of one group are interchangeable, so multisets are enough."""
    return any(_fits(problem, nodes) for nodes in fleets(problem))


def fits_on(problem: Problem, usable: Iterable[str]) -> bool:
    """Whether some assignment passes the checker in which pods other than daemons' stand on these nodes only."""
    return _fits(problem, list(problem.sites), list(usable))


def placements(problem: Problem) -> Iterator[tuple[list[str], dict[str, str]]]:
    """Every placement that the checker has nothing against, with its nodes; of those that differ only in which pod of
    a group is which, one."""
    for nodes in fleets(problem):
        yield from ((nodes, assignment) for assignment in _fitting(problem, nodes))


def _fits(problem: Problem, nodes: list[str], usable: list[str] | None = None) -> bool:
    return any(True for _ in _fitting(problem, nodes, usable))


def _fitting(problem: Problem, nodes: list[str], usable: list[str] | None = None) -> Iterator[dict[str, str]]:
    assert problem.inventory is not None
    daemons = {
        f"{g.workload.split('/')[0]}/{g.workload.split('/')[2]}-{name}": name
        for i, g in enumerate(problem.groups)
        if g.everywhere
        for n, name in enumerate(problem.sites)
        if problem.must[i, n] and name in nodes
    }
    free = [g for g in problem.groups if not g.everywhere]
    places = nodes if usable is None else usable
    if any(g.count for g in free) and not places:
        return
    for choice in product(*(combinations_with_replacement(places, g.count) for g in free)):
        assignment = dict(daemons)
        for group, chosen in zip(free, choice, strict=True):
            assignment.update({p.pod: node for p, node in zip(group.pods, chosen, strict=True)})
        if not check(problem.inventory, nodes, assignment):
            yield assignment

"""From counts per group and node to names: which pod goes where."""

from __future__ import annotations

import numpy as np

from kspec.place.answer import Assigned
from kspec.place.problem import Ints, Mask, PodName, Problem


def assign(problem: Problem, counts: Ints) -> tuple[Assigned, ...]:
    """The pods by name: in the order of their names to sites in order. Running pods are not among them."""
    found: list[Assigned] = []
    for g, group in enumerate(problem.groups):
        if group.everywhere:
            namespace, _, name = group.workload.split("/", 2)
            for n in np.flatnonzero(counts[g]).tolist():
                site = problem.sites[n]
                found.append(Assigned(f"{namespace}/{name}-{site}", group.workload, site))
            continue
        places = np.repeat(np.arange(len(problem.sites)), counts[g]).tolist()
        for pod, n in zip(group.pods, places, strict=False):
            found.append(Assigned(pod.pod, pod.workload, problem.sites[n]))
    return tuple(found)


def everyone(problem: Problem, counts: Ints) -> tuple[Assigned, ...]:
    """Assigned and running pods together, as an answer lists them."""
    running = (Assigned(p.pod, p.workload, node) for p, node in problem.fixed)
    return tuple(sorted((*assign(problem, counts), *running), key=lambda a: (a.workload, _natural(a.pod))))


def unassigned(problem: Problem, counts: Ints) -> tuple[PodName, ...]:
    """The pods that counts leave out."""
    left: list[PodName] = []
    for g, group in enumerate(problem.groups):
        left += group.pods[int(counts[g].sum()) :]
    return tuple(left)


def pools(problem: Problem, there: Mask) -> dict[str, int]:
    """How many nodes of each declared pool are in use."""
    return {s.pool: int(there[list(s.sites)].sum()) for s in problem.nodesets if s.pool}


def _natural(name: str) -> tuple[str, int]:
    head, _, tail = name.rpartition("-")
    return (head, int(tail)) if tail.isdigit() else (name, 0)

"""From counts per group and node to names: which pod goes where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from kspec.place.answer import Assigned
from kspec.place.problem import Ints, Mask, PodName, Problem


def assign(problem: Problem, counts: Ints) -> tuple[Assigned, ...]:
    """The pods by name: those that can stay do, the others in the order of their names to sites in order."""
    found: list[Assigned] = []
    today = {pod.pod: node for pod, node in problem.current}
    for g, group in enumerate(problem.groups):
        if group.everywhere:
            namespace, _, name = group.workload.split("/", 2)
            for n in np.flatnonzero(counts[g]).tolist():
                site = problem.sites[n]
                found.append(Assigned(f"{namespace}/{name}-{site}", group.workload, site))
            continue
        places = [problem.sites[n] for n in np.repeat(np.arange(len(problem.sites)), counts[g]).tolist()]
        nodes = _staying(group.pods, places, today) if today else zip(group.pods, places, strict=False)
        found += [Assigned(pod.pod, pod.workload, node) for pod, node in nodes]
    return tuple(found)


def _staying(pods: Sequence[PodName], places: Sequence[str], today: Mapping[str, str]) -> Iterator[tuple[PodName, str]]:
    """Pods with their places; those whose node is among the places stay there."""
    left = Counter(places)
    stay: dict[str, str] = {}
    for pod in pods:
        node = today.get(pod.pod, "")
        if left[node] > 0:
            left[node] -= 1
            stay[pod.pod] = node
    others = iter(list(left.elements()))
    for pod in pods:
        node = stay.get(pod.pod) or next(others, "")
        if node:
            yield pod, node


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

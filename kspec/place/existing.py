"""Pods that have their node already, taken as pods that may be placed anew; workloads with more pods than written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import count, islice

import numpy as np

from kspec.domain.pod import Pod
from kspec.domain.podset import PodSet
from kspec.place.problem import Ints, PodName, Problem

Current = tuple[tuple[PodName, str], ...]


def freed(podsets: Iterable[PodSet], nodes: set[str]) -> tuple[tuple[PodSet, ...], Current]:
    """Workloads whose running pods on these nodes ask for a node like all others, and where those stand today.

    Such a pod follows its workload's template, as it would when its controller made it again. Pods of DaemonSets, pods
    that are leaving, and pods elsewhere stay what they are.
    """
    found: list[PodSet] = []
    current: list[tuple[PodName, str]] = []
    for podset in podsets:
        loose = () if podset.everywhere else tuple(p for p in podset.running if _movable(p, nodes))
        if not loose:
            found.append(podset)
            continue
        moved = {id(p) for p in loose}
        current += [(PodName(f"{podset.namespace}/{p.name}", podset.workload), p.spec.node_name) for p in loose]
        stay = tuple(p for p in podset.running if id(p) not in moved)
        names = tuple(dict.fromkeys((*(p.name for p in loose), *podset.names)))
        template = podset.template
        if not podset.template_at:
            template = template.model_copy(update={"spec": template.spec.model_copy(update={"node_name": ""})})
        found.append(replace(podset, template=template, names=names, running=stay))
    return tuple(found), tuple(current)


def grown(podset: PodSet, more: int) -> PodSet:
    """The workload with so many pods more, named as its controller would go on; less than none takes the last ones that
    do not run yet."""
    replicas = replace(podset.replicas, count=podset.replicas.count + more)
    if more < 0:
        return replace(podset, names=podset.names[: max(0, len(podset.names) + more)], replicas=replicas)
    taken = {*podset.names, *(p.name for p in podset.running)}
    tails = [int(tail) for name in taken if (tail := name.rpartition("-")[2]).isdigit()]
    fresh = (f"{podset.name}-{n}" for n in count(max(tails, default=0) + 1))
    names = tuple(islice((name for name in fresh if name not in taken), more))
    return replace(podset, names=(*podset.names, *names), replicas=replicas)


def _movable(pod: Pod, nodes: set[str]) -> bool:
    return pod.spec.node_name in nodes and pod.metadata.deletion_timestamp is None


def with_earlier(problem: Problem, where: Mapping[str, str]) -> Problem:
    """The problem with an earlier placement as today's, for the pods it names that run nowhere."""
    running = {pod.pod for pod, _ in problem.current}
    names = set(problem.sites)
    placed = tuple(
        (pod, where[pod.pod])
        for group in problem.groups
        for pod in group.pods
        if pod.pod not in running and where.get(pod.pod) in names
    )
    return replace(problem, current=(*problem.current, *placed))


def counts_of(problem: Problem, where: Mapping[str, str]) -> Ints:
    """How many pods of each group stand on each site, given the nodes of pods by name; unknown nodes do not count."""
    index = {site: n for n, site in enumerate(problem.sites)}
    counts: Ints = np.zeros((len(problem.groups), len(problem.sites)), dtype=np.int64)
    for g, group in enumerate(problem.groups):
        if group.everywhere:
            counts[g] = problem.must[g]
            continue
        for pod in group.pods:
            site = index.get(where.get(pod.pod, ""))
            if site is not None:
                counts[g, site] += 1
    return counts

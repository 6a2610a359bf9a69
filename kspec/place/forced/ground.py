"""What the names in a formula about states are worth in a placement: every pod has its node and is ready."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kspec.domain.podset import PodSet
from kspec.domain.requests import pod_requests
from kspec.elaborate.behaviour.still import Stills, size_name
from kspec.elaborate.behaviour.things import Life, Phase
from kspec.place.exact.counts import alike
from kspec.place.forced.formula import TRUE, Formula, There
from kspec.place.problem import Problem


@dataclass(frozen=True, eq=False)
class Ground:
    """A placement problem, and the world in which statements about its placements are read."""

    problem: Problem
    stills: Stills

    @cached_property
    def podsets(self) -> tuple[PodSet, ...]:
        assert self.problem.inventory is not None
        return self.problem.inventory.podsets

    @cached_property
    def groups(self) -> list[list[int]]:
        """Per workload its groups of pods that have no node yet."""
        number = {podset.workload: i for i, podset in enumerate(self.podsets)}
        found: list[list[int]] = [[] for _ in self.podsets]
        for g, group in enumerate(self.problem.groups):
            found[number[group.workload]].append(g)
        return found

    @cached_property
    def open_sites(self) -> list[frozenset[int]]:
        """Per group the sites where it can have pods; for daemons, those where it has to."""
        allowed = np.where(self.problem.everywhere[:, None], self.problem.must, self.problem.allowed)
        return [frozenset(np.flatnonzero(row).tolist()) for row in allowed]

    @cached_property
    def running(self) -> list[dict[int, list[str]]]:
        """Per workload and site, which pods run there already."""
        index = {site: n for n, site in enumerate(self.problem.sites)}
        found: list[dict[int, list[str]]] = []
        for podset in self.podsets:
            here: dict[int, list[str]] = {}
            for pod in podset.running:
                if pod.spec.node_name in index:
                    here.setdefault(index[pod.spec.node_name], []).append(pod.name)
            found.append(here)
        return found

    @cached_property
    def odd(self) -> frozenset[int]:
        """Workloads some of whose running pods are not what their template says."""
        return frozenset(i for i, podset in enumerate(self.podsets) if _odd(podset))

    @cached_property
    def sites(self) -> tuple[tuple[int, ...], ...]:
        """Per node class its sites."""
        found: list[list[int]] = [[] for _ in self.stills.world.places]
        for site, name in enumerate(self.problem.sites):
            found[self.stills.class_of[name]].append(site)
        return tuple(tuple(sites) for sites in found)

    def here(self, site: int) -> Formula:
        """The node is in use."""
        return There(site) if self.problem.optional[site] else TRUE

    @cached_property
    def _ready(self) -> Mapping[str, tuple[Life, ...]]:
        """Per workload (`namespace/Kind/name`) the states that a ready pod of the design's own revision can be in."""
        found: dict[str, list[Life]] = {}
        for life in self.stills.lives.values():
            if life.phase is Phase.READY and life.revision.number == 1:
                found.setdefault(workload_of(life), []).append(life)
        return {workload: tuple(lives) for workload, lives in found.items()}

    @cached_property
    def counted(self) -> Mapping[str, int]:
        """The workload (its index) whose ready pods a counter counts; others count nothing in a placement."""
        number = {podset.workload: i for i, podset in enumerate(self.podsets)}
        lives = self.stills.lives.items()
        return {
            counter: number[workload_of(life)]
            for counter, life in lives
            if workload_of(life) in number and life in self._ready.get(workload_of(life), ())
        }

    @cached_property
    def counters(self) -> list[tuple[str, ...]]:
        """Per workload the counters that count its ready pods."""
        found: list[list[str]] = [[] for _ in self.podsets]
        for counter, workload in self.counted.items():
            found[workload].append(counter)
        return [tuple(counters) for counters in found]

    def may_count(self, workload: int, pod: str) -> tuple[str, ...]:
        """The counters that may count a pod: those of its ordinal, where it has one."""
        ordinal = ordinal_of(self.podsets[workload], pod)
        counters = self.counters[workload]
        return tuple(c for c in counters if ordinal is None or self.stills.lives[c].ordinal == ordinal)

    @cached_property
    def replicas(self) -> Mapping[str, int]:
        """The names that are a number of replicas, and that number."""
        found: dict[str, int] = {}
        for workload in self.stills.world.workloads:
            number = self._pods.get(f"{workload.namespace}/{workload.kind}/{workload.name}")
            if number is not None:
                found |= dict.fromkeys((f"{workload.id}.replicas", f"{workload.revisions[0].id}.replicas"), number)
        return found

    @cached_property
    def _pods(self) -> Mapping[str, int]:
        """Per workload that is no DaemonSet, how many pods it has."""
        return {s.workload: len(s.names) + len(s.running) for s in self.podsets if not s.everywhere}

    @cached_property
    def pool_sizes(self) -> Mapping[str, tuple[int, tuple[int, ...]]]:
        """The names that are a number of nodes: how many are there in any case, and the sites that may be."""
        optional = self.problem.optional
        return {
            size_name(s.pool): (s.low, tuple(n for n in s.sites if optional[n]))
            for s in self.problem.nodesets
            if s.pool
        }

    @cached_property
    def symmetric(self) -> bool:
        """Whether what no rule of the problem tells apart is not told apart by statements either."""
        classes = {site: index for index, sites in enumerate(self.sites) for site in sites}
        sets = alike(self.problem)
        return not self.problem.fixed and all(len({classes[site] for site in sites}) == 1 for sites in sets)


def workload_of(life: Life) -> str:
    """`namespace/Kind/name` of the workload that a state is of."""
    owner = life.owner
    return f"{owner.namespace}/{owner.kind}/{owner.name}"


def ordinal_of(podset: PodSet, pod: str) -> int | None:
    """The ordinal of a StatefulSet's pod. Which pod of an indexed Job has which index nobody knows beforehand."""
    tail = pod.rpartition("-")[2]
    return int(tail) if podset.kind == "StatefulSet" and tail.isdigit() else None


def _odd(podset: PodSet) -> bool:
    """Whether a running pod asks for something else than its template, or is labelled otherwise; a bare pod is its own
    template."""
    if not podset.template_at:
        return False
    template = podset.template
    asked, labels, priority = pod_requests(template.spec), template.metadata.labels.items(), template.spec.priority
    return any(
        pod_requests(pod.spec) != asked
        or not labels <= pod.metadata.labels.items()
        or pod.spec.priority not in (None, priority)
        for pod in podset.running
    )

"""The pods of a placement problem, and the local states in which they may be counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kspec.domain.podset import PodSet
from kspec.domain.requests import pod_requests
from kspec.elaborate.behaviour.still import Stills
from kspec.elaborate.behaviour.things import Phase
from kspec.place.problem import Problem

Counters = frozenset[str]
"""The names of counters of local states."""
_HASH = "pod-template-hash"
"""Only tells a ReplicaSet's pods from those of others; no statement is about it."""


@dataclass(frozen=True, eq=False)
class Occupants:
    """Groups of pods that want a node, and pods that run, each with the counters that may count it when it is ready.

    A pod is in one of several states where a placement does not say more about it: which of some interchangeable pods
    it is, what else its state says.
    """

    problem: Problem
    stills: Stills

    @cached_property
    def podsets(self) -> tuple[PodSet, ...]:
        assert self.problem.inventory is not None
        return self.problem.inventory.podsets

    @cached_property
    def counters(self) -> dict[str, dict[int | None, Counters]]:
        """Per workload (`namespace/Kind/name`) what counts its ready pods: by ordinal, and (None) all of it."""
        found: dict[str, dict[int | None, Counters]] = {}
        for counter, life in self.stills.lives.items():
            if life.phase is Phase.READY and life.revision.number == 1:
                mine = found.setdefault(life.owner.path, {})
                for key in {life.ordinal, None}:
                    mine[key] = mine.get(key, frozenset()) | {counter}
        return found

    @cached_property
    def counted(self) -> Counters:
        """The counters that count anything in a placement."""
        return frozenset().union(*(self.counters.get(s.workload, {}).get(None, frozenset()) for s in self.podsets))

    @cached_property
    def groups(self) -> list[Counters]:
        """Per group the counters that may count one of its pods."""
        sets = {s.workload: s for s in self.podsets}
        return [
            self._of_workload(sets[g.workload])
            if g.everywhere
            else frozenset().union(*(self._of_pod(sets[p.workload], p.pod.partition("/")[2]) for p in g.pods))
            for g in self.problem.groups
        ]

    @cached_property
    def running(self) -> dict[int, list[Counters]]:
        """Per site the pods that run there already, each by its counters."""
        index = {site: n for n, site in enumerate(self.problem.sites)}
        found: dict[int, list[Counters]] = {}
        for podset in self.podsets:
            for pod in podset.running:
                if pod.spec.node_name in index:
                    here = found.setdefault(index[pod.spec.node_name], [])
                    here.append(self._of_pod(podset, pod.name))
        return found

    @cached_property
    def open_sites(self) -> list[frozenset[int]]:
        """Per group the sites where it can have pods; for daemons, those where it has to."""
        allowed = np.where(self.problem.everywhere[:, None], self.problem.must, self.problem.allowed)
        return [frozenset(np.flatnonzero(row).tolist()) for row in allowed]

    def groups_at(self, site: int, counters: Iterable[str]) -> list[int]:
        """The groups that can have pods on a site which one of some counters may count."""
        groups = {g for counter in counters for g in self._by_counter.get(counter, ())}
        return [g for g in sorted(groups) if site in self.open_sites[g]]

    @cached_property
    def _by_counter(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for g, counters in enumerate(self.groups):
            for counter in counters:
                found.setdefault(counter, []).append(g)
        return found

    @cached_property
    def odd(self) -> Counters:
        """What counts pods of workloads some of whose running pods are not what their template says."""
        return frozenset().union(*(self._of_workload(s) for s in self.podsets if _odd(s)))

    def _of_workload(self, podset: PodSet) -> Counters:
        return self.counters.get(podset.workload, {}).get(None, frozenset())

    def _of_pod(self, podset: PodSet, pod: str) -> Counters:
        """Of an indexed Job's pods nobody knows beforehand which has which index."""
        tail = pod.rpartition("-")[2]
        ordinal = int(tail) if podset.kind == "StatefulSet" and tail.isdigit() else None
        return self.counters.get(podset.workload, {}).get(ordinal, self._of_workload(podset))


def _odd(podset: PodSet) -> bool:
    """Whether a running pod asks for something else than its template, or is labelled otherwise; a bare pod is its own
    template."""
    if not podset.template_at:
        return False
    template = podset.template
    asked, priority = pod_requests(template.spec), template.spec.priority
    labels = {k: v for k, v in template.metadata.labels.items() if k != _HASH}.items()
    return any(
        pod_requests(pod.spec) != asked
        or not labels <= pod.metadata.labels.items()
        or pod.spec.priority not in (None, priority)
        for pod in podset.running
    )

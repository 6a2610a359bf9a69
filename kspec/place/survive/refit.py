"""What is lost, placed again beside what is left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from kspec.domain.pod import Pod
from kspec.domain.podset import PodSet
from kspec.place.budget import Purse
from kspec.place.decide import decide
from kspec.place.existing import counts_of
from kspec.place.pinned import pinned
from kspec.place.problem import Attraction, Ints, Mask, PodName, Problem
from kspec.place.relax.classes import classes_of
from kspec.place.search.find import quick
from kspec.place.verdicts import Impossible, Solution, Undecided, violations


@dataclass(frozen=True, eq=False)
class Standing:
    """A placement that stands: the problem in which its pods may all move, where each is, and the sites in use."""

    problem: Problem
    where: Mapping[str, str]
    there: Mask

    @cached_property
    def counts(self) -> Ints:
        counts = counts_of(self.problem, self.where)
        counts[:, ~self.there] = 0
        return counts

    @cached_property
    def names(self) -> list[dict[int, list[PodName]]]:
        """Per group and site, the pods that stand there."""
        index = {site: n for n, site in enumerate(self.problem.sites)}
        found: list[dict[int, list[PodName]]] = []
        for group in self.problem.groups:
            here: dict[int, list[PodName]] = {}
            for pod in group.pods:
                if pod.pod in self.where:
                    here.setdefault(index[self.where[pod.pod]], []).append(pod)
            found.append(here)
        return found


@dataclass(frozen=True, eq=False)
class Refit:
    """The problem that a loss poses, the groups of the whole problem that it is about, what became of it, and the pods
    that are displaced. `seen` tells whether the independent checker has judged it."""

    part: Problem
    groups: tuple[int, ...]
    outcome: Solution | Impossible | Undecided
    displaced: tuple[PodName, ...]
    seen: bool = False


def refit(standing: Standing, lost: Mask, purse: Purse, *, thorough: bool) -> Refit:
    """Place the pods of lost sites beside all others. When `thorough`, the checker judges easy answers too."""
    part, concerned = beside(standing, lost)
    groups = tuple(concerned)
    displaced = tuple(p for group in part.groups for p in group.pods)
    everything = np.ones(len(part.sites), dtype=bool)
    if not displaced:
        return Refit(part, groups, Solution(np.zeros((0, len(part.sites)), dtype=np.int64), everything), ())
    if not part.sites:
        return Refit(part, groups, decide(part, purse), displaced)
    thorough = thorough or any(part.of(Attraction))
    part = with_inventory(standing, lost, part) if thorough else replace(part, inventory=None)
    found = quick(part, classes_of(part))
    purse.spend(len(displaced) * 200)
    if found.complete and not violations(part, found.counts, everything):
        return Refit(part, groups, Solution(found.counts, everything), displaced, thorough)
    share = Purse(purse.share(0.2))
    outcome = decide(part, share, certify=False)
    purse.spend(share.spent)
    return Refit(part, groups, outcome, displaced, thorough)


def beside(standing: Standing, lost: Mask) -> tuple[Problem, list[int]]:
    """The problem of placing what a loss displaces."""
    gone = np.flatnonzero(lost).tolist()
    asked: list[Sequence[PodName]] = [
        [pod for n in gone for pod in here.get(n, ())] if here else () for here in standing.names
    ]
    left = standing.there & ~lost
    return pinned(standing.problem, left, np.where(left, standing.counts, 0), asked)


def with_inventory(standing: Standing, lost: Mask, part: Problem) -> Problem:
    """The part with what the checker judges it by: pods that stay are running, those displaced ask for a node."""
    inventory = standing.problem.inventory
    assert inventory is not None
    left = {standing.problem.sites[n] for n in np.flatnonzero(standing.there & ~lost).tolist()}
    podsets = tuple(_standing_pods(s, standing, left) for s in inventory.podsets)
    nodes = tuple(n for n in inventory.nodes if n.metadata.name in left)
    return replace(part, inventory=replace(inventory, nodes=nodes, podsets=podsets))


def _standing_pods(podset: PodSet, standing: Standing, left: set[str]) -> PodSet:
    if podset.everywhere:
        return replace(podset, running=(*podset.running, *_daemons(podset, standing, left)))
    at = {name: standing.where.get(f"{podset.namespace}/{name}", "") for name in podset.names}
    stay = [name for name in podset.names if at[name] in left]
    running = tuple(_on(pod, at[pod.metadata.name]) for pod in replace(podset, names=tuple(stay)).pods())
    gone = tuple(name for name in podset.names if at[name] and at[name] not in left)
    return replace(podset, names=gone, running=(*podset.running, *running))


def _daemons(podset: PodSet, standing: Standing, left: set[str]) -> list[Pod]:
    g = next((g for g, group in enumerate(standing.problem.groups) if group.workload == podset.workload), None)
    sites = np.flatnonzero(standing.problem.must[g]).tolist() if g is not None else []
    names = [standing.problem.sites[n] for n in sites if standing.problem.sites[n] in left]
    return [_on(podset.pod(f"{podset.name}-{name}"), name) for name in names]


def _on(pod: Pod, node: str) -> Pod:
    return pod.model_copy(update={"spec": pod.spec.model_copy(update={"node_name": node})})


__all__ = ["Refit", "Standing", "beside", "refit", "with_inventory"]

"""What the names in a formula about states are worth in a placement: every pod has its node and is ready."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from kspec.elaborate.behaviour.still import Stills, size_name
from kspec.place.exact.counts import alike
from kspec.place.forced.formula import TRUE, Formula, There
from kspec.place.forced.occupants import Occupants
from kspec.place.problem import Problem


@dataclass(frozen=True, eq=False)
class Ground:
    """A placement problem, and the world in which statements about its placements are read."""

    problem: Problem
    stills: Stills

    @cached_property
    def occupants(self) -> Occupants:
        """The pods, and what counts them."""
        return Occupants(self.problem, self.stills)

    def quiet(self, name: str, site: int) -> int | None:
        """A variable of a node to which nothing has happened; None where nodes have none of that name."""
        return self.stills.quiet[self.stills.class_of[self.problem.sites[site]]].get(name)

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
    def replicas(self) -> Mapping[str, int]:
        """The names that are a number of replicas, and that number."""
        sizes = {s.workload: s.replicas.count for s in self.occupants.podsets if not s.everywhere}
        found: dict[str, int] = {}
        for workload in self.stills.world.workloads:
            number = sizes.get(workload.path)
            if number is not None:
                found |= dict.fromkeys((f"{workload.id}.replicas", f"{workload.revisions[0].id}.replicas"), number)
        return found

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

"""The same problem for OR-tools CP-SAT: counts per group and node, or one Boolean per pod and node."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from kspec.place.problem import AtMost, Attraction, Exclusion, Floor, Problem, SharedMount, Spread, Supply, Together


class Counts:
    """Integer counts per group and node. Affinity in a circle is not excluded: a later check has to."""

    def __init__(self, problem: Problem) -> None:
        from ortools.sat.python import cp_model

        self.problem, self.model = problem, cp_model.CpModel()
        self.most = np.where(problem.allowed, problem.room, 0)
        self.most[problem.everywhere] = problem.must[problem.everywhere]
        self.count = {
            (int(g), int(n)): self.model.new_int_var(0, int(self.most[g, n]), "")
            for g, n in zip(*np.nonzero(self.most), strict=True)
        }
        self.open: dict[int, Any] = {int(n): self.model.new_bool_var("") for n in np.flatnonzero(problem.optional)}
        self._has: dict[tuple[int, int], Any] = {}
        self._replicas()
        self._capacity()
        for rule in problem.rules:
            self._rule(rule)

    def has(self, group: int, site: int) -> Any:
        """Whether the group has a pod on the site; None where it cannot."""
        if (group, site) not in self.count:
            return None
        if (group, site) not in self._has:
            flag = self._has[group, site] = self.model.new_bool_var("")
            self.model.add(self.count[group, site] >= 1).only_enforce_if(flag)
            self.model.add(self.count[group, site] == 0).only_enforce_if(~flag)
        return self._has[group, site]

    def near(self, group: int, sites: list[int]) -> list[Any]:
        return [h for n in sites if (h := self.has(group, n)) is not None]

    def pods(self, group: int, sites: Any) -> list[Any]:
        return [self.count[group, n] for n in sites if (group, n) in self.count]

    def _replicas(self) -> None:
        sites = range(len(self.problem.sites))
        for g, group in enumerate(self.problem.groups):
            if not group.everywhere:
                self.model.add(sum(self.pods(g, sites)) == group.count)
                continue
            for n in np.flatnonzero(self.problem.must[g]).tolist():
                mine, there = self.count.get((g, n), 0), self.open.get(n, 1)
                self.model.add(mine == there)
        for n, there in self.open.items():
            for g in range(len(self.problem.groups)):
                if (g, n) in self.count:
                    self.model.add(self.count[g, n] == 0).only_enforce_if(~there)
        for nodeset in self.problem.nodesets:
            for earlier, later in pairwise(self.open[n] for n in nodeset.sites if n in self.open):
                self.model.add_implication(later, earlier)

    def _capacity(self) -> None:
        mounts = list(self.problem.of(SharedMount))
        for r in range(len(self.problem.resources)):
            for n in range(len(self.problem.sites)):
                groups = [g for g in np.flatnonzero(self.problem.request[:, r]).tolist() if (g, n) in self.count]
                terms = [int(self.problem.request[g, r]) * self.count[g, n] for g in groups]
                for rule in (m for m in mounts if m.resource == r):
                    users = [h for g in rule.groups if (h := self.has(g, n)) is not None]
                    if users:
                        mounted = self.model.new_bool_var("")
                        self.model.add_max_equality(mounted, users)
                        terms.append(rule.units * mounted)
                if terms:
                    self.model.add(sum(terms) <= int(self.problem.capacity[n, r]))

    def _rule(self, rule: Any) -> None:
        match rule:
            case Exclusion():
                self._apart(rule)
            case Attraction():
                self._near(rule)
            case Spread():
                self._spread(rule)
            case Together(groups=groups, topology=t):
                topology = self.problem.topologies[t]
                used = []
                for domain in range(len(topology.names)):
                    users = [h for g in groups for h in self.near(g, topology.sites(domain))]
                    if users:
                        flag = self.model.new_bool_var("")
                        self.model.add_max_equality(flag, users)
                        used.append(flag)
                self.model.add(sum(used) <= 1)
            case AtMost(groups=groups, limit=limit):
                everyone = [x for g in groups for x in self.pods(g, range(len(self.problem.sites)))]
                self.model.add(sum(everyone) <= limit)
            case Supply(groups=groups, takes=takes, reach=reach, limit=limit):
                sites = np.flatnonzero(reach).tolist()
                taken = [k * x for g, k in zip(groups, takes, strict=True) for x in self.pods(g, sites)]
                self.model.add(sum(taken) <= limit)
            case Floor(weights=weights, least=least):
                self.model.add(sum(int(weights[g, n]) * x for (g, n), x in self.count.items()) >= least)
            case _:
                pass

    def _apart(self, rule: Exclusion) -> None:
        topology = self.problem.topologies[rule.topology]
        for domain in range(len(topology.names)):
            sites = topology.sites(domain)
            if rule.a == rule.b:
                self.model.add(sum(self.pods(rule.a, sites)) <= 1)
            else:
                for a in self.near(rule.a, sites):
                    for b in self.near(rule.b, sites):
                        self.model.add_bool_or(~a, ~b)

    def _near(self, rule: Attraction) -> None:
        domains = [self.problem.topologies[t].domain for t in rule.topologies]
        combos: dict[tuple[int, ...], list[int]] = {}
        for n in range(len(self.problem.sites)):
            if (rule.group, n) in self.count:
                combos.setdefault(tuple(int(d[n]) for d in domains), []).append(n)
        firsts = {c: self.model.new_bool_var("") for c in combos} if rule.bootstraps else {}
        if firsts:
            self.model.add_at_most_one(firsts.values())
            for combo, first in firsts.items():
                self.model.add_bool_or([*self.near(rule.group, combos[combo]), ~first])
        for combo, sites in combos.items():
            for index, domain in enumerate(combo):
                if domain in rule.seeded[index]:
                    continue
                there = self.problem.topologies[rule.topologies[index]].sites(domain)
                support = [h for g in rule.matching - {rule.group} for h in self.near(g, there)]
                support += [first for c, first in firsts.items() if c[index] == domain]
                for mine in self.near(rule.group, sites):
                    self.model.add_bool_or([*support, ~mine])

    def _spread(self, rule: Spread) -> None:
        topology = self.problem.topologies[rule.topology]
        domains = sorted({int(d) for d in topology.domain[rule.included]})
        inside = {d: [n for n in topology.sites(d) if rule.included[n]] for d in domains}
        exists = {d: self._exists(inside[d]) for d in domains}
        held = {
            d: sum(x for g in rule.counted for x in self.pods(g, inside[d])) + int(rule.running[d]) for d in domains
        }
        enough = self.model.new_bool_var("")
        number = sum(exists.values())
        self.model.add(number >= rule.min_domains).only_enforce_if(enough)
        self.model.add(number <= rule.min_domains - 1).only_enforce_if(~enough)
        for d in domains:
            for mine in self.near(rule.group, topology.sites(d)):
                self.model.add(held[d] <= rule.max_skew).only_enforce_if(mine, ~enough)
                for other in domains:
                    if other != d:
                        conditions = [mine, enough, *([] if isinstance(exists[other], int) else [exists[other]])]
                        self.model.add(held[d] - held[other] <= rule.max_skew).only_enforce_if(*conditions)

    def _exists(self, sites: list[int]) -> Any:
        if any(n not in self.open for n in sites):
            return 1
        flag = self.model.new_bool_var("")
        self.model.add_max_equality(flag, [self.open[n] for n in sites])
        return flag

    def solve(self, seconds: float) -> tuple[str, np.ndarray]:
        """`OPTIMAL`/`FEASIBLE`, `INFEASIBLE` or `UNKNOWN`, and the counts."""
        from ortools.sat.python import cp_model

        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = seconds
        solver.parameters.num_workers = 2
        status = solver.status_name(solver.solve(self.model))
        counts = np.zeros_like(self.most)
        if status in ("OPTIMAL", "FEASIBLE"):
            for (g, n), variable in self.count.items():
                counts[g, n] = solver.value(variable)
            self.there = np.array(
                [n not in self.open or bool(solver.value(self.open[n])) for n in range(counts.shape[1])]
            )
        return status, counts


class PerPod(Counts):
    """One Boolean per pod and node: the model one writes first. The counts are their sums."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        for g, group in enumerate(problem.groups):
            sites = [n for n in range(len(problem.sites)) if (g, n) in self.count]
            if group.everywhere:
                continue
            stands = {(p, n): self.model.new_bool_var("") for p in range(group.count) for n in sites}
            for p in range(group.count):
                self.model.add_exactly_one(stands[p, n] for n in sites)
            for n in sites:
                self.model.add(self.count[g, n] == sum(stands[p, n] for p in range(group.count)))

"""The variables of the exact encoding: how many pods of each group stand on each site, in unary.

`b<g>_<n>_<t>` says that site `n` has at least `t` pods of group `g`; `o<n>` that an optional site is in use.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from kspec.place.problem import Barrier, Exclusion, Ints, Mask, Problem
from kspec.solve.script import Script, Term
from kspec.solve.session import Outcome


class Guards:
    """Literals of requirements. Without any, every requirement is simply in force."""

    def __init__(self, script: Script, problem: Problem, guarded: Iterable[int]) -> None:
        self.of = {r: script.boolean(f"r{r}") for r in sorted(guarded)}

    def __call__(self, *requirements: int) -> list[str]:
        """The literals under which a constraint holds that these requirements state together."""
        return [self.of[r] for r in requirements if r in self.of]

    def requirement(self, literal: str) -> int:
        return int(literal[1:])


class Counts:
    """Declared count variables, and sums over them."""

    def __init__(self, problem: Problem, script: Script, guards: Guards) -> None:
        self.problem, self.script, self.guards = problem, script, guards
        self.most = _most(problem, set(guards.of))
        for g, n in zip(*np.nonzero(self.most), strict=True):
            self._declare(int(g), int(n))
        self.open = {int(n): script.boolean(f"o{n}") for n in np.flatnonzero(problem.optional)}
        self._presence: dict[tuple[int, int, int], str] = {}

    def _declare(self, group: int, site: int) -> None:
        for t in range(1, int(self.most[group, site]) + 1):
            self.script.boolean(f"b{group}_{site}_{t}")
            if t > 1:
                self.script.clause([f"(not b{group}_{site}_{t})", f"b{group}_{site}_{t - 1}"])

    def bits(self, group: int, sites: Iterable[int], weight: int = 1) -> list[Term]:
        """Terms whose sum is `weight` times the number of the group's pods on these sites."""
        return [(weight, f"b{group}_{n}_{t}") for n in sites for t in range(1, int(self.most[group, n]) + 1)]

    def first(self, group: int, site: int) -> str | None:
        """The literal that the group has a pod on the site; None where it cannot."""
        return f"b{group}_{site}_1" if self.most[group, site] else None

    def present(self, group: int, topology: int, domain: int) -> str | None:
        """The literal that the group has a pod in the domain; None where it cannot."""
        key = (group, topology, domain)
        if key not in self._presence:
            firsts = [self.first(group, n) for n in self.problem.topologies[topology].sites(domain)]
            literals = [f for f in firsts if f is not None]
            if len(literals) < 2:
                return literals[0] if literals else None
            self._presence[key] = self.script.either(f"p{group}_{topology}_{domain}", literals)
        return self._presence[key]

    def read(self, outcome: Outcome) -> Ints:
        """How many pods of each group each site has in a model."""
        found: Ints = np.zeros_like(self.most)
        for name, value in outcome.values.items():
            if value is True and name.startswith("b"):
                group, site, _ = name[1:].split("_")
                found[int(group), int(site)] += 1
        return found

    def read_open(self, outcome: Outcome) -> Mask:
        """Which sites are in use in a model: all that are not optional, and the optional ones it opens."""
        there: Mask = ~self.problem.optional
        for site, name in self.open.items():
            there[site] = outcome.truth(name)
        return there


def _most(problem: Problem, guarded: set[int]) -> Ints:
    """The most pods that a group can have on a site, as far as unguarded requirements say."""
    counts = np.maximum(problem.counts, problem.everywhere.astype(np.int64))
    most: Ints = np.repeat(counts[:, None], len(problem.sites), axis=1)
    most[problem.everywhere] = problem.must[problem.everywhere].astype(np.int64)
    for r in range(len(problem.resources)):
        asking = problem.request[:, r] > 0
        firm = firm_sites(problem, r, guarded)
        limit = problem.capacity[None, firm, r] // problem.request[asking, r][:, None]
        most[np.ix_(asking, firm)] = np.minimum(most[np.ix_(asking, firm)], limit)
    for rule in problem.rules:
        if isinstance(rule, Barrier) and rule.requirement not in guarded:
            most[rule.group, ~rule.allowed] = 0
        elif isinstance(rule, Exclusion) and rule.a == rule.b and rule.requirement not in guarded:
            inside = (problem.topologies[rule.topology].domain >= 0) & _counted_sites(problem, guarded)
            most[rule.a, inside] = np.minimum(most[rule.a, inside], 1)
    return most


def _counted_sites(problem: Problem, guarded: set[int]) -> Mask:
    """The sites whose node set has no more nodes than it has, unconditionally."""
    counted: Mask = np.array([problem.nodesets[s].nodes not in guarded for s in problem.nodeset_of], dtype=bool)
    return counted


def firm_sites(problem: Problem, resource: int, guarded: set[int]) -> Mask:
    """The sites whose capacity is in force unconditionally."""
    firm: Mask = np.ones(len(problem.sites), dtype=bool)
    for nodeset in problem.nodesets:
        if nodeset.resources[resource] in guarded or nodeset.nodes in guarded:
            firm[list(nodeset.sites)] = False
    return firm


def alike(problem: Problem) -> list[Sequence[int]]:
    """Sites that no rule can tell apart, in order; each list has two or more."""
    keys: dict[object, list[int]] = {}
    columns = _distinctions(problem)
    for site in range(len(problem.sites)):
        key = tuple(column[site] for column in columns)
        keys.setdefault(key, []).append(site)
    return [sites for sites in keys.values() if len(sites) > 1]


def _distinctions(problem: Problem) -> list[Sequence[object]]:
    """Whatever a rule knows about sites, one sequence over sites each."""
    from kspec.place.problem import Attraction, Floor, SharedMount, Spread, Supply

    columns: list[Sequence[object]] = [
        problem.nodeset_of.tolist(),
        problem.optional.tolist(),
        [row.tobytes() for row in problem.capacity],
        [column.tobytes() for column in problem.must.T],
    ]
    for topology in problem.topologies:
        columns.append((topology.domain >= 0).tolist() if topology.per_site else topology.domain.tolist())
    for rule in problem.rules:
        match rule:
            case Barrier():
                columns.append(rule.allowed.tolist())
            case Spread():
                domain = problem.topologies[rule.topology].domain
                columns.append(rule.included.tolist())
                columns.append(np.append(rule.running, 0)[domain].tolist())
            case Attraction():
                for t, seeds in zip(rule.topologies, rule.seeded, strict=True):
                    columns.append([int(d) in seeds for d in problem.topologies[t].domain])
            case Supply():
                columns.append(rule.reach.tolist())
            case Floor():
                columns.append([column.tobytes() for column in np.ascontiguousarray(rule.weights.T)])
            case SharedMount():
                columns.append([n in rule.mounted for n in range(len(problem.sites))])
            case _:
                pass
    return columns

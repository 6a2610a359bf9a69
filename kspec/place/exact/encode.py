"""A placement problem as clauses and counting constraints: satisfiable exactly when the pods can be placed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import assert_never

import numpy as np

from kspec.place.exact.counts import Counts, Guards, alike
from kspec.place.exact.nearness import exclusive_firsts, near
from kspec.place.exact.spreading import spread
from kspec.place.problem import (
    AtMost,
    Attraction,
    Barrier,
    Exclusion,
    Floor,
    Ints,
    Problem,
    SharedMount,
    Spread,
    Supply,
    Together,
)
from kspec.solve.script import Script, Term, negate


class Encoding:
    """The text of a problem and the means to read an answer. `guarded` requirements can be dropped one by one.

    Equal sites are filled in order unless `ordered` is false; that only makes searching shorter.
    """

    def __init__(self, problem: Problem, guarded: Iterable[int] = (), *, ordered: bool = True) -> None:
        self.problem = problem
        self.script = Script()
        self.guards = Guards(self.script, problem, guarded)
        self.counts = Counts(problem, self.script, self.guards)
        self._replicas()
        self._capacity()
        self._sites_in_use()
        for rule in problem.rules:
            self._rule(rule)
        exclusive_firsts(problem, self.counts, self.script)
        for sites in alike(problem) if ordered else ():
            self._ordered(sites)

    @property
    def text(self) -> str:
        return self.script.text

    def limit_nodes(self, used: bool, weights: Sequence[int], limit: int) -> None:
        """The weights of nodes with pods other than daemons' (or of nodes that are there) sum up to `limit` at most."""
        terms: list[Term] = []
        always = 0
        movable = np.flatnonzero(~self.problem.everywhere).tolist()
        for n, weight in enumerate(weights):
            firsts = [f for g in movable if (f := self.counts.first(g, n)) is not None]
            if used and firsts:
                terms.append((weight, self.script.either(f"u{n}", firsts)))
            elif not used and n in self.counts.open:
                terms.append((weight, self.counts.open[n]))
            elif not used:
                always += weight
        self.script.at_most(limit - always, terms)

    def at_least_of(self, groups: Iterable[int], least: int) -> None:
        """The groups have so many pods together."""
        everyone = range(len(self.problem.sites))
        self.script.at_least(least, [b for g in groups for b in self.counts.bits(g, everyone)])

    def limit_moves(self, current: Ints, weights: Sequence[int], limit: int) -> None:
        """Pods that do not stay where they are cost `limit` at most; those that stay are what counts have in common."""
        stay: list[Term] = []
        total = 0
        for g, n in zip(*np.nonzero(current), strict=True):
            total += weights[g] * int(current[g, n])
            both = min(int(current[g, n]), int(self.counts.most[g, n]))
            stay += [(weights[g], f"b{g}_{n}_{t}") for t in range(1, both + 1)]
        self.script.at_least(total - limit, stay)

    def _replicas(self) -> None:
        """Every group has its pods: all of them while its requirement holds, never more."""
        everyone = range(len(self.problem.sites))
        for g, group in enumerate(self.problem.groups):
            guards = self.guards(group.replicas)
            if group.everywhere:
                for n in np.flatnonzero(self.problem.must[g]).tolist():
                    first, there = self.counts.first(g, n), self.counts.open.get(n)
                    literals = [x for x in (first, negate(there) if there else None) if x is not None]
                    self.script.clause(literals, guards)
                continue
            bits = self.counts.bits(g, everyone)
            self.script.at_least(group.count, bits, guards)
            self.script.at_most(group.count, bits)

    def _capacity(self) -> None:
        """No site gives more than it has, while the requirements on its node set hold; nor takes a pod too large."""
        shared = [rule for rule in self.problem.rules if isinstance(rule, SharedMount)]
        for r in range(len(self.problem.resources)):
            asking = np.flatnonzero(self.problem.request[:, r]).tolist()
            mounts = [rule for rule in shared if rule.resource == r]
            for n in range(len(self.problem.sites)):
                terms: list[Term] = []
                for g in asking:
                    terms += self.counts.bits(g, (n,), int(self.problem.request[g, r]))
                for index, rule in enumerate(m for m in mounts if n not in m.mounted):
                    terms += self._mounted(rule, n, f"s{r}_{index}_{n}")
                nodeset = self.problem.nodesets[self.problem.nodeset_of[n]]
                guards = self.guards(nodeset.resources[r], nodeset.nodes)
                self.script.at_most(int(self.problem.capacity[n, r]), terms, guards)
                if nodeset.nodes in self.guards.of:
                    self._too_large(n, r, asking, nodeset.resources[r])

    def _too_large(self, site: int, resource: int, asking: Sequence[int], requirement: int) -> None:
        for g in asking:
            first = self.counts.first(g, site)
            if first is not None and self.problem.request[g, resource] > self.problem.capacity[site, resource]:
                self.script.clause([negate(first)], self.guards(requirement))

    def _mounted(self, rule: SharedMount, site: int, name: str) -> list[Term]:
        firsts = [f for g in rule.groups if (f := self.counts.first(g, site)) is not None]
        return [(rule.units, self.script.either(name, firsts))] if firsts else []

    def _sites_in_use(self) -> None:
        """Pods stand on sites in use only; of a pool's optional sites the first ones are used first."""
        for n, there in self.counts.open.items():
            for g in range(len(self.problem.groups)):
                first = self.counts.first(g, n)
                if first is not None:
                    self.script.clause([negate(first), there])
        for nodeset in self.problem.nodesets:
            optional = [self.counts.open[n] for n in nodeset.sites if n in self.counts.open]
            for earlier, later in pairwise(optional):
                self.script.clause([earlier, negate(later)])

    def _rule(self, rule: object) -> None:
        match rule:
            case Barrier(requirement=requirement, group=g, allowed=allowed):
                for n in np.flatnonzero(~allowed).tolist():
                    first = self.counts.first(g, n)
                    if first is not None:
                        self.script.clause([negate(first)], self.guards(requirement))
            case Exclusion():
                self._apart(rule)
            case Attraction():
                near(rule, self.problem, self.counts, self.script, self.guards)
            case Spread():
                spread(rule, self.problem, self.counts, self.script, self.guards)
            case Together():
                self._together(rule)
            case AtMost(requirement=requirement, groups=groups, limit=limit):
                bits = [b for g in groups for b in self.counts.bits(g, range(len(self.problem.sites)))]
                self.script.at_most(limit, bits, self.guards(requirement))
            case Supply(requirement=requirement, groups=groups, takes=takes, reach=reach, limit=limit):
                sites = np.flatnonzero(reach).tolist()
                taken = [b for g, k in zip(groups, takes, strict=True) for b in self.counts.bits(g, sites, k)]
                self.script.at_most(limit, taken, self.guards(requirement))
            case Floor():
                self._floor(rule)
            case SharedMount():
                pass
            case _:
                assert_never(rule)  # type: ignore[arg-type]

    def _floor(self, rule: Floor) -> None:
        """Pods that weigh less than nothing count by those that are not there."""
        least, terms = rule.least, []
        for g, n in zip(*np.nonzero(rule.weights), strict=True):
            weight, bits = int(rule.weights[g, n]), self.counts.bits(int(g), (int(n),))
            if weight < 0:
                least -= weight * len(bits)
                bits = [(1, negate(literal)) for _, literal in bits]
            terms += [(abs(weight), literal) for _, literal in bits]
        self.script.at_least(least, terms, self.guards(rule.requirement))

    def _apart(self, rule: Exclusion) -> None:
        topology = self.problem.topologies[rule.topology]
        for domain in range(len(topology.names)):
            guards = self.guards(rule.requirement, *self._nodes_of(rule.topology, domain))
            if rule.a == rule.b:
                self.script.at_most(1, self.counts.bits(rule.a, topology.sites(domain)), guards)
                continue
            a = self.counts.present(rule.a, rule.topology, domain)
            b = self.counts.present(rule.b, rule.topology, domain)
            if a is not None and b is not None:
                self.script.clause([negate(a), negate(b)], guards)

    def _nodes_of(self, topology: int, domain: int) -> list[int]:
        """Of a domain that is a single site, the requirement on how many such nodes there are."""
        if not self.problem.topologies[topology].per_site:
            return []
        sites = self.problem.topologies[topology].sites(domain)
        return [self.problem.nodesets[self.problem.nodeset_of[n]].nodes for n in sites]

    def _together(self, rule: Together) -> None:
        used: list[Term] = []
        for domain in range(len(self.problem.topologies[rule.topology].names)):
            here = [p for g in rule.groups if (p := self.counts.present(g, rule.topology, domain)) is not None]
            if here:
                used.append((1, self.script.either(f"t{rule.requirement}_{domain}", here)))
        self.script.at_most(1, used, self.guards(rule.requirement))
        self._on_one_node(rule)

    def _on_one_node(self, rule: Together) -> None:
        """What one node cannot hold of them, however many such nodes there are."""
        for apart in self.problem.of(Exclusion):
            if apart.a == apart.b and apart.a in rule.groups and self.problem.topologies[apart.topology].per_site:
                for n in np.flatnonzero(self.problem.topologies[apart.topology].domain >= 0).tolist():
                    guards = self.guards(rule.requirement, apart.requirement)
                    self.script.at_most(1, self.counts.bits(apart.a, (n,)), guards)
        for r in range(len(self.problem.resources)):
            for n in range(len(self.problem.sites)):
                terms = [b for g in rule.groups for b in self.counts.bits(g, (n,), int(self.problem.request[g, r]))]
                nodeset = self.problem.nodesets[self.problem.nodeset_of[n]]
                guards = self.guards(rule.requirement, nodeset.resources[r])
                self.script.at_most(int(self.problem.capacity[n, r]), terms, guards)

    def _ordered(self, sites: Sequence[int]) -> None:
        """Sites that nothing tells apart are filled in lexicographic order: the first has most of the first group."""
        for index, (n, m) in enumerate(pairwise(sites)):
            equal: str | None = None
            pairs = [
                (f"b{g}_{n}_{t}", f"b{g}_{m}_{t}")
                for g in range(len(self.problem.groups))
                for t in range(1, int(self.counts.most[g, n]) + 1)
            ]
            for k, (a, b) in enumerate(pairs):
                so_far = [negate(equal)] if equal else []
                self.script.clause([*so_far, a, negate(b)])
                if k + 1 < len(pairs):
                    following = self.script.boolean(f"e{n}_{index}_{k}")
                    self.script.clause([*so_far, negate(b), following])
                    self.script.clause([*so_far, a, following])
                    equal = following

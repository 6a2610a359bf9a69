"""Rules about domains of several nodes, checked for single moves."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from kspec.place.distinct import distinct
from kspec.place.problem import Attraction, Exclusion, Ints, Mask, Problem, Spread

WideRule = Exclusion | Attraction | Spread


class WideRules:
    """Counts of pods per domain, and whether the rules about a group hold with them."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.topologies = [t for t in range(len(problem.topologies)) if not problem.topologies[t].per_site]
        self.domain = [t.domain for t in problem.topologies]
        self.counts: dict[int, Ints] = {
            t: np.zeros((len(problem.groups), len(problem.topologies[t].names) + 1), dtype=np.int64)
            for t in self.topologies
        }
        self.about: list[list[WideRule]] = [[] for _ in problem.groups]
        for rule in problem.rules:
            if isinstance(rule, (Exclusion, Spread, Attraction)) and self._wide(rule):
                for group in _groups(rule):
                    self.about[group].append(rule)
        self.ruled: Mask = np.array([bool(rules) for rules in self.about], dtype=bool)
        self.cell = self._cells()

    def _wide(self, rule: WideRule) -> bool:
        if isinstance(rule, Attraction):
            return any(t in self.topologies for t in rule.topologies)
        return rule.topology in self.topologies

    def _cells(self) -> Ints:
        """The domains of a site in all wide topologies, as one number: moves inside a cell change no count."""
        found: dict[object, int] = {}
        columns = [self.domain[t].tolist() for t in self.topologies]
        keys = [tuple(c[n] for c in columns) for n in range(len(self.problem.sites))]
        return np.array([found.setdefault(key, len(found)) for key in keys], dtype=np.int64)

    def add(self, site: int, group: int, count: int) -> None:
        for t in self.topologies:
            self.counts[t][group, self.domain[t][site]] += count

    def add_each(self, sites: Ints, group: int) -> None:
        for t in self.topologies:
            np.add.at(self.counts[t][group], self.domain[t][sites], 1)

    def hold(self, groups: Iterable[int]) -> bool:
        """Whether every rule about these groups holds."""
        return all(self._holds(rule) for group in groups for rule in self.about[group])

    def _holds(self, rule: WideRule) -> bool:
        match rule:
            case Exclusion(a=a, b=b, topology=t):
                first, second = self.counts[t][a, :-1], self.counts[t][b, :-1]
                return bool((first <= 1).all() if a == b else not ((first > 0) & (second > 0)).any())
            case Spread():
                return self._even(rule)
            case Attraction():
                return self._near(rule)

    def _even(self, rule: Spread) -> bool:
        counts = self.counts[rule.topology]
        domains = distinct(self.domain[rule.topology][rule.included])
        held = counts[list(rule.counted)][:, domains].sum(axis=0) + rule.running[domains]
        least = held.min(initial=0) if len(domains) >= rule.min_domains else 0
        mine = counts[rule.group][domains] > 0
        return bool((held[mine] - least <= rule.max_skew).all())

    def _near(self, rule: Attraction) -> bool:
        """Supporters in each domain; without any, only where one domain holds all pods of a group that may start."""
        others = sorted(rule.matching - {rule.group})
        for index, t in enumerate(rule.topologies):
            if t not in self.topologies:
                continue
            mine = np.flatnonzero(self.counts[t][rule.group, :-1] > 0)
            seeds = rule.seeded[index]
            alone = [d for d in mine.tolist() if d not in seeds and not self.counts[t][others, d].any()]
            if len(alone) > (1 if rule.bootstraps else 0):
                return False
        return True


def _groups(rule: WideRule) -> set[int]:
    match rule:
        case Exclusion(a=a, b=b):
            return {a, b}
        case Spread(group=g, counted=counted):
            return {g, *counted}
        case Attraction(group=g, matching=matching):
            return {g, *matching}

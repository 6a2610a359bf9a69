"""Pod affinity in the exact encoding.

That a supporter is in the domain is stated here; that supporters do not only support each other in a circle is seen to
afterwards, when an answer has such a circle (`kspec.place.exact.circles`).
"""

from __future__ import annotations

from itertools import combinations

from kspec.place.exact.counts import Counts, Guards
from kspec.place.problem import Attraction, Problem
from kspec.solve.script import Script, negate

Combo = tuple[int, ...]


def near(rule: Attraction, problem: Problem, counts: Counts, script: Script, guards: Guards) -> None:
    """Where the group has a pod, each term finds a supporter in the domain, or the pod that came first."""
    held = guards(rule.requirement)
    sites = combos(rule, problem, counts)
    firsts = _firsts(rule, sites, counts, script) if rule.bootstraps else {}
    for combo, here in sites.items():
        for index, domain in enumerate(combo):
            if domain in rule.seeded[index]:
                continue
            support = supporters(rule, index, domain, counts)
            support += [name for c, name in firsts.items() if c[index] == domain]
            for n in here:
                first = counts.first(rule.group, n)
                if first is not None:
                    script.clause([negate(first), *support], held)


def combos(rule: Attraction, problem: Problem, counts: Counts) -> dict[Combo, list[int]]:
    """The sites that the group can use, by their domains of the rule's topologies."""
    found: dict[Combo, list[int]] = {}
    for n in range(len(problem.sites)):
        combo = tuple(int(problem.topologies[t].domain[n]) for t in rule.topologies)
        if counts.most[rule.group, n] and min(combo) >= 0:
            found.setdefault(combo, []).append(n)
    return found


def supporters(rule: Attraction, index: int, domain: int, counts: Counts) -> list[str]:
    """Literals of other groups whose presence satisfies a term in a domain."""
    others = sorted(rule.matching - {rule.group})
    found = (counts.present(g, rule.topologies[index], domain) for g in others)
    return [literal for literal in found if literal is not None]


def first_name(rule: Attraction, combo: Combo) -> str:
    return f"i{rule.group}_{'_'.join(str(d) for d in combo)}"


def _firsts(rule: Attraction, sites: dict[Combo, list[int]], counts: Counts, script: Script) -> dict[Combo, str]:
    """One literal per combination of domains: the group's first pod came there. At most one holds."""
    firsts: dict[Combo, str] = {}
    for combo, here in sites.items():
        name = firsts[combo] = script.boolean(first_name(rule, combo))
        script.clause([negate(name), *(f for n in here if (f := counts.first(rule.group, n)) is not None)])
    script.at_most(1, [(1, name) for name in firsts.values()])
    return firsts


def exclusive_firsts(problem: Problem, counts: Counts, script: Script) -> None:
    """Of two groups that support each other, one only can have come first."""
    starting = [r for r in problem.rules if isinstance(r, Attraction) and r.bootstraps]
    for a, b in combinations(starting, 2):
        if a.group in b.matching and b.group in a.matching:
            names = [first_name(r, c) for r in (a, b) for c in combos(r, problem, counts)]
            script.at_most(1, [(1, name) for name in names])

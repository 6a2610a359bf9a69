"""Topology spread in the exact encoding."""

from __future__ import annotations

from kspec.place.exact.counts import Counts, Guards
from kspec.place.problem import Problem, Spread
from kspec.solve.script import Script, Term, negate


def spread(rule: Spread, problem: Problem, counts: Counts, script: Script, guards: Guards) -> None:
    """In each domain with pods of the group, the count exceeds that of no domain there is by more than the skew."""
    topology = problem.topologies[rule.topology]
    domains = sorted({int(d) for d in topology.domain[rule.included]})
    inside = {d: [n for n in topology.sites(d) if rule.included[n]] for d in domains}
    exists = {d: _exists(d, inside[d], problem, counts, script, rule) for d in domains}
    enough = _enough(rule, exists, script)
    held = guards(rule.requirement)
    for d in domains:
        here = counts.present(rule.group, rule.topology, d)
        if here is None:
            continue
        mine = _counted(rule, counts, inside[d])
        limit = rule.max_skew - int(rule.running[d])
        if enough is not True:
            script.at_most(limit, mine, [*held, here, *((negate(enough),) if enough else ())])
        if enough is None:
            continue
        for other in domains:
            if other != d:
                theirs = _counted(rule, counts, inside[other])
                terms = [*mine, *((w, negate(b)) for w, b in theirs)]
                there = exists[other]
                conditions = [*held, here, *(x for x in (enough, there) if isinstance(x, str))]
                script.at_most(limit + int(rule.running[other]) + len(theirs), terms, conditions)


def _counted(rule: Spread, counts: Counts, sites: list[int]) -> list[Term]:
    return [bit for g in rule.counted for bit in counts.bits(g, sites)]


def _exists(d: int, sites: list[int], problem: Problem, counts: Counts, script: Script, rule: Spread) -> str | bool:
    """Whether a domain is there: for certain, or when one of its optional sites is in use."""
    if not all(problem.optional[sites]):
        return True
    name = f"x{rule.requirement}_{rule.group}_{d}"
    return script.either(name, [counts.open[n] for n in sites])


def _enough(rule: Spread, exists: dict[int, str | bool], script: Script) -> str | bool | None:
    """Whether there are `min_domains` domains: True for certain, None never, else a literal."""
    sure = sum(1 for e in exists.values() if e is True)
    maybe = [(1, e) for e in exists.values() if isinstance(e, str)]
    if sure >= rule.min_domains:
        return True
    if sure + len(maybe) < rule.min_domains:
        return None
    name = script.boolean(f"f{rule.requirement}_{rule.group}")
    missing = rule.min_domains - sure
    script.at_least(missing, maybe, [name])
    script.at_most(missing - 1, maybe, [negate(name)])
    return name

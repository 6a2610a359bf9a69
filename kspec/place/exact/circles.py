"""Groups whose pods only support each other: none of them could have been the first to come.

An answer of the encoding is searched for such circles; each one found becomes a clause (a loop formula, as in answer
set programming), so that the next answer has a supporter from outside or a pod that may come first.
"""

from __future__ import annotations

from collections.abc import Sequence

from kspec.place.exact.counts import Counts, Guards
from kspec.place.exact.nearness import Combo, combos, first_name
from kspec.place.problem import Attraction, Ints, Problem
from kspec.solve.script import Script, negate
from kspec.solve.session import Outcome

Place = tuple[Attraction, Combo]


def circle(problem: Problem, counts: Counts, found: Ints, outcome: Outcome, rules: Sequence[Attraction]) -> list[Place]:
    """Where pods of an answer have no supporter that could have come before them; empty if there is no such place."""
    waiting = [
        (rule, combo)
        for rule in rules
        for combo, sites in combos(rule, problem, counts).items()
        if found[rule.group, sites].any() and not outcome.truth(first_name(rule, combo))
    ]
    while waiting:
        lonely = [place for place in waiting if not _supported(problem, found, place, waiting, outcome)]
        if len(lonely) == len(waiting):
            return waiting
        waiting = lonely
    return []


def _supported(problem: Problem, found: Ints, place: Place, waiting: list[Place], outcome: Outcome) -> bool:
    """Whether each term has a supporter whose own place does not wait."""
    rule, combo = place
    for index, domain in enumerate(combo):
        if domain in rule.seeded[index] or _first_near(rule, index, domain, problem, outcome):
            continue
        others = sorted(rule.matching - {rule.group})
        if not any(_settled(problem, found, g, rule.topologies[index], domain, waiting) for g in others):
            return False
    return True


def _first_near(rule: Attraction, index: int, domain: int, problem: Problem, outcome: Outcome) -> bool:
    prefix = f"i{rule.group}_"
    firsts = (name for name, value in outcome.values.items() if value is True and name.startswith(prefix))
    return any(int(name[len(prefix) :].split("_")[index]) == domain for name in firsts)


def _settled(problem: Problem, found: Ints, group: int, topology: int, domain: int, waiting: list[Place]) -> bool:
    """Whether the group has a pod in the domain that does not itself wait for a supporter."""
    for n in problem.topologies[topology].sites(domain):
        if found[group, n] and not any(r.group == group and _combo(problem, r, n) == c for r, c in waiting):
            return True
    return False


def _combo(problem: Problem, rule: Attraction, site: int) -> Combo:
    return tuple(int(problem.topologies[t].domain[site]) for t in rule.topologies)


def forbid(problem: Problem, counts: Counts, places: list[Place], script: Script, tag: str, guards: Guards) -> None:
    """If pods stand at any of these places, one of the places has all its support from outside them, or came first."""
    outside: list[str] = []
    inside: list[str] = []
    for k, (rule, combo) in enumerate(places):
        sites = combos(rule, problem, counts)[combo]
        inside += [f for n in sites if (f := counts.first(rule.group, n)) is not None]
        if rule.bootstraps:
            outside.append(first_name(rule, combo))
        terms = [
            script.either(f"l{tag}_{k}_{i}", _from_outside(problem, counts, rule, i, d, places))
            for i, d in enumerate(combo)
            if d not in rule.seeded[i]
        ]
        whole = script.boolean(f"l{tag}_{k}")
        for term in terms:
            script.clause([negate(whole), term])
        outside.append(whole)
    held = guards(*sorted({rule.requirement for rule, _ in places}))
    for literal in inside:
        script.clause([negate(literal), *outside], held)


def _from_outside(
    problem: Problem, counts: Counts, rule: Attraction, index: int, domain: int, places: list[Place]
) -> list[str]:
    """Literals of supporters of a term that stand outside the places."""
    found: list[str] = []
    for group in sorted(rule.matching - {rule.group}):
        for n in problem.topologies[rule.topologies[index]].sites(domain):
            first = counts.first(group, n)
            if first is not None and not any(r.group == group and _combo(problem, r, n) == c for r, c in places):
                found.append(first)
    if rule.bootstraps:
        found += [first_name(rule, c) for c in combos(rule, problem, counts) if c[index] == domain]
    return found

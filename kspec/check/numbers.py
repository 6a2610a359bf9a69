"""The strategy for a design whose numbers are all given."""

from __future__ import annotations

from kspec.check.case import Case
from kspec.check.explicit import search, silent_disturbances, walk
from kspec.check.options import Engine
from kspec.check.reduce import Reduced, reduce_system
from kspec.check.story import Finding
from kspec.core.property import PropertyKind
from kspec.run.search import Limits

_FIRST_STATES, _FIRST_STEPS = 8_000, 40_000
"""What a search may use before anything else is tried."""

_SHORTENING = 200_000
"""How many steps a search may try to find a shorter story than a walk's."""


def decide(case: Case) -> None:
    """Search a little; where that does not see everything: walk, prove, search to the end of the budget, unroll."""
    reduced = reduce_system(case.system)
    if case.options.uses(Engine.SEARCH):
        first = Limits(min(_FIRST_STATES, case.options.states), case.clock.left, _FIRST_STEPS)
        _search(case, reduced, first)
    met: dict[str, Finding] = {}
    if case.pending and case.options.uses(Engine.WALK):
        case.options.say("random walks")
        met = walk(reduced.system, case.pending, case.clock, reduced.families)
        case.tried.append("random walks")
    if case.pending and case.options.proves:
        case.try_to_prove(reduced, frozenset(met), "this design")
    if case.pending and case.options.uses(Engine.SEARCH):
        steps = _SHORTENING if met else None
        _search(case, reduced, Limits(case.options.states, case.clock.share(0.7), steps))
    for asked in case.pending:
        if asked.name in met:
            case.settle_finding(asked, case.system, reduced, met[asked.name], "random walk", {})
    if case.pending and case.options.uses(Engine.BMC):
        from kspec.check.refuting import refute  # the solver is loaded only where it is needed

        refute(case, reduced)


def _search(case: Case, reduced: Reduced, limits: Limits) -> None:
    case.options.say("breadth-first search")
    seen = search(reduced.system, case.pending, limits, reduced.families)
    case.tried.append(f"breadth-first search of {seen.states} states, depth {seen.depth}")
    silent = silent_disturbances(reduced.system, seen.fired) if seen.complete else []
    for asked in case.pending:
        finding = seen.findings.get(asked.name)
        if asked.kind is PropertyKind.WITNESS and asked.name in seen.reached:
            case.proved(asked, "this design", "search", ["it can happen"])
        elif finding is not None:
            case.settle_finding(asked, case.system, reduced, finding, "search", {})
        elif seen.complete:
            case.settle_exhausted(asked, reduced, seen, silent)

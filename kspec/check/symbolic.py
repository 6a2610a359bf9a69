"""The strategy for a design with ranges: one proof for all sizes, or the smallest numbers it breaks with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice

from kspec.check.case import Case
from kspec.check.explicit import search
from kspec.check.options import Engine
from kspec.check.reduce import Reduced, disturbances, reduce_system
from kspec.check.refuting import refute
from kspec.check.story import Finding
from kspec.core.lower.instantiate import instantiate
from kspec.core.property import PropertyKind
from kspec.core.system import System
from kspec.run.search import Limits
from kspec.solve.verify.params import small_designs

_FIRST, _DESIGNS = 1, 6
"""So many small designs are searched before a proof is tried, and so many at all."""


def decide(case: Case) -> None:
    """Search small designs; prove what does not break there; then larger ones and unrolling."""
    reduced = reduce_system(case.system)
    broken: dict[str, tuple[Mapping[str, int], System, Reduced, Finding]] = {}
    heard: set[str] = set()
    designs = small_designs(case.system, _DESIGNS)
    if case.options.uses(Engine.SEARCH):
        _small_designs(case, islice(designs, _FIRST), broken, heard)
    if case.options.uses(Engine.INDUCTION):
        case.try_to_prove(reduced, frozenset(broken), "all sizes", _unheard(reduced, heard))
    if case.options.uses(Engine.SEARCH):
        _small_designs(case, designs, broken, heard)
    if broken and case.options.uses(Engine.BMC):
        refute(case, reduced, max(len(finding.steps) for _, _, _, finding in broken.values()))
    for asked in case.pending:
        if asked.name in broken:
            params, concrete, small, finding = broken[asked.name]
            case.settle_finding(asked, concrete, small, finding, "search", params)
    if case.pending and case.options.uses(Engine.BMC):
        refute(case, reduced)


def _small_designs(
    case: Case,
    designs: Iterable[Mapping[str, int]],
    broken: dict[str, tuple[Mapping[str, int], System, Reduced, Finding]],
    heard: set[str],
) -> None:
    for params in designs:
        wanted = [p for p in case.pending if p.name not in broken]
        if not wanted or not case.clock.left:
            return
        case.options.say("searching " + ", ".join(f"{name} = {value}" for name, value in params.items()))
        concrete = instantiate(case.system, params)
        small = reduce_system(concrete)
        seen = search(small.system, wanted, Limits(3_000, case.clock.left, 15_000), small.families)
        heard.update(small.system.actions[i].label for i in seen.fired)
        numbers = ", ".join(f"{name} {value}" for name, value in params.items())
        case.tried.append(f"{'all of' if seen.complete else 'a part of'} {numbers}: {seen.states} states")
        for asked in wanted:
            if asked.kind is PropertyKind.WITNESS and asked.name in seen.reached:
                case.proved(asked, "this design", "search", [f"it can happen with {numbers}"])
            elif asked.name in seen.findings:
                broken[asked.name] = (params, concrete, small, seen.findings[asked.name])


def _unheard(reduced: Reduced, heard: set[str]) -> list[str]:
    missing = [label for label in disturbances(reduced.system) if heard and label not in heard]
    return [f"not seen to happen in small designs: {', '.join(missing)}"] if missing else []

"""The strategy for a design with ranges: one proof for all sizes, or the smallest numbers it breaks with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice

from kspec.check.case import Case
from kspec.check.explicit import Explored, search
from kspec.check.options import Engine
from kspec.check.reduce import Reduced, disturbances, reduce_system
from kspec.check.refuting import refute
from kspec.check.story import Finding
from kspec.core.expr import TRUE
from kspec.core.lower.instantiate import instantiate
from kspec.core.property import PropertyKind
from kspec.core.system import System
from kspec.run.search import Limits
from kspec.solve.verify.params import never_empty, small_designs

_FIRST, _SOME, _ALL = 1, 6, 300
"""So many small designs are searched before a proof is tried, so many before unrolling, and so many at all."""


@dataclass(slots=True)
class _Sizes:
    """What searches of designs with numbers have come to."""

    broken: dict[str, tuple[Mapping[str, int], System, Reduced, Finding]] = field(default_factory=dict)
    """The first design in which a property breaks, and how."""
    heard: set[str] = field(default_factory=set)
    """Labels of actions that happened somewhere."""
    reached: set[str] = field(default_factory=set)
    """Properties whose premise held somewhere."""
    whole: bool = True
    """Every design was seen to its last state."""
    designs: int = 0
    states: int = 0


def decide(case: Case) -> None:
    """Search small designs; prove what does not break there; then larger ones, unrolling, and every size there is."""
    reduced = reduce_system(case.system)
    sizes = _Sizes()
    designs = small_designs(case.system, _ALL)
    searching = case.options.uses(Engine.SEARCH)
    if searching:
        _search(case, islice(designs, _FIRST), sizes)
    if case.options.proves:
        notes = _unheard(reduced, sizes.heard)
        unmet = frozenset(p.name for p in case.pending if p.premise is not TRUE and p.name not in sizes.reached)
        case.try_to_prove(reduced, frozenset(sizes.broken), "all sizes", notes, unmet if searching else frozenset())
    if searching:
        _search(case, islice(designs, _SOME - _FIRST), sizes)
    if sizes.broken and case.options.uses(Engine.BMC):
        refute(case, reduced, max(len(finding.steps) for _, _, _, finding in sizes.broken.values()))
    for asked in case.pending:
        if asked.name in sizes.broken:
            params, concrete, small, finding = sizes.broken[asked.name]
            case.settle_finding(asked, concrete, small, finding, "search", params)
    if case.pending and searching and sizes.whole and _can_be_exhausted(case.system):
        _search(case, designs, sizes)
        if sizes.whole and next(designs, None) is None and sizes.designs < _ALL:
            _settle_exhausted(case, reduced, sizes)
    if case.pending and case.options.uses(Engine.BMC):
        refute(case, reduced)


def _can_be_exhausted(system: System) -> bool:
    """Nothing but numbers is open, and no class of nodes can be empty: searches leave such sizes out."""
    return not system.strewn and never_empty(system)


def _settle_exhausted(case: Case, reduced: Reduced, sizes: _Sizes) -> None:
    engine = f"search ({sizes.designs} sizes, {sizes.states} states)"
    silent = [words for which, words in disturbances(reduced.system.actions).items() if which not in sizes.heard]
    for asked in case.pending:
        if asked.kind is PropertyKind.WITNESS:
            case.vacuous(asked, "all sizes", engine, "it never happens")
        elif asked.premise is not TRUE and asked.name not in sizes.reached:
            case.vacuous(asked, "all sizes", engine, "its premise never holds")
        elif reduced.dead or silent:
            case.vacuous(asked, "all sizes", engine, f"never happens: {', '.join([*reduced.dead, *silent])}")
        elif asked.name not in sizes.broken:
            case.proved(asked, "all sizes", engine)


def _search(case: Case, designs: Iterable[Mapping[str, int]], sizes: _Sizes) -> None:
    for params in designs:
        wanted = [p for p in case.pending if p.name not in sizes.broken]
        if not wanted or not case.clock.left:
            sizes.whole = False
            return
        case.options.say("searching " + ", ".join(f"{name} = {value}" for name, value in params.items()))
        concrete = instantiate(case.system, params)
        small = reduce_system(concrete)
        seen = search(small.system, wanted, Limits(3_000, case.clock.left, 15_000), small.families)
        _note(case, sizes, small, seen, params)
        for asked in wanted:
            if asked.kind is PropertyKind.WITNESS and asked.name in seen.reached:
                where = f" with {_words(params)}" if params else ""
                case.proved(asked, "this design", "search", [f"it can happen{where}"])
            elif asked.name in seen.findings:
                sizes.broken[asked.name] = (params, concrete, small, seen.findings[asked.name])


def _note(case: Case, sizes: _Sizes, small: Reduced, seen: Explored, params: Mapping[str, int]) -> None:
    sizes.heard.update(disturbances(small.system.actions[i] for i in seen.fired))
    sizes.reached |= seen.reached
    sizes.whole = sizes.whole and seen.complete
    sizes.designs += 1
    sizes.states += seen.states
    if sizes.designs <= _SOME:
        part = "all of" if seen.complete else "a part of"
        case.tried.append(f"{part} {_words(params) or 'the design'}: {seen.states} states")


def _words(params: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {value}" for name, value in params.items())


def _unheard(reduced: Reduced, heard: set[str]) -> list[str]:
    missing = [w for which, w in disturbances(reduced.system.actions).items() if heard and which not in heard]
    return [f"not seen to happen in small designs: {', '.join(missing)}"] if missing else []

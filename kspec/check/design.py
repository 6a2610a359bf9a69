"""Verifying a design: each property on the parts of the design that matter to it.

Where the design has ranges, or other workloads take room, one proof for all sizes is sought first; the search of small
sizes that goes with it finds short stories. A design whose numbers are all given is searched as it is.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from kspec.check.options import Clock, Engine, Options
from kspec.check.parallel import in_parallel
from kspec.check.remembered import Memory
from kspec.check.repairs import repairs
from kspec.check.verdict import Proved, Unknown, Vacuous, Verdict, Violated
from kspec.check.verify import verify
from kspec.core.property import PropertyKind
from kspec.core.system import Start
from kspec.elaborate.behaviour.inside import Posed, posed_in
from kspec.elaborate.behaviour.question import Part, question
from kspec.elaborate.design import Design
from kspec.source.diagnostic import Diagnostics
from kspec.syntax import nodes as n

_PARTS, _WHOLE, _RESTLESS = 0.25, 0.6, 0.3
"""What of the budget is for proofs that leave other workloads open; what of the rest for the design as a whole; what of
the budget for seeing whether the controllers come to rest at all."""


@dataclass(frozen=True, slots=True)
class Verified:
    """The verdicts, in the order of the properties, and mistakes in properties or components."""

    verdicts: tuple[Verdict, ...]
    diagnostics: Diagnostics


def verify_design(
    design: Design,
    options: Options,
    names: Sequence[str] = (),
    *,
    posed: Sequence[Posed] | None = None,
    together: float | None = None,
) -> Verified:
    """A verdict for each property of a design, or for those `posed` (of these the ones in `names`, if there are any).

    After the seconds of `together`, which each process counts for itself, nothing more is begun: properties without a
    verdict have not been looked at.
    """
    every = posed_in(design) if posed is None else posed
    asked = [one for one in every if not names or one.property.name.text in names]
    quiet = replace(options, progress=None)

    clocks: dict[int, Clock] = {}

    def decide(number: int) -> tuple[Verdict | None, Diagnostics]:
        found = Diagnostics()
        if together is not None and not clocks.setdefault(os.getpid(), Clock(together)).left:
            return None, found
        return _decide(design, asked[number], options if len(asked) == 1 else quiet, found), found

    diagnostics = Diagnostics()
    verdicts: list[Verdict] = []
    for number, (verdict, found) in enumerate(in_parallel(decide, len(asked)), 1):
        options.say(f"{number} of {len(asked)} properties decided")
        diagnostics.extend(found)
        if verdict is not None:
            verdicts.append(verdict)
    return Verified(tuple(verdicts), diagnostics)


def with_repairs(design: Design, verdicts: Sequence[Verdict], posed: Sequence[Posed], seconds: float) -> list[Verdict]:
    """The verdicts, those of broken properties with small changes of the design that were proved to mend them."""
    known = {one.property.name.text: one for one in posed}

    def decide(changed: Design, asked: Posed, options: Options) -> Verdict | None:
        return _decide(changed, asked, options, Diagnostics())

    return [
        replace(v, repairs=repairs(design, known[v.property.name], decide, seconds)) if isinstance(v, Violated) else v
        for v in verdicts
    ]


def with_conditions(
    verdicts: Sequence[Verdict], design: Design, posed: Sequence[Posed], seconds: float
) -> list[Verdict]:
    """The verdicts, those of broken properties with the numbers for which they would hold."""
    from kspec.check.condition import condition  # it needs the solver

    known = {one.property.name.text: one for one in posed}
    return [
        replace(v, condition=condition(design, known[v.property.name], seconds)) if isinstance(v, Violated) else v
        for v in verdicts
    ]


def unknown_names(posed: Sequence[Posed], names: Iterable[str]) -> list[str]:
    """Names that no property has."""
    known = {one.property.name.text for one in posed}
    return [name for name in names if name not in known]


def _decide(design: Design, posed: Posed, options: Options, diagnostics: Diagnostics) -> Verdict | None:
    """The verdict on a property: it holds if it holds of every part, and breaks with the first that breaks.

    Where the parts leave other workloads open and do not decide, the design is asked as a whole.
    """
    clock = Clock(options.seconds)
    prop, home = posed.property, posed.home
    asked = question(design, prop, symbolic=True, home=home)
    diagnostics.extend(asked.diagnostics)
    if not asked.parts:
        return None
    parts = asked.parts
    whole = cache(lambda: question(design, prop, symbolic=True, whole=True, home=home).parts[0])
    memory = Memory(options)
    kept = memory.verdict(parts, whole)
    if kept is not None:
        return kept
    open_parts = any(part.system.strewn for part in parts)
    some = replace(options, seconds=options.seconds * _PARTS) if open_parts else options
    first = _of_parts(parts, some)
    if isinstance(first, Vacuous | Unknown) and (loop := _restless(design, posed, options)) is not None:
        return loop
    if not (open_parts and isinstance(first, Unknown)):
        return memory.kept(parts, first)
    second = _verified(whole(), replace(options, seconds=clock.left * _WHOLE))
    if not isinstance(second, Unknown):
        memory.gave_up(parts)
        return memory.kept([whole()], replace(second, seconds=clock.used))
    if options.engine is Engine.SEARCH and first.seconds < some.seconds:
        return memory.kept(parts, replace(first, seconds=clock.used))  # it was not cut short, and would say the same
    return memory.kept(parts, replace(_of_parts(parts, replace(options, seconds=clock.left)), seconds=clock.used))


def _restless(design: Design, posed: Posed, options: Options) -> Verdict | None:
    """A goal that breaks before anything is disturbed, as controllers never come to rest."""
    if posed.property.kind is n.PropertyKind.WITNESS or not posed.property.under:
        return None
    options = replace(options, engine=Engine.SEARCH, seconds=options.seconds * _RESTLESS)
    asked = question(design, posed.property, symbolic=True, start=Start.INITIAL, home=posed.home)
    goal = asked.parts and asked.parts[0].system.properties[0].kind is PropertyKind.GOAL
    verdict = _of_parts(asked.parts, options) if goal else None
    return verdict if isinstance(verdict, Violated) else None


def _of_parts(parts: Sequence[Part], options: Options) -> Verdict:
    found: list[Verdict] = []
    for part in parts:
        verdict = _honest(_verified(part, options), part)
        if isinstance(verdict, Violated):
            return verdict
        found.append(verdict)
    return _all(found)


def _verified(part: Part, options: Options) -> Verdict:
    (verdict,) = verify(part.system, replace(options, namer=part.namer))
    return verdict


def _honest(verdict: Verdict, part: Part) -> Verdict:
    """Exhausting a goal without the other workloads proves nothing: they might take the room that it needs."""
    searched = isinstance(verdict, Proved) and verdict.certificate is None
    if not (searched and part.system.strewn and verdict.property.kind is PropertyKind.GOAL):
        return verdict
    return Unknown(
        verdict.property,
        verdict.scope,
        verdict.engine,
        verdict.seconds,
        verdict.remarks,
        ("search without the others",),
    )


def _all(verdicts: Sequence[Verdict]) -> Verdict:
    """One verdict for several parts: the least of them, with the time of all."""
    weakest = next((v for v in verdicts if not isinstance(v, Proved | Vacuous)), verdicts[0])
    remarks = tuple(dict.fromkeys(r for v in verdicts for r in v.remarks))
    together = replace(weakest, seconds=sum(v.seconds for v in verdicts), remarks=remarks)
    if len(verdicts) > 1 and isinstance(together, Proved):
        certificates = [v.certificate if isinstance(v, Proved) else None for v in verdicts]
        return replace(together, certificate=None if None in certificates else {"questions": certificates})
    return together

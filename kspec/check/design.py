"""Verifying a design: each property on the parts of the design that matter to it.

Where the design has ranges, or other workloads take room, one proof for all sizes is sought first; the search of small
sizes that goes with it finds short stories. A design whose numbers are all given is searched as it is.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from kspec.check.options import Clock, Options
from kspec.check.parallel import in_parallel
from kspec.check.remembered import Memory
from kspec.check.verdict import Proved, Unknown, Vacuous, Verdict, Violated
from kspec.check.verify import verify
from kspec.core.property import PropertyKind
from kspec.core.system import Start
from kspec.elaborate.behaviour.question import Part, question
from kspec.elaborate.design import Design
from kspec.source.diagnostic import Diagnostics
from kspec.syntax import nodes as n

_PARTS, _WHOLE = 0.15, 0.6
"""What of the budget is for proofs that leave other workloads open; what of the rest for the design as a whole."""


@dataclass(frozen=True, slots=True)
class Verified:
    """The verdicts, in the order of the properties, and mistakes in properties or components."""

    verdicts: tuple[Verdict, ...]
    diagnostics: Diagnostics


def verify_design(
    design: Design, options: Options, names: Sequence[str] = (), together: float | None = None
) -> Verified:
    """A verdict for each property of a design (only those in `names`, if any are given).

    After the seconds of `together` nothing more is begun: properties without a verdict have not been looked at.
    """
    asked = [p for p in design.properties if not names or p.name.text in names]
    quiet = replace(options, progress=None)

    end = None if together is None else time.monotonic() + together

    def decide(number: int) -> tuple[Verdict | None, Diagnostics]:
        found = Diagnostics()
        if end is not None and time.monotonic() > end:
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


def unknown_names(design: Design, names: Iterable[str]) -> list[str]:
    """Names that no property has."""
    known = {p.name.text for p in design.properties}
    return [name for name in names if name not in known]


def _decide(design: Design, prop: n.Property, options: Options, diagnostics: Diagnostics) -> Verdict | None:
    """The verdict on a property: it holds if it holds of every part, and breaks with the first that breaks.

    Where the parts leave other workloads open and do not decide, the design is asked as a whole.
    """
    clock = Clock(options.seconds)
    asked = question(design, prop, symbolic=True)
    diagnostics.extend(asked.diagnostics)
    if not asked.parts:
        return None
    parts = asked.parts
    whole = cache(lambda: question(design, prop, symbolic=True, whole=True).parts[0])
    memory = Memory(options)
    kept = memory.verdict(parts, whole)
    if kept is not None:
        return kept
    open_parts = any(part.system.strewn for part in parts)
    first = _of_parts(parts, replace(options, seconds=options.seconds * _PARTS) if open_parts else options)
    if isinstance(first, Vacuous) and first.property.kind is PropertyKind.GOAL:
        return _restless(design, prop, replace(options, seconds=clock.left)) or memory.kept(parts, first)
    if not (open_parts and isinstance(first, Unknown)):
        return memory.kept(parts, first)
    second = _verified(whole(), replace(options, seconds=clock.left * _WHOLE))
    if not isinstance(second, Unknown):
        memory.gave_up(parts)
        return memory.kept([whole()], replace(second, seconds=clock.used))
    return memory.kept(parts, replace(_of_parts(parts, replace(options, seconds=clock.left)), seconds=clock.used))


def _restless(design: Design, prop: n.Property, options: Options) -> Verdict | None:
    """A goal that breaks before anything is disturbed, as controllers never come to rest."""
    asked = question(design, prop, symbolic=True, start=Start.INITIAL)
    verdict = _of_parts(asked.parts, options) if asked.parts else None
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
    return replace(weakest, seconds=sum(v.seconds for v in verdicts), remarks=remarks)

"""Verifying a design: each property on the part of the design that matters to it.

First the design at its smallest size, where stories are short; then, where numbers are ranges, all sizes at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from kspec.check.options import Options
from kspec.check.verdict import Proved, Unknown, Vacuous, Verdict, Violated
from kspec.check.verify import verify
from kspec.elaborate.behaviour.question import question
from kspec.elaborate.design import Design
from kspec.source.diagnostic import Diagnostics
from kspec.syntax import nodes as n


@dataclass(frozen=True, slots=True)
class Verified:
    """The verdicts, in the order of the properties, and mistakes in properties or components."""

    verdicts: tuple[Verdict, ...]
    diagnostics: Diagnostics


def verify_design(design: Design, options: Options, names: Sequence[str] = ()) -> Verified:
    """A verdict for each property of a design (only those in `names`, if any are given)."""
    diagnostics = Diagnostics()
    verdicts: list[Verdict] = []
    asked = [p for p in design.properties if not names or p.name.text in names]
    for number, prop in enumerate(asked, 1):
        options.say(f"{prop.name.text} ({number} of {len(asked)})")
        verdict = _decide(design, prop, options, diagnostics)
        if verdict is not None:
            verdicts.append(verdict)
    return Verified(tuple(verdicts), diagnostics)


def unknown_names(design: Design, names: Iterable[str]) -> list[str]:
    """Names that no property has."""
    known = {p.name.text for p in design.properties}
    return [name for name in names if name not in known]


def _decide(design: Design, prop: n.Property, options: Options, diagnostics: Diagnostics) -> Verdict | None:
    small = question(design, prop)
    diagnostics.extend(small.diagnostics)
    if small.system is None:
        return None
    (verdict,) = verify(small.system, options)
    if isinstance(verdict, Violated | Vacuous):
        return verdict
    general = question(design, prop, symbolic=True)
    if general.system is None or not general.system.params:
        return verdict
    (wider,) = verify(general.system, options)
    return _stronger(verdict, wider)


def _stronger(here: Verdict, everywhere: Verdict) -> Verdict:
    """The verdict that says more: all sizes if decided there, else the design at its smallest size."""
    match here, everywhere:
        case _, Proved() | Violated():
            return everywhere
        case Proved(), Unknown(tried=tried):
            remark = f"not decided for all sizes of the design's ranges (tried {', '.join(tried)})"
            return replace(here, remarks=(*here.remarks, remark))
    return here

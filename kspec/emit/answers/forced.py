"""In how many placements invariants are true, as text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from kspec.place import Placement
from kspec.place.certificate import Checked
from kspec.place.forced import Example, Extent, Forced, How, Never, Unsaid

_MOST = 12
"""Nodes that an example tells."""


def forced_text(found: Sequence[Forced | Unsaid], placement: Placement) -> str:
    """An entry for each invariant; an example other than the placement is told by what differs from it."""
    lines = ["", "invariants, in any placement that keeps every hard rule (each pod has its node and is ready)"]
    for one in found:
        name = one.property.name.text
        match one:
            case Forced():
                lines.append(f"  {name:24} {_verdict(one, placement)}")
                lines += (f"      {line}" for line in _example(one, placement))
            case Unsaid(diagnostic=diagnostic):
                help = f"; {diagnostic.help}" if diagnostic.help else ""
                lines.append(f"  {name:24} says nothing about placements: {diagnostic.message}{help}")
                lines.append(f"      {diagnostic.span}")
    if not found:
        lines.append(
            "  there are none; write one: `invariant apart: always forall n in nodes: count(pods(web).on(n)) <= 1`"
        )
    return "\n".join(lines) + "\n"


def _verdict(found: Forced, placement: Placement) -> str:
    match found.extent:
        case Extent.EVERY if found.vacuous:
            return "true in every placement, but only as what it is asked for is the case in none"
        case Extent.EVERY:
            return f"true in every placement ({_shown(found.proof)})"
        case Extent.NONE:
            return f"true in no placement ({_shown(found.proof)})"
        case Extent.SOME:
            if _is(found.holds, placement):
                return "true only in some placements: in the one above, but not with these changes to it:"
            return "true only in some placements: not in the one above, but with these changes to it:"
        case Extent.OPEN:
            known = " (true in the placement above)" if found.holds else " (not true in the placement above)"
            return f"undecided: {found.reason}{known if found.holds or found.breaks else ''}"


def _shown(proof: Never | None) -> str:
    match proof:
        case Never(how=How.CASES, certificates=certificates):
            cases = "1 case is" if len(certificates) == 1 else f"{len(certificates)} cases are each"
            return f"{cases} proved infeasible"
        case Never(how=How.ENCODING):
            return "a complete search for the opposite found none"
        case _:
            return "it does not depend on the placement"


def _is(example: Example | None, placement: Placement) -> bool:
    shown = placement.certificate.optional if isinstance(placement.certificate, Checked) else ()
    return example == Example(placement.assignments, shown)


def _example(found: Forced, placement: Placement) -> Iterator[str]:
    """What is different in the other placement, node by node."""
    other = found.breaks if _is(found.holds, placement) else found.holds
    if found.extent is not Extent.SOME or other is None:
        return
    before = Counter((a.node, a.workload) for a in placement.assignments)
    after = Counter((a.node, a.workload) for a in other.assignments)
    told: dict[str, list[str]] = {}
    for node, workload in sorted(before.keys() | after.keys()):
        change = after[node, workload] - before[node, workload]
        if change:
            namespace, _, name = workload.split("/", 2)
            told.setdefault(node, []).append(f"{change:+d} {namespace}/{name}")
    for node, changes in list(told.items())[:_MOST]:
        yield f"{node:20} {', '.join(changes)}"
    if len(told) > _MOST:
        yield f"and {len(told) - _MOST} nodes more (--format json has the whole placement)"
    if not told:
        yield f"the same pods on the same nodes, with these of the pools in use besides: {', '.join(other.optional)}"

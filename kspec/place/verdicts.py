"""What deciding a problem comes to, before it is told."""

from __future__ import annotations

from dataclasses import dataclass

from kspec.place.assign import assign
from kspec.place.certificate import Certificate
from kspec.place.checker import check
from kspec.place.judge import holds, reaches
from kspec.place.problem import Floor, Ints, Mask, Problem
from kspec.place.restrict import with_sites


@dataclass(frozen=True, eq=False)
class Solution:
    """Counts per group and site of a placement that passed the checker, and the sites in use."""

    counts: Ints
    there: Mask


@dataclass(frozen=True, eq=False)
class Impossible:
    """A proof that there is no placement, and requirements that the proof used (None: possibly all)."""

    certificate: Certificate
    core: tuple[int, ...] | None


@dataclass(frozen=True, eq=False)
class Undecided:
    """The best packing that was found."""

    counts: Ints
    there: Mask
    reason: str


def violations(problem: Problem, counts: Ints, there: Mask) -> bool:
    """Whether the independent checker objects to a placement.

    A problem without an inventory is part of a larger question, and judged by its own rules.
    """
    if problem.inventory is None:
        return not holds(with_sites(problem, there), counts[:, there])
    if not all(reaches(rule, counts) for rule in problem.of(Floor)):
        return True
    assignment = {a.pod: a.node for a in assign(problem, counts)}
    nodes = [name for name, used in zip(problem.sites, there, strict=True) if used]
    return bool(check(problem.inventory, nodes, assignment))

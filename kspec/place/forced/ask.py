"""Asking of which invariants a placement has the last word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from kspec.core.property import Property, PropertyKind
from kspec.elaborate.behaviour.inside import Posed, posed_in
from kspec.elaborate.behaviour.mistakes import UNSUPPORTED
from kspec.elaborate.behaviour.still import Stills, stills, texts
from kspec.elaborate.design import Design
from kspec.place.answer import Placement
from kspec.place.assign import everyone
from kspec.place.budget import Purse
from kspec.place.certificate import Checked
from kspec.place.checker.statement import Unjudged, holds
from kspec.place.existing import counts_of
from kspec.place.forced.answer import Example, Extent, Forced, Never, Unfit, Unsaid
from kspec.place.forced.formula import TRUE, Formula, negation
from kspec.place.forced.ground import Ground
from kspec.place.forced.meaning import true
from kspec.place.forced.nearer import nearer
from kspec.place.forced.possible import possible
from kspec.place.forced.seats import Unsayable
from kspec.place.forced.translate import TooLarge, premise_and_whole
from kspec.place.problem import Problem
from kspec.place.verdicts import Solution
from kspec.source.diagnostic import Diagnostic
from kspec.source.text import Span
from kspec.syntax import nodes as n


def forced(design: Design, problem: Problem, placement: Placement, *, budget: float) -> Iterator[Forced | Unsaid]:
    """For each invariant of a design, in how many placements it is true, or why it is not about placements.

    `budget` is in seconds and for each. Raises `Unfit` where the formula and the judge disagree.
    """
    ground = ground_of(design, problem)
    for posed in invariants(design):
        said = said_of_placements(ground, posed)
        if isinstance(said, Property):
            yield _Question(ground, posed, said).answer(placement, Purse.of(budget))
        else:
            yield Unsaid(posed.property, said)


def ground_of(design: Design, problem: Problem) -> Ground:
    """Where the invariants of a design are read for a placement problem of it."""
    return Ground(problem, stills(design, [one for one in invariants(design) if not one.property.under]))


def invariants(design: Design) -> list[Posed]:
    """The invariants of a design."""
    return [one for one in posed_in(design) if one.property.kind is n.PropertyKind.INVARIANT]


def said_of_placements(ground: Ground, posed: Posed) -> Property | Diagnostic:
    """What an invariant says of states, if it is about a cluster at rest; else why it is not."""
    asked = posed.property
    if asked.under:
        meanwhile = ", ".join(d.name.text for d in asked.under)
        help = "`kspec verify` decides it"
        return _unsaid(f"it is about what happens under {meanwhile}", asked.under[0].span, help)
    optional = {site for site, more in zip(ground.problem.sites, ground.problem.optional.tolist(), strict=True) if more}
    if named := sorted(optional & texts([asked])):
        return _unsaid(f"it names {named[0]}, which is there only when its pool grows", asked.formula.span)
    said = ground.stills.of(posed)
    if isinstance(said, Property) and said.kind is not PropertyKind.INVARIANT:
        help = "`kspec verify` decides it"
        return _unsaid("it is about time, of which a placement has none", asked.formula.span, help)
    return said


def _unsaid(message: str, span: Span, help: str | None = None) -> Diagnostic:
    return Diagnostic(UNSUPPORTED, message, span, help)


class _Question:
    """One invariant, read for one problem."""

    def __init__(self, ground: Ground, posed: Posed, said: Property) -> None:
        self.ground, self.posed, self.said = ground, posed, said

    def answer(self, placement: Placement, purse: Purse) -> Forced | Unsaid:
        try:
            premise, whole = premise_and_whole(self.ground, self.said)
        except Unsayable as error:
            return Unsaid(self.posed.property, _unsaid(str(error), self.posed.property.formula.span))
        except TooLarge:
            return Forced(self.posed.property, Extent.OPEN, reason="the formula is too large to be asked")
        found = self._extent(whole, placement, purse)
        if found.extent is Extent.EVERY and premise != TRUE:
            never = self._possible(premise, purse)
            return replace(found, vacuous=isinstance(never, Never))
        return found

    def _extent(self, formula: Formula, placement: Placement, purse: Purse) -> Forced:
        asked = self.posed.property
        assert isinstance(placement.certificate, Checked)
        first = Example(placement.assignments, placement.certificate.optional)
        now = self._agreed(formula, self._solution(first), first)
        kept, broken = (first, None) if now else (None, first)
        wanted = negation(formula) if now else formula
        other = self._possible(wanted, purse)
        match other:
            case Never():
                extent = Extent.EVERY if now else Extent.NONE
                return Forced(asked, extent, kept, broken, other)
            case Solution():
                shown = nearer(self.ground.problem, wanted, other, first, purse)
                second = self._example(shown)
                if self._agreed(formula, shown, second) is now:
                    raise Unfit(asked.name.text)
                return Forced(asked, Extent.SOME, kept or second, broken or second)
            case None:
                reason = "undecided within the budget"
                return Forced(asked, Extent.OPEN, kept, broken, reason=reason)

    def _possible(self, formula: Formula, purse: Purse) -> Solution | Never | None:
        return possible(self.ground.problem, formula, purse, symmetric=self.ground.symmetric)

    def _example(self, solution: Solution) -> Example:
        """A solution by names."""
        problem = self.ground.problem
        pairs = zip(problem.sites, (problem.optional & solution.there).tolist(), strict=True)
        return Example(everyone(problem, solution.counts), tuple(site for site, optional in pairs if optional))

    def _solution(self, example: Example) -> Solution:
        """An example by counts."""
        problem = self.ground.problem
        named = set(example.optional)
        there = np.array(
            [not o or s in named for s, o in zip(problem.sites, problem.optional, strict=True)], dtype=bool
        )
        counts = counts_of(problem, {a.pod: a.node for a in example.assignments})
        return Solution(np.where(there, counts, 0), there)

    def _agreed(self, formula: Formula, solution: Solution, example: Example) -> bool:
        """Whether the invariant is true there, as both readings of it say."""
        name = self.posed.property.name.text
        try:
            found = judged(self.said, self.ground.stills, self.ground.problem, example)
        except Unjudged as error:
            raise Unfit(name, str(error)) from error
        if true(formula, solution) is not found:
            raise Unfit(name)
        return found


def judged(said: Property, read: Stills, problem: Problem, example: Example) -> bool:
    """Whether an invariant holds in a placement, by code that knows nothing of formulas about counts."""
    assert problem.inventory is not None
    named = set(example.optional)
    nodes = [s for s, o in zip(problem.sites, problem.optional.tolist(), strict=True) if not o or s in named]
    return holds(said, read, problem.inventory, nodes, {a.pod: a.node for a in example.assignments})

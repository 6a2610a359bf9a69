"""An example that differs little from the placement it is told beside."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kspec.place.budget import Purse
from kspec.place.exact.decide import Decider
from kspec.place.exact.encode import Encoding
from kspec.place.existing import counts_of
from kspec.place.forced.answer import Example
from kspec.place.forced.formula import Formula
from kspec.place.forced.state import Statement
from kspec.place.goals.moves import Stay
from kspec.place.problem import Problem
from kspec.place.verdicts import Solution, violations
from kspec.solve.script import negate
from kspec.solve.session import Verdict

_SMALL = 2_500
"""Count variables up to which the complete encoding is asked."""
_TRY = 0.02
"""Of the budget, the part for one try."""


def nearer(problem: Problem, formula: Formula, found: Solution, beside: Example, purse: Purse) -> Solution:
    """A placement in which the formula holds too, if that will do on the same nodes as the example's, with as few pods
    elsewhere as tries show."""
    if int(np.where(problem.allowed, problem.room, 0).sum()) > _SMALL:
        return found
    current = counts_of(problem, {a.pod: a.node for a in beside.assignments})
    current[problem.everywhere] = 0
    asking = _Asking(problem, formula, Stay(current, (1,) * len(problem.groups)), frozenset(beside.optional), purse)
    return asking.nearest(found)


@dataclass(frozen=True, eq=False)
class _Asking:
    problem: Problem
    formula: Formula
    stay: Stay
    optional: frozenset[str]
    purse: Purse

    def nearest(self, found: Solution) -> Solution:
        """Halving the number of pods that stand elsewhere."""
        same = self._within(int(self.stay.current.sum()), same=True)
        best = same or found
        most, least = self.stay.cost(best.counts), -1
        while least + 1 < most and not self.purse.empty:
            middle = (least + most) // 2
            closer = self._within(middle, same=same is not None)
            if closer is None:
                least = middle
            else:
                best, most = closer, self.stay.cost(closer.counts)
        return best

    def _within(self, moves: int, *, same: bool) -> Solution | None:
        """A placement with no more pods elsewhere, on the same nodes only where that is wanted."""

        def stated(encoding: Encoding) -> None:
            Statement(encoding).hold(self.formula)
            encoding.limit_moves(self.stay.current, self.stay.weights, moves)
            for site, literal in encoding.counts.open.items() if same else ():
                encoding.script.clause([literal if self.problem.sites[site] in self.optional else negate(literal)])

        effort = self.purse.share(_TRY)
        decision = Decider(self.problem, ordered=False, also=stated).decide(effort=effort)
        self.purse.spend(min(effort, max(1, decision.effort)))
        fine = decision.verdict is Verdict.SAT and not violations(self.problem, decision.counts, decision.there)
        return Solution(decision.counts, decision.there) if fine else None

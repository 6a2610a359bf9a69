"""k-induction: a formula that held for k steps in a row holds after the next, and it holds for the first k."""

from __future__ import annotations

from collections.abc import Sequence

from kspec.core.build import not_
from kspec.core.expr import Expr
from kspec.core.system import System
from kspec.solve.session import Verdict
from kspec.solve.verify.unroll import Unrolling


def k_inductive(system: System, formula: Expr, lemmas: Sequence[Expr] = (), most: int = 3) -> int | None:
    """The least k up to `most` for which the formula is k-inductive under lemmas; None if there is none."""
    base, step = Unrolling(system, lemmas), Unrolling(system, lemmas)
    base.start()
    for k in range(1, most + 1):
        if k > 1:
            base.extend()
        if base.ask(not_(formula), base.length) is not Verdict.UNSAT:
            return None
        step.require(formula, step.length)
        step.extend()
        if step.ask(not_(formula), step.length) is Verdict.UNSAT:
            return k
    return None

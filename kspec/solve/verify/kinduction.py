"""k-induction: a formula that held for k steps in a row holds after the next, and it holds for the first k.

Actions are functions of the state, so what holds after any k - 1 steps is a formula about the state before them. That
formula is inductive by itself where the first is k-inductive: a proof by k-induction has a certificate like any other.
"""

from __future__ import annotations

from collections.abc import Sequence

from kspec.core.build import implies, not_
from kspec.core.expr import TRUE, Expr
from kspec.core.flat import after
from kspec.core.system import System
from kspec.solve.session import Verdict
from kspec.solve.verify.unroll import Unrolling

_MOST_FORMULAS = 2_000
"""So many consequences of a formula are written down at most: there is one for each way to take k - 1 steps."""


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


def foreseen(system: System, formula: Expr, k: int) -> tuple[Expr, ...] | None:
    """That a formula holds now and after each way to take up to k - 1 steps; None where these are too many.

    Together they are inductive (under the same lemmas) where the formula is k-inductive.
    """
    found = dict.fromkeys([formula])
    latest = [formula]
    for _ in range(k - 1):
        if len(latest) * len(system.actions) > _MOST_FORMULAS:
            return None
        latest = [implies(action.guard, after(action, later)) for later in latest for action in system.actions]
        found.update(dict.fromkeys(latest))
    found.pop(TRUE, None)
    return tuple(found)

"""`verify`: a portfolio of engines behind one verdict for each property of a system."""

from __future__ import annotations

from kspec.check import numbers
from kspec.check.case import Case
from kspec.check.options import Options
from kspec.check.verdict import Verdict
from kspec.core.system import System
from kspec.core.wellformed import in_core


def verify(system: System, options: Options | None = None) -> list[Verdict]:
    """A verdict for every property of an unlowered system, within the budget.

    With parameters, a proof is for all of their values that the assumption allows. Raises `ValueError` where the system
    is outside the core: whoever built it made a mistake.
    """
    reasons = in_core(system)
    if reasons:
        raise ValueError(f"{system.name} is outside the core: {'; '.join(reasons[:3])}")
    case = Case(system, options if options is not None else Options())
    if system.params or system.strewn:
        from kspec.check import symbolic  # it needs the solver

        symbolic.decide(case)
    else:
        numbers.decide(case)
    return case.finish()

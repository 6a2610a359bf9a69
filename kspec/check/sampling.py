"""Reachable states of small designs, to spare the prover what is obviously false."""

from __future__ import annotations

from kspec.core.flat import Values
from kspec.core.lower.instantiate import instantiate
from kspec.core.system import System
from kspec.run.compile import compile_system
from kspec.run.search import Limits, explore
from kspec.solve.verify.houdini import Sample
from kspec.solve.verify.params import small_designs

_DESIGNS = 3
_STATES = 150


def samples_of(flat: System) -> list[Sample]:
    """States of a flat system with a few small parameter values, evenly taken from a short search."""
    found: list[Sample] = []
    for values in small_designs(flat, _DESIGNS):
        params: Values = tuple(values[p.name] for p in flat.params)
        seen = explore(compile_system(instantiate(flat, values), ()), limits=Limits(2 * _STATES, 1.0))
        states = [state[0] for state in seen.parents]
        stride = max(1, len(states) // _STATES)
        found += [Sample(state, params) for state in states[::stride]]
    return found

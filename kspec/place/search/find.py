"""The fast path from a plan to a placement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kspec.place.problem import Ints, Problem
from kspec.place.relax.classes import NodeClass
from kspec.place.search import packing
from kspec.place.search.kernel import repack
from kspec.place.search.repair import Trades, force
from kspec.place.search.rounding import even_plan, whole_pods
from kspec.place.search.state import Floats, State

_STALL = 30  # trades without progress before an exact kernel may help
_KERNEL_SHARE = 0.08
_FORGET = 3000  # trades after which weights fade


@dataclass(frozen=True, eq=False)
class Found:
    """The outcome of a search: counts per group and site, whether every pod has its place, pods that have none."""

    counts: Ints
    complete: bool
    left: Ints
    steps: int


def find(problem: Problem, classes: Sequence[NodeClass], plan: Floats, *, steps: int, seed: int = 0) -> Found:
    """A placement after the plan, with at most so many repair steps. `problem` has no optional sites."""
    state = State(problem)
    cells = _packed(state, classes, plan)
    if not state.left.any():
        return Found(state.counts(), True, state.left, 0)
    packed, left = state.counts(), state.left.copy()
    random = np.random.default_rng(seed)
    done = 0
    if force(state, cells, random):
        trades = Trades(state, random)
        if _repair(state, trades, random, steps):
            return Found(state.counts(), True, state.left, trades.steps)
        done = trades.steps
    return Found(packed, False, left, done)


def quick(problem: Problem, classes: Sequence[NodeClass]) -> Found:
    """A placement after an even plan, without any repair: enough where there is room, and it keeps loads even."""
    state = State(problem)
    _packed(state, classes, even_plan(problem, classes, state.wide))
    return Found(state.counts(), not state.left.any(), state.left, 0)


def _packed(state: State, classes: Sequence[NodeClass], plan: Floats) -> Ints:
    """Pack after a plan as far as it goes; answers the planned pods per group and cell."""
    whole = whole_pods(state.problem, classes, plan, state.wide)
    cells = packing.cell_totals(state.problem, whole, classes, state.wide.cell)
    packing.daemons(state)
    packing.least_counts(state)
    packing.anchored(state, whole, classes)
    packing.pack(state, whole, classes)
    packing.fill(state, cells)
    return cells


def _repair(state: State, trades: Trades, random: np.random.Generator, steps: int) -> bool:
    """Trade until no node is overloaded. Where trading stalls, a few nodes are packed anew exactly."""
    best, stall = np.inf, 0
    while trades.steps < steps:
        over = state.overload()
        bad = np.flatnonzero(over > 0)
        if not len(bad):
            return True
        total = float(over.sum())
        best, stall = (total, 0) if total < best - 1e-9 else (best, stall + 1)
        site = int(random.choice(bad))
        if stall > _STALL and random.random() < _KERNEL_SHARE:
            trades.steps += repack(state, site, int(random.choice((3, 4, 5))), random)
            trades.near.clear()
        elif not trades.improve(site):
            trades.weight[site] += 0.3
        if trades.steps % _FORGET == 0:
            trades.weight = 1 + (trades.weight - 1) * 0.3
            trades.near.clear()
    return False

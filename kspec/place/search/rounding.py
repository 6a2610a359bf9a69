"""From the relaxation's fractions to whole pods per class, with totals per domain that keep the wide rules."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kspec.place.distinct import distinct
from kspec.place.problem import Ints, Problem
from kspec.place.relax.classes import NodeClass
from kspec.place.search.state import Floats
from kspec.place.search.wide import WideRules

_NEARLY = 1e-7


def whole_pods(problem: Problem, classes: Sequence[NodeClass], plan: Floats, wide: WideRules) -> Ints:
    """Whole numbers per group and class that sum up to the group's pods, by largest remainder.

    Groups under wide rules are rounded cell by cell first (ties go to the smaller cell, which keeps skews small).
    """
    cells = np.array([wide.cell[c.sites[0]] for c in classes], dtype=np.int64)
    out: Ints = np.floor(plan + _NEARLY).astype(np.int64)
    out[problem.everywhere] = 0
    for g in np.flatnonzero(~problem.everywhere).tolist():
        open_classes = np.array([problem.allowed[g, list(c.sites)].any() for c in classes], dtype=bool)
        if wide.ruled[g]:
            _by_cell(out, plan, g, cells, open_classes, int(problem.counts[g]))
        _remainder(out[g], plan[g], int(problem.counts[g]), np.flatnonzero(open_classes))
    return out


def _by_cell(out: Ints, plan: Floats, g: int, cells: Ints, open_classes: np.ndarray, count: int) -> None:
    totals = np.array([plan[g, cells == cell].sum() for cell in range(int(cells.max()) + 1)])
    wanted = np.floor(totals + _NEARLY).astype(np.int64)
    short = count - int(wanted.sum())
    rest = np.round(totals - wanted, 6).tolist()
    order = sorted(range(len(totals)), key=lambda c: (-rest[c], float(totals[c])))
    for cell in order[: max(0, short)]:
        wanted[cell] += 1
    for cell in range(len(totals)):
        here = np.flatnonzero((cells == cell) & open_classes)
        row = out[g, here]
        _remainder(row, plan[g, here], int(wanted[cell]), np.arange(len(here)))
        out[g, here] = row


def _remainder(row: Ints, plan: Floats, count: int, usable: np.ndarray) -> None:
    """Bring a row of whole numbers to a sum, raising those with the largest remainder first."""
    short = count - int(row.sum())
    if short > 0 and len(usable):
        order = usable[np.argsort(-(plan[usable] - row[usable]), kind="stable")]
        for k in range(short):
            row[order[k % len(order)]] += 1
    while short < 0:
        last = int(np.flatnonzero(row > 0)[-1])
        row[last] -= 1
        short += 1


def even_plan(problem: Problem, classes: Sequence[NodeClass], wide: WideRules) -> Floats:
    """A plan without the simplex: pods in proportion to room, evenly over cells."""
    plan: Floats = np.zeros((len(problem.groups), len(classes)))
    load = np.zeros(len(classes))
    room = np.stack([np.where(problem.allowed, problem.room, 0)[:, list(c.sites)].sum(axis=1) for c in classes], axis=1)
    cells = np.array([wide.cell[c.sites[0]] for c in classes], dtype=np.int64)
    for g in sorted(range(len(problem.groups)), key=lambda g: (int((room[g] > 0).sum()), g)):
        weight = room[g] * np.maximum(0.02, 1 - load)
        if problem.everywhere[g] or not weight.any():
            continue
        if wide.ruled[g]:
            for cell in distinct(cells):
                inside = cells == cell
                weight[inside] /= weight[inside].sum() or 1.0
        plan[g] = problem.counts[g] * weight / weight.sum()
        load += plan[g] / np.maximum(1, room[g])
    return plan

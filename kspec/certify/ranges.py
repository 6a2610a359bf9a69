"""The field `ranges` of a placement's answer: every size placed again, on the nodes that are said to be enough."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from kspec.certify.checks import Check, Outcome, Unusable
from kspec.place.budget import Purse
from kspec.place.problem import Mask, Problem
from kspec.place.ranges.ask import autoscaled
from kspec.place.ranges.sizes import Ground, Sizes
from kspec.source.tree import Json, Object

_SECONDS = 10.0
"""For one size."""


def certify_ranges(entries: Json, problem: Problem) -> Iterator[Check]:
    """For each workload that all its sizes have a placement on these nodes, or that one has none.

    That fewer nodes are not enough is not part of the certificate.
    """
    known = {sizes.workload: sizes for sizes, _ in autoscaled(problem)}
    for entry in entries if isinstance(entries, list) else ():
        whole = entry.get("whole") if isinstance(entry, dict) else None
        if not isinstance(entry, dict) or not isinstance(whole, dict):
            raise Unusable("an entry of ranges lacks whole")
        name = str(entry.get("workload"))
        sizes = known.get(name)
        if sizes is None or (entry.get("low"), entry.get("high")) != (sizes.low, sizes.high):
            yield Check(f"{name} has these sizes", Outcome.BROKEN, "the design has no such autoscaled workload")
            continue
        match whole.get("verdict"):
            case "enough":
                yield _enough(sizes, whole)
            case "infeasible":
                yield _none(sizes, entry)
            case verdict:
                yield Check(f"{name}: {verdict}", Outcome.OPEN, "this claims nothing")


def _enough(sizes: Sizes, whole: Object) -> Check:
    names, optional = _texts(whole.get("names")), _texts(whole.get("optional"))
    claim = f"{sizes.low} to {sizes.high} replicas of {sizes.workload} have a placement on {len(names)} nodes"
    if whole.get("nodes") != len(names):
        return Check(claim, Outcome.BROKEN, f"{whole.get('nodes')} nodes are said to be enough, and not all are named")
    used: Mask = np.array([site in names for site in sizes.problem.sites], dtype=bool)
    more: Mask = np.array([site in optional for site in sizes.problem.sites], dtype=bool)
    ground = Ground(used, ~sizes.problem.optional | more)
    for size in range(sizes.low, sizes.high + 1):
        found = sizes.stands(size, ground, Purse.of(_SECONDS))
        if found is not True:
            outcome = Outcome.OPEN if found is None else Outcome.BROKEN
            return Check(claim, outcome, f"{size} replicas were not placed there again")
    return Check(claim, Outcome.HOLDS, "each was placed there again, and every rule holds for every pod")


def _none(sizes: Sizes, entry: Object) -> Check:
    """The smallest size that is said to have no placement."""
    told = entry.get("sizes")
    listed = [s for s in told if isinstance(s, dict)] if isinstance(told, list) else []
    closed = [s.get("replicas") for s in listed if s.get("verdict") == "infeasible"]
    sized = [n for n in closed if isinstance(n, int) and sizes.low <= n <= sizes.high]
    if not sized:
        return Check(f"some size of {sizes.workload} has no placement", Outcome.BROKEN, "none is named")
    claim = f"{min(sized)} replicas of {sizes.workload} have no placement"
    fits = sizes.fits(min(sized), Purse.of(_SECONDS))
    outcome = {True: Outcome.BROKEN, False: Outcome.HOLDS, None: Outcome.OPEN}[fits]
    return Check(claim, outcome, "asked again")


def _texts(value: Json) -> frozenset[str]:
    return frozenset(str(v) for v in value) if isinstance(value, list) else frozenset()

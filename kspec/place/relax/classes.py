"""Node classes: sites that the relaxation adds up, because rules treat them alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kspec.place.problem import Floor, Ints, Mask, Problem, Spread, Supply

_PAIRS = 9000  # beyond so many workload-class pairs the exact simplex is too slow, and classes are drawn coarser


@dataclass(frozen=True, slots=True)
class NodeClass:
    """Sites of one node set in the same domains. `optional` ones need not be in use."""

    index: int
    nodeset: int
    sites: tuple[int, ...]
    optional: tuple[int, ...]

    @property
    def size(self) -> int:
        return len(self.sites)

    @property
    def sure(self) -> int:
        """How many of the sites are in use for certain."""
        return len(self.sites) - len(self.optional)


def classes_of(problem: Problem) -> tuple[NodeClass, ...]:
    """The classes, fine enough for every mask to be uniform where that stays affordable."""
    base: list[Sequence[object]] = [problem.nodeset_of.tolist()]
    base += [t.domain.tolist() for t in problem.topologies if not t.per_site]
    base += [_bytes(rule.weights) for rule in problem.of(Floor)]
    fine = [*base, *_masks(problem)]
    sites = _grouped(problem, fine)
    if len(sites) * len(problem.groups) > _PAIRS:
        sites = _grouped(problem, base)
    optional = problem.optional
    return tuple(
        NodeClass(i, int(problem.nodeset_of[s[0]]), tuple(s), tuple(n for n in s if optional[n]))
        for i, s in enumerate(sites)
    )


def _grouped(problem: Problem, columns: Sequence[Sequence[object]]) -> list[list[int]]:
    found: dict[object, list[int]] = {}
    for n in range(len(problem.sites)):
        found.setdefault(tuple(c[n] for c in columns), []).append(n)
    return list(found.values())


def _masks(problem: Problem) -> list[Sequence[object]]:
    columns: list[Sequence[object]] = [_bytes(problem.allowed), _bytes(problem.must)]
    columns += [(t.domain >= 0).tolist() for t in problem.topologies if t.per_site]
    for rule in problem.rules:
        if isinstance(rule, Spread):
            columns.append(rule.included.tolist())
        elif isinstance(rule, Supply):
            columns.append(rule.reach.tolist())
    return columns


def _bytes(mask: Mask | Ints) -> list[bytes]:
    return [column.tobytes() for column in np.ascontiguousarray(mask.T)]

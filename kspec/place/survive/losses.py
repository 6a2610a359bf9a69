"""What may be lost: `1 node`, `2 nodes`, `1 zone`, `pool general`, `zone b`, `node a-1`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import combinations, combinations_with_replacement
from math import comb, prod

import numpy as np

from kspec.domain.node import REGION, ZONE
from kspec.place.exact.counts import alike
from kspec.place.problem import Ints, Mask, Problem

_KEYS = {"zone": ZONE, "region": REGION}
_KINDS = ("node", "zone", "region", "pool")


class NoSuchLoss(ValueError):
    """The text names nothing that the design could lose; the message says what it could."""


@dataclass(frozen=True, slots=True)
class Loss:
    """Any `count` places of a kind, or the place of that name."""

    kind: str
    count: int = 1
    name: str = ""

    def __str__(self) -> str:
        if self.name:
            return f"{self.kind} {self.name}"
        return f"{self.count} {self.kind}" if self.count == 1 else f"{self.count} {self.kind}s"


@dataclass(frozen=True, eq=False)
class Lost:
    """One way in which a loss can happen: the places and sites that go, and of how many ways it is the example."""

    kind: str
    places: tuple[str, ...]
    sites: Mask
    like: int = 1

    def __str__(self) -> str:
        return f"{self.kind}{'s' if len(self.places) > 1 else ''} {' and '.join(self.places)}"


def parse(text: str) -> Loss:
    """Read `2 nodes` or `zone b`. Raises `NoSuchLoss`."""
    words = text.split()
    kinds = "|".join(_KINDS)
    if len(words) == 2 and (counted := re.fullmatch(rf"({kinds})s?", words[1])) and words[0].isdigit():
        if int(words[0]) > 0:
            return Loss(counted[1], int(words[0]))
    elif len(words) == 2 and words[0] in _KINDS:
        return Loss(words[0], 1, words[1])
    raise NoSuchLoss(
        f"{text!r} is no loss; write `1 node`, `2 nodes`, `1 zone`, `pool NAME`, `zone NAME` or `node NAME`"
    )


def places(problem: Problem, kind: str) -> dict[str, Mask]:
    """The sites of every place of a kind. Raises `NoSuchLoss` where the nodes know no such places."""
    found: dict[str, Mask] = {}
    match kind:
        case "node":
            for n, site in enumerate(problem.sites):
                found[site] = np.arange(len(problem.sites)) == n
        case "pool":
            for nodeset in (s for s in problem.nodesets if s.pool):
                found[nodeset.pool] = np.isin(np.arange(len(problem.sites)), nodeset.sites)
        case _:
            assert problem.inventory is not None
            labels = [node.labels.get(_KEYS[kind]) for node in problem.inventory.nodes]
            for name in sorted({v for v in labels if v is not None}):
                found[name] = np.array([v == name for v in labels], dtype=bool)
    if not found:
        raise NoSuchLoss(f"the design has no {kind}s")
    return found


def ways(problem: Problem, loss: Loss, there: Mask, counts: Ints) -> Iterator[Lost]:
    """Every way in which a loss can happen to a placement, one of those that nothing tells apart.

    Raises `NoSuchLoss` for a name that the design does not know.
    """
    known = places(problem, loss.kind)
    if loss.name:
        if loss.name not in known:
            close = get_close_matches(loss.name, known, 1)
            hint = f"; did you mean {close[0]}?" if close else f"; there are {', '.join(sorted(known)[:8])}"
            raise NoSuchLoss(f"the design has no {loss.kind} {loss.name}{hint}")
        yield Lost(loss.kind, (loss.name,), known[loss.name] & there)
        return
    if loss.kind == "node":
        yield from _nodes(problem, loss, there, counts)
        return
    used = {name: mask for name, mask in known.items() if (mask & there).any()}
    for names in combinations(used, min(loss.count, len(used))):
        mask = np.logical_or.reduce([used[name] for name in names])
        yield Lost(loss.kind, names, mask & there)


def twins(problem: Problem, there: Mask, counts: Ints) -> list[list[int]]:
    """The sites in use, those together that no rule tells apart and that have the same pods."""
    found: dict[object, list[int]] = {}
    same = {n: index for index, sites in enumerate(alike(problem)) for n in sites}
    for n in np.flatnonzero(there).tolist():
        found.setdefault((same.get(n, -1 - n), counts[:, n].tobytes()), []).append(n)
    return list(found.values())


def how_many(problem: Problem, loss: Loss, there: Mask) -> int:
    """In how many ways a loss can happen, equal ones counted each."""
    if loss.name:
        return 1
    known = there.sum() if loss.kind == "node" else sum((m & there).any() for m in places(problem, loss.kind).values())
    return comb(int(known), min(loss.count, int(known)))


def _nodes(problem: Problem, loss: Loss, there: Mask, counts: Ints) -> Iterator[Lost]:
    """Twins count as one: so many of this kind and so many of that."""
    classes = twins(problem, there, counts)
    size = min(loss.count, int(there.sum()))
    for chosen in combinations_with_replacement(range(len(classes)), size):
        taken = Counter(chosen)
        if any(k > len(classes[c]) for c, k in taken.items()):
            continue
        sites = [n for c, k in taken.items() for n in classes[c][:k]]
        mask = np.isin(np.arange(len(problem.sites)), sites)
        names = tuple(problem.sites[n] for n in sites)
        like = prod(comb(len(classes[c]), k) for c, k in taken.items())
        yield Lost("node", names, mask, like)

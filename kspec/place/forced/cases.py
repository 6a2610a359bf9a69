"""A formula as cases, each a few sums to be reached, as far as it has few: then each is a placement problem of its own.

Nodes that nothing tells apart make cases that are the same but for their names; one of them stands for all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from kspec.place.exact.counts import alike
from kspec.place.forced.formula import All, Atom, Cell, Formula, Some, There, Truth
from kspec.place.problem import Problem

Case = tuple[Atom, ...]
_MOST = 4_000
"""Cases that are looked at before those alike are left out."""


def cases(problem: Problem, formula: Formula, *, symmetric: bool) -> list[Case] | None:
    """Sums of pods of which some case's must all be reached; None where the formula says more, or too much."""
    found = _cases(formula)
    if found is None:
        return None
    classes = _classes(problem) if symmetric else {}
    distinct: dict[object, Case] = {}
    for case in found:
        distinct.setdefault(_signature(case, classes), case)
    return list(distinct.values())


def _cases(formula: Formula) -> list[Case] | None:
    match formula:
        case Truth(value):
            return [()] if value else []
        case Atom():
            return [(formula,)] if formula.plain else None
        case There():
            return None
        case Some(parts):
            together: list[Case] = []
            for part in parts:
                more = _cases(part)
                if more is None or len(together) + len(more) > _MOST:
                    return None
                together += more
            return together
        case All(parts):
            needed = _without_idle(parts)
            choices = [_cases(part) for part in needed]
            number = 1
            for choice in choices:
                number *= len(choice) if choice is not None else _MOST + 1
            if number > _MOST:
                return None
            return [
                tuple(a for case in combination for a in case) for combination in product(*(c or [] for c in choices))
            ]


def _without_idle(parts: tuple[Formula, ...]) -> Iterator[Formula]:
    """The parts without those that say that a node is in use, where pods have to stand on it anyway."""
    used: set[int] = set()
    for part in parts:
        if isinstance(part, Atom) and part.constant < 0 and part.plain:
            sites = {v.site for v, weight in part.terms if weight > 0 and isinstance(v, Cell)}
            if len(sites) == 1:
                used |= sites
    for part in parts:
        if not (isinstance(part, There) and part.present and part.site in used):
            yield part


def _classes(problem: Problem) -> Mapping[int, int]:
    """A class for each site that has its like; optional sites come one after the other, and have none."""
    found: dict[int, int] = {}
    for index, sites in enumerate(alike(problem)):
        found.update({site: index for site in sites if not problem.optional[site]})
    return found


def _signature(case: Case, classes: Mapping[int, int]) -> object:
    """The case with its nodes named by their class and the order in which they come."""
    names: dict[int, tuple[int, int]] = {}
    ranks: dict[int, int] = {}
    told = []
    for atom in case:
        terms = []
        for cell, weight in atom.terms:
            assert isinstance(cell, Cell)
            if cell.site not in names:
                kind = classes.get(cell.site, -1 - cell.site)
                ranks[kind] = ranks.get(kind, 0) + 1
                names[cell.site] = (kind, ranks[kind])
            terms.append((cell.group, names[cell.site], weight))
        told.append((tuple(sorted(terms)), atom.constant))
    return tuple(told)

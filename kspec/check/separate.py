"""The simplest condition that tells good numbers of a design from bad ones: linear inequalities, all or one of some.

Every inequality is as weak as the bad designs allow that it keeps out; as few as possible tell all of them apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import combinations, product

from kspec.core.build import add, and_, ge, linear_sum, or_, param
from kspec.core.expr import TRUE, Const, Expr
from kspec.core.show import show

Numbers = Mapping[str, int]
"""A design: its parameters' values."""

_TERMS, _TOGETHER = 3, 3
"""An inequality has at most so many parameters, a condition so many inequalities."""

_NEEDED, _CHOICES = 12, 40
"""So many inequalities are looked at that all good designs meet, so many of which one is enough."""


@dataclass(frozen=True, slots=True)
class Inequality:
    """`sum of factor * parameter >= bound`."""

    factors: tuple[tuple[str, int], ...]
    bound: int

    @property
    def cost(self) -> int:
        """Parameters weigh more than large numbers."""
        return 3 * len(self.factors) + sum(abs(f) - 1 for _, f in self.factors) + abs(self.bound - 1)

    def value(self, numbers: Numbers) -> int:
        """The sum for a design."""
        return sum(factor * numbers[name] for name, factor in self.factors)

    def formula(self) -> Expr:
        """The inequality in the core."""
        return ge(self._sum(1), add(self._sum(-1), self.bound))

    def text(self) -> str:
        """The inequality with only additions in it: what is to be more on the left."""
        more, less = self._sum(1), self._sum(-1)
        if isinstance(less, Const):
            return f"{show(more)} >= {self.bound}"
        if isinstance(more, Const):
            return f"{show(less)} <= {-self.bound}"
        if self.bound == 1:
            return f"{show(more)} > {show(less)}"
        return f"{show(add(more, max(0, -self.bound)))} >= {show(add(less, max(0, self.bound)))}"

    def _sum(self, sign: int) -> Expr:
        return linear_sum({param(name): abs(factor) for name, factor in self.factors if factor * sign > 0}, 0)


@dataclass(frozen=True, slots=True)
class Separation:
    """All of the first inequalities hold, and one of the others, if there are any."""

    every: tuple[Inequality, ...]
    some: tuple[Inequality, ...]

    @property
    def cost(self) -> int:
        """What its inequalities cost."""
        return sum(one.cost for one in (*self.every, *self.some))

    def formula(self) -> Expr:
        """The condition in the core."""
        return and_(
            *(one.formula() for one in self.every), or_(*(one.formula() for one in self.some)) if self.some else TRUE
        )

    def text(self) -> str:
        """The condition for people."""
        choice = " or ".join(one.text() for one in self.some)
        parts = [one.text() for one in self.every]
        if choice:
            parts.append(f"({choice})" if parts and len(self.some) > 1 else choice)
        return " and ".join(parts)


def separate(
    names: Sequence[str], good: Sequence[Numbers], bad: Sequence[Numbers], weights: Iterable[int] = ()
) -> Separation | None:
    """The simplest condition that good designs meet and bad ones do not; None where no simple one does it.

    `weights` are factors besides 1 that may matter: how many pods a node takes, say.
    """
    if not good or not bad:
        return None
    examples = _Examples(list(_directions(names, sorted({1, *weights}))), good, bad)
    needed = examples.needed()
    found: list[Separation] = []
    for together in range(1, _TOGETHER + 1):
        for count in range(together + 1):
            for every, left in _conjunctions(needed, count, len(bad)):
                found += (Separation(every, some) for some in examples.choices(left, together - count))
        if found and together > 1:
            break
    return min(found, key=lambda one: (one.cost, one.text()), default=None)


def _conjunctions(
    needed: Mapping[Inequality, int], count: int, bad: int
) -> Iterator[tuple[tuple[Inequality, ...], int]]:
    """So many of what is needed, and the bad designs that they let in, a bit each."""
    for every in combinations(needed, count):
        yield every, reduce(lambda left, one: left & ~needed[one], every, (1 << bad) - 1)


def _directions(names: Sequence[str], weights: list[int]) -> Iterator[Inequality]:
    """Inequalities as far as their sums go."""
    signed = [factor for weight in weights for factor in (weight, -weight)]
    for count in range(1, min(_TERMS, len(names)) + 1):
        for chosen in combinations(names, count):
            for factors in product([1, -1] if count == 1 else signed, repeat=count):
                if 1 in map(abs, factors):
                    yield Inequality(tuple(zip(chosen, factors, strict=True)), 0)


class _Examples:
    """Good and bad designs, by their values in every direction."""

    def __init__(self, directions: list[Inequality], good: Sequence[Numbers], bad: Sequence[Numbers]) -> None:
        self._good = {one: [one.value(numbers) for numbers in good] for one in directions}
        self._bad = {one: [one.value(numbers) for numbers in bad] for one in directions}
        self._all_good = (1 << len(good)) - 1

    def needed(self) -> dict[Inequality, int]:
        """What all good designs meet, each as weak as keeping out the same bad ones allows, with those a bit each."""
        found = []
        for direction, values in self._bad.items():
            least = min(self._good[direction])
            out = [value for value in values if value < least]
            if out:
                bits = sum(1 << i for i, value in enumerate(values) if value < least)
                found.append((replace(direction, bound=1 + max(out)), bits))
        return _useful(found, _NEEDED)

    def choices(self, left: int, count: int) -> Iterator[tuple[Inequality, ...]]:
        """So many inequalities: no bad design of those left meets any of them, every good one meets one."""
        if count == 0:
            if not left:
                yield ()
            return
        if not left:
            return
        found = []
        for direction, values in self._bad.items():
            bound = 1 + max(value for i, value in enumerate(values) if left >> i & 1)
            bits = sum(1 << i for i, value in enumerate(self._good[direction]) if value >= bound)
            if bits:
                found.append((replace(direction, bound=bound), bits))
        atoms = _useful(found, _CHOICES)
        for some in combinations(atoms, count):
            if reduce(lambda known, one: known | atoms[one], some, 0) == self._all_good:
                yield some


def _useful(found: Iterable[tuple[Inequality, int]], most: int) -> dict[Inequality, int]:
    """Of those with the same bits, the cheapest; without those that another one covers at no more cost."""
    cheapest: dict[int, Inequality] = {}
    for one, bits in found:
        known = cheapest.get(bits)
        if known is None or (one.cost, one.factors) < (known.cost, known.factors):
            cheapest[bits] = one
    kept = sorted(cheapest.items(), key=lambda item: item[1].cost)
    useful = [
        (one, bits)
        for bits, one in kept
        if not any(other is not one and bits | more == more and other.cost <= one.cost for more, other in kept)
    ]
    return dict(useful[:most])

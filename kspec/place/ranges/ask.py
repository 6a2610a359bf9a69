"""Asking how few nodes the sizes of autoscaled workloads need."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.domain.expansion import namespace_of
from kspec.domain.podset import PodSet
from kspec.domain.policy import HorizontalPodAutoscaler
from kspec.place.budget import Purse
from kspec.place.problem import Mask, Problem
from kspec.place.ranges.answer import Enough, Range, Whole
from kspec.place.ranges.sizes import Ground, Sizes

_PART = 0.3
"""Of the budget, the part for one question where few are expected."""
_EACH = 0.8
"""...for all sizes together, where each has to be asked."""
_TELL = 0.1
"""...and for telling what keeps a size from having a placement."""
_SMALLER, _TRIED = "wherever more replicas have a place, fewer have one", "every size was placed on them"


def ranges(problem: Problem, *, budget: float) -> Iterator[Range]:
    """Each autoscaled workload on its own, in the order of the workloads; `budget` is in seconds and for each."""
    return (_range(sizes, note, Purse.of(budget)) for sizes, note in autoscaled(problem))


def autoscaled(problem: Problem) -> Iterator[tuple[Sizes, str]]:
    """The autoscaled workloads with their sizes, and why some are left out.

    Pods that run already stay, so that sizes with fewer are left out. A workload written with no replicas at all is not
    autoscaled (upstream pkg/controller/podautoscaler/horizontal.go, v1.36).
    """
    assert problem.inventory is not None
    bounds = _bounds(problem)
    for podset in problem.inventory.podsets:
        if podset.workload not in bounds or not (podset.replicas.count or podset.replicas.note):
            continue
        low, high = bounds[podset.workload]
        running = len(podset.running)
        note = f"{running} pods run already; smaller sizes were not looked at" if running > low else ""
        yield Sizes(problem, podset.workload, _size(podset), max(low, running), max(high, running)), note


def _bounds(problem: Problem) -> dict[str, tuple[int, int]]:
    """The range of each autoscaled workload."""
    assert problem.inventory is not None and problem.inventory.question is not None
    found: dict[str, tuple[int, int]] = {}
    for resource in problem.inventory.question.resources:
        if resource.kind == "HorizontalPodAutoscaler":
            spec = resource.as_(HorizontalPodAutoscaler).spec
            target = spec.scale_target_ref
            workload = f"{namespace_of(resource)}/{target.kind}/{target.name}"
            found[workload] = (spec.min_replicas, max(spec.min_replicas, spec.max_replicas))
    return found


def _size(podset: PodSet) -> int:
    return len(podset.names) + len(podset.running)


def _range(sizes: Sizes, note: str, purse: Purse) -> Range:
    if sizes.monotone:
        _ask(sizes, sizes.high, purse, _PART)
        _ask(sizes, sizes.low, purse, _PART)
        _halving(sizes, sizes.low, sizes.high, purse)
    else:
        count = sizes.high - sizes.low + 1
        for size in range(sizes.high, sizes.low - 1, -1):
            _ask(sizes, size, purse, _EACH / count)
    told = tuple(sizes.size(n) for n in range(sizes.low, sizes.high + 1))
    return Range(sizes.workload, told, _whole(sizes, purse), sizes.monotone, note)


def _ask(sizes: Sizes, size: int, purse: Purse, share: float) -> None:
    if size not in sizes.asked and not purse.empty:
        part = Purse(purse.share(share))
        sizes.ask(size, part)
        purse.spend(part.spent)


def _halving(sizes: Sizes, low: int, high: int, purse: Purse) -> None:
    """The sizes between two that were asked, as far as these do not settle them."""
    middle = (low + high) // 2
    if low < middle and not sizes.size(middle).optimal and not purse.empty:
        _ask(sizes, middle, purse, _PART)
        _halving(sizes, low, middle, purse)
        _halving(sizes, middle, high, purse)


def _whole(sizes: Sizes, purse: Purse) -> Whole:
    """All sizes on the same nodes: those of the size that needs most, and where these will not do, more of them."""
    every = {n: sizes.size(n) for n in range(sizes.low, sizes.high + 1)}
    closed = next((n for n, size in every.items() if size.enough is Enough.NO), None)
    if closed is not None:
        return Whole(Enough.NO, summary=sizes.why(closed, Purse(max(purse.left, int(purse.units * _TELL)))))
    bound = max(size.bound or 0 for size in every.values())
    if any(size.enough is Enough.OPEN for size in every.values()):
        return Whole(Enough.OPEN, bound=bound)
    if sizes.monotone:
        return _enough(sizes, sizes.grounds[sizes.high], bound, _SMALLER)
    return _joined(sizes, bound, purse)


def _enough(sizes: Sizes, ground: Ground, bound: int, how: str) -> Whole:
    names = _named(sizes.problem, ground.used)
    return Whole(
        Enough.YES, len(names), bound, names, _named(sizes.problem, ground.there & sizes.problem.optional), how
    )


def _named(problem: Problem, sites: Mask) -> tuple[str, ...]:
    return tuple(name for name, mine in zip(problem.sites, sites.tolist(), strict=True) if mine)


def _joined(sizes: Sizes, bound: int, purse: Purse) -> Whole:
    """The ground of the size that needs most, joined with those of sizes that it does not hold, until it holds all."""
    needy = sorted(sizes.grounds, key=lambda n: -int(sizes.grounds[n].used.sum()))
    ground, held = sizes.grounds[needy[0]], {needy[0]}
    while not purse.empty:
        missing = next((n for n in needy if n not in held and not _stands(sizes, n, ground, purse)), None)
        if missing is None:
            return _enough(sizes, ground, bound, _TRIED)
        joined = ground | sizes.grounds[missing]
        if (joined.used == ground.used).all() and (joined.there == ground.there).all():
            break
        ground, held = joined, set()
    return Whole(Enough.OPEN, bound=bound)


def _stands(sizes: Sizes, size: int, ground: Ground, purse: Purse) -> bool:
    part = Purse(purse.share(_PART))
    found = sizes.stands(size, ground, part)
    purse.spend(max(1, part.spent))
    return found is True

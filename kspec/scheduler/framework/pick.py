"""Who decides between what is equally good."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Protocol

from kspec.scheduler.framework.arrays import Slots
from kspec.scheduler.framework.podinfo import PodInfo
from kspec.scheduler.framework.sampling import heap_root_rank


class Pick(Protocol):
    """Chooses a node among the best, and one among those that preemption could clear."""

    def forced(self, pod: PodInfo) -> str:
        """A node to take whatever the scores are; empty for none."""
        ...

    def best(self, pod: PodInfo, places: Slots) -> int:
        """Which of the nodes with the highest score; `places` are theirs in the list of feasible nodes."""
        ...

    def cleared(self, pod: PodInfo, names: Sequence[str]) -> str:
        """One of the nodes that are equally good to preempt on."""
        ...


class FirstPick:
    """What upstream picks if its feasible nodes are in the same order: the root of a heap built in place."""

    def forced(self, pod: PodInfo) -> str:
        return ""

    def best(self, pod: PodInfo, places: Slots) -> int:
        if len(places) == 1:
            return 0
        ranks = _ranks(max(1 << int(places[-1] + 1).bit_length(), 128))
        return int(ranks[places].argmin())

    def cleared(self, pod: PodInfo, names: Sequence[str]) -> str:
        return names[0]


class SeededPick:
    """A pseudo-random pick, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def forced(self, pod: PodInfo) -> str:
        return ""

    def best(self, pod: PodInfo, places: Slots) -> int:
        return self._random.randrange(len(places)) if len(places) > 1 else 0

    def cleared(self, pod: PodInfo, names: Sequence[str]) -> str:
        return self._random.choice(names)


class RecordedPick:
    """Follows a record: per pod (`namespace/name`) the nodes of its successful attempts, in order.

    The node of the record is taken even if it is not among the best. Where the record says nothing, `otherwise` picks.
    """

    def __init__(self, nodes: Mapping[str, Sequence[str]], otherwise: Pick | None = None) -> None:
        self._left = {pod: list(names) for pod, names in nodes.items()}
        self._otherwise = otherwise or FirstPick()

    def forced(self, pod: PodInfo) -> str:
        left = self._left.get(pod.key)
        return left.pop(0) if left else self._otherwise.forced(pod)

    def best(self, pod: PodInfo, places: Slots) -> int:
        return self._otherwise.best(pod, places)

    def cleared(self, pod: PodInfo, names: Sequence[str]) -> str:
        left = self._left.get(pod.key)
        return left[0] if left and left[0] in names else self._otherwise.cleared(pod, names)


@cache
def _ranks(size: int) -> Slots:
    return heap_root_rank(size)

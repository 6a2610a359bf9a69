"""Finds selectors that may match a pod, and pods that a selector may match, without trying them all.

Most selectors demand a certain value of some label; they are filed under it, the others apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

from kspec.domain.labels import Labels
from kspec.scheduler.framework.selectors import Selector

Item = TypeVar("Item")
Pair = tuple[str, str]


class SelectorIndex(Generic[Item]):
    """Things that have a selector. A selector of None matches nothing and is not filed."""

    def __init__(self) -> None:
        self._by_pair: dict[Pair, list[Item]] = {}
        self._others: list[Item] = []
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, selector: Selector | None, item: Item) -> None:
        self._count += 1
        if selector is None:
            return
        if selector.labels:
            self._by_pair.setdefault(selector.labels[0], []).append(item)
        else:
            self._others.append(item)

    def candidates(self, labels: Labels) -> Iterator[Item]:
        """All things whose selector may match these labels."""
        yield from self._others
        for pair in labels.items():
            yield from self._by_pair.get(pair, ())


class LabelIndex(Generic[Item]):
    """Things that have labels."""

    def __init__(self) -> None:
        self._by_pair: dict[Pair, list[Item]] = {}
        self._all: list[Item] = []

    def add(self, labels: Labels, item: Item) -> None:
        self._all.append(item)
        for pair in labels.items():
            self._by_pair.setdefault(pair, []).append(item)

    def candidates(self, selector: Selector | None) -> list[Item]:
        """All things that the selector may match."""
        if selector is None:
            return []
        return self._by_pair.get(selector.labels[0], []) if selector.labels else self._all

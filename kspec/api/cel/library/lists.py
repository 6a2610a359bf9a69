"""Lists and sets.

Upstream: staging/src/k8s.io/apiserver/pkg/cel/library/lists.go, cel-go's ext/{lists,sets}.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cmp_to_key
from itertools import pairwise

from kspec.api.cel.arithmetic import add
from kspec.api.cel.library import strings
from kspec.api.cel.library.dispatch import overloaded
from kspec.api.cel.values import CelError, Duration, Maybe, UInt, Value, compare, equal, hashable

_LONGEST = 1_000_000
_TEXT_SEARCHES: tuple[tuple[type, ...], ...] = ((str, str), (str, str, int))


def _is_sorted(items: list[Value]) -> bool:
    return all(compare(a, b) <= 0 for a, b in pairwise(items))


def _sum(items: list[Value]) -> Value:
    total: Value = items[0] if items else 0
    if isinstance(total, str | bytes | list) or not isinstance(total, int | float | UInt | Duration):
        raise CelError("no such overload")
    for item in items[1:]:
        total = add(total, item)
    return total


def _extreme(name: str, sign: int) -> Callable[[list[Value]], Value]:
    def extreme(items: list[Value]) -> Value:
        if not items:
            raise CelError(f"{name} called on empty list")
        best = items[0]
        for item in items[1:]:
            if compare(item, best) * sign > 0:
                best = item
        return best

    return extreme


def _index_of(items: list[Value], wanted: Value) -> int:
    return next((i for i, item in enumerate(items) if equal(item, wanted)), -1)


def _last_index_of(items: list[Value], wanted: Value) -> int:
    return next((i for i in range(len(items) - 1, -1, -1) if equal(items[i], wanted)), -1)


def _slice(items: list[Value], start: int, end: int) -> list[Value]:
    if start < 0 or end < 0:
        raise CelError(f"cannot slice({start}, {end}), negative indexes not supported")
    if start > end:
        raise CelError(f"cannot slice({start}, {end}), start index must be less than or equal to end index")
    if end > len(items):
        raise CelError(f"cannot slice({start}, {end}), list is length {len(items)}")
    return items[start:end]


def _flatten(items: list[Value], depth: int = 1) -> list[Value]:
    if depth < 0:
        raise CelError("level must be non-negative")
    out: list[Value] = []
    for item in items:
        out += _flatten(item, depth - 1) if isinstance(item, list) and depth else [item]
    return out


def _range(count: int) -> list[Value]:
    if count > _LONGEST:
        raise CelError("lists.range is too long")
    return list(range(count))


def _distinct(items: list[Value]) -> list[Value]:
    return list({hashable(item): item for item in reversed(items)}.values())[::-1]


def _sort(items: list[Value]) -> list[Value]:
    if any(isinstance(item, list | dict | Maybe | None) for item in items):
        raise CelError("list elements must be comparable")
    if len({type(item) for item in items}) > 1:
        raise CelError("list elements must have the same type")
    return sorted(items, key=cmp_to_key(compare))


def _contains(items: list[Value], wanted: list[Value]) -> bool:
    present = {hashable(item) for item in items}
    return all(hashable(item) in present for item in wanted)


FUNCTIONS: dict[str, Callable[..., Value]] = {
    "isSorted": overloaded(((list,), _is_sorted)),
    "sum": overloaded(((list,), _sum)),
    "min": overloaded(((list,), _extreme("min", -1))),
    "max": overloaded(((list,), _extreme("max", 1))),
    "indexOf": overloaded(((list, object), _index_of), *((t, strings.FUNCTIONS["indexOf"]) for t in _TEXT_SEARCHES)),
    "lastIndexOf": overloaded(
        ((list, object), _last_index_of), *((t, strings.FUNCTIONS["lastIndexOf"]) for t in _TEXT_SEARCHES)
    ),
    "slice": overloaded(((list, int, int), _slice)),
    "flatten": overloaded(((list,), _flatten), ((list, int), _flatten)),
    "lists.range": overloaded(((int,), _range)),
    "distinct": overloaded(((list,), _distinct)),
    "reverse": overloaded(((list,), lambda items: items[::-1])),
    "sort": overloaded(((list,), _sort)),
    "sets.contains": overloaded(((list, list), _contains)),
    "sets.equivalent": overloaded(((list, list), lambda a, b: _contains(a, b) and _contains(b, a))),
    "sets.intersects": overloaded(
        ((list, list), lambda a, b: bool({hashable(i) for i in a} & {hashable(i) for i in b}))
    ),
}

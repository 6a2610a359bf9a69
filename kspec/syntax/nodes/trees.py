"""Going through trees of nodes, and making changed ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from typing import Any, TypeVar

from kspec.syntax.nodes.base import Node

Tree = TypeVar("Tree")

_NAMES: dict[type[Node], tuple[str, ...]] = {}


def within(tree: object, leaving_out: tuple[type[Node], ...] = ()) -> Iterator[object]:
    """A tree's nodes, tuples and leaves, the last of each first; what is below nodes to leave out is left out, too."""
    left = [tree]
    while left:
        part = left.pop()
        if isinstance(part, leaving_out):
            continue
        yield part
        if isinstance(part, tuple):
            left.extend(part)
        elif isinstance(part, Node):
            left.extend(getattr(part, name) for name in _names(type(part)))


def changed(tree: Tree, change: Callable[[Any], Any]) -> Tree:
    """The tree with its direct parts changed; a leaf as it is."""
    if isinstance(tree, tuple):
        return tuple(change(part) for part in tree)  # type: ignore[return-value]
    if isinstance(tree, Node):
        return replace(tree, **{name: change(getattr(tree, name)) for name in _names(type(tree))})
    return tree


def _names(kind: type[Node]) -> tuple[str, ...]:
    found = _NAMES.get(kind)
    if found is None:
        found = _NAMES[kind] = tuple(f.name for f in fields(kind) if f.name != "span")
    return found

"""States of a compiled system: plain tuples, so that a search can hash and compare them at once."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any, TypeAlias

from kspec.core.evaluate import Valuation, evaluate
from kspec.core.expr import Expr
from kspec.core.system import System

Block: TypeAlias = tuple[int, ...]
"""The values of a node's variables, in the order of `System.locals`."""

Nodes: TypeAlias = tuple[tuple[Block, int], ...]
"""The nodes of one class: distinct blocks in order, each with how many nodes have it."""

State: TypeAlias = tuple[Any, ...]
"""The values of the globals in order (a tuple of numbers), then the nodes of each class (`Nodes`)."""


def slots(system: System, index: int) -> int:
    """How many blocks a class has in a state; its size must be a number."""
    node_class = system.classes[index]
    size = node_class.fixed_size
    if size is None:
        raise ValueError(f"class {node_class.name} has no fixed size")
    return min(size, 1) if node_class.merged else size


def replace_block(nodes: Nodes, position: int, block: Block) -> Nodes:
    """The nodes after one of those with the block at `position` has changed to `block`."""
    old, count = nodes[position]
    if old == block:
        return nodes
    others = list(nodes)
    if count == 1:
        del others[position]
    else:
        others[position] = old, count - 1
    at = bisect_left(others, (block,))
    if at < len(others) and others[at][0] == block:
        others[at] = block, others[at][1] + 1
    else:
        others.insert(at, (block, 1))
    return tuple(others)


def gather(blocks: Sequence[Block]) -> Nodes:
    """The nodes of a class from their blocks."""
    counts: dict[Block, int] = {}
    for block in blocks:
        counts[block] = counts.get(block, 0) + 1
    return tuple(sorted(counts.items()))


def initial_state(system: System) -> State:
    """Where every run begins; parameters must have been replaced by numbers."""

    def value(expr: Expr) -> int:
        return evaluate(expr, Valuation())

    values = tuple(value(variable.init) for variable in system.globals)
    nodes = []
    for index in range(len(system.classes)):
        block = tuple(value(variable.init_in(index)) for variable in system.locals)
        count = slots(system, index)
        nodes.append(((block, count),) if count else ())
    return (values, *nodes)


def valuation(system: System, state: State, block: Block | None = None, enabled: Sequence[int] = ()) -> Valuation:
    """A state as the reference interpreter sees it, with a node's block bound where given."""
    names = [variable.name for variable in system.locals]
    nodes = [
        [dict(zip(names, content, strict=True)) for content, count in state[index + 1] for _ in range(count)]
        for index in range(len(system.classes))
    ]
    return Valuation(
        dict(zip((variable.name for variable in system.globals), state[0], strict=True)),
        dict(zip(names, block, strict=True)) if block is not None else {},
        nodes,
        enabled=frozenset(system.actions[index].component for index in enabled),
    )

"""The names that pieces of a text read, write and call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kspec.syntax import nodes as n
from kspec.syntax.nodes.trees import within

PODS = "phase"
"""The name under which all of a pod's life counts as one place."""


@dataclass(frozen=True, slots=True)
class Uses:
    """The names a piece of text mentions, the names it writes, the procedures it calls."""

    reads: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()
    calls: frozenset[str] = frozenset()

    def __or__(self, other: Uses) -> Uses:
        return Uses(self.reads | other.reads, self.writes | other.writes, self.calls | other.calls)


def uses(items: Iterable[object], *, told: bool = False) -> Uses:
    """What some nodes mention. A variable that counts itself up is not read by that, nor by what is only told (unless
    `told`)."""
    reads: set[str] = set()
    writes: set[str] = set()
    calls: set[str] = set()
    for node in nodes_in(items, told=told):
        match node:
            case n.Name(text=text):
                reads.add(text)
            case n.Attribute(name=name):
                reads.add(name.text)
            case n.Reference(rest=rest):
                reads.update(rest.split(".")[1:])
            case n.Assign(path=path):
                last = path.parts[-1]
                written = last.text if isinstance(last, n.Key) else ""
                writes.add(PODS if written == "node" else written)
                reads.update(part.text for part in path.parts[:-1] if isinstance(part, n.Key))
            case n.Create() | n.Destroy():
                writes.add(PODS)
            case n.Call_(procedure=procedure):
                calls.add(procedure.text)
            case _:
                pass
    return Uses(frozenset(reads), frozenset(writes), frozenset(calls))


def nodes_in(items: Iterable[object], *, told: bool = False) -> Iterator[object]:
    """Every node below some nodes, but for what is only told (unless `told`)."""
    return within(tuple(items), () if told else (n.Tell, n.EventStatement))


def assignments(items: Iterable[object]) -> Iterator[n.Assign]:
    """The assignments in some statements."""
    for node in nodes_in(items):
        if isinstance(node, n.Assign):
            yield node

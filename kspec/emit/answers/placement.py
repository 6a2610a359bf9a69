"""A placement, or why there is none, as text."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping

from kspec.place.answer import Answer, Assigned, Infeasible, Placement, Unknown
from kspec.source.tree import Json


def placement_text(answer: Answer, today: Mapping[str, str] | None = None) -> str:
    """The verdict; per node its pods; for a conflict the requirements with their places, and the repairs.

    `today` has the nodes of pods that stand somewhere, of which those that move are told.
    """
    from kspec.emit.templating import template

    match answer:
        case Placement():
            verdict, assigned = "placed", answer.assignments
        case Infeasible():
            verdict, assigned = "infeasible", answer.subset.assignments if answer.subset else ()
        case Unknown():
            verdict, assigned = "unknown", answer.assignments
    return template("answers/placement.txt.j2").render(
        answer=answer, verdict=verdict, nodes=by_node(assigned), moved=moved(assigned, today or {}), value=_value
    )


def _value(value: Json) -> str:
    """A value of a change; `-` where there is none."""
    return "-" if value is None else value if isinstance(value, str) else json.dumps(value)


def moved(assigned: Iterable[Assigned], today: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Pods that leave their node: the pod, from where, to where."""
    leaving = ((a.pod, today[a.pod], a.node) for a in assigned if today.get(a.pod, a.node) != a.node)
    return sorted(leaving, key=lambda m: natural(m[0]))


def by_node(assigned: Iterable[Assigned]) -> dict[str, list[str]]:
    """The pods of each node, in order of names, numbers inside names by value."""
    nodes: dict[str, list[str]] = defaultdict(list)
    for one in assigned:
        nodes[one.node].append(one.pod)
    return {node: sorted(nodes[node], key=natural) for node in sorted(nodes, key=natural)}


def natural(name: str) -> list[tuple[int, str]]:
    """A sort key in which `web-10` comes after `web-9`."""
    parts: list[tuple[int, str]] = []
    word = ""
    for character in name + "\0":
        if character.isdigit() != word.isdigit() and word:
            parts.append((int(word), "") if word.isdigit() else (-1, word))
            word = ""
        word += character
    return parts

"""What a placement had to choose from, as text and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kspec.emit.templating import template
from kspec.place import wording
from kspec.place.explain.choices import Choice, Load
from kspec.place.report import requirement_json
from kspec.source.tree import Json, Object


@dataclass(frozen=True, slots=True)
class Explained:
    """The workloads with their nodes, and the loads of the nodes that are used."""

    workloads: tuple[Choice, ...]
    loads: tuple[Load, ...]


def explained_text(told: Explained) -> str:
    """Per workload the nodes open to it, what closes the others and where its pods went; per node what is taken."""
    return template("answers/choices.txt.j2").render(
        workloads=told.workloads, loads=told.loads, amounts=_amounts, label=_label, use=_use, wording=wording
    )


def explained_json(told: Explained) -> Object:
    """The field `explain` of the contract `kspec/place/v1`; amounts are thousandths of a cpu, bytes or numbers."""
    workloads: list[Json] = [_choice(c) for c in told.workloads]
    nodes: list[Json] = [_load(n) for n in told.loads]
    return {"workloads": workloads, "nodes": nodes}


def _choice(choice: Choice) -> Object:
    closed: list[Json] = [
        {"requirement": requirement_json(c.requirement), "nodes": list(c.nodes)} for c in choice.closed
    ]
    counting: list[Json] = [requirement_json(r) for r in choice.counting]
    tallies: list[Json] = [{"topologyKey": t.key, "pods": dict(t.pods)} for t in choice.tallies]
    return {
        "workload": choice.workload,
        "pods": choice.pods,
        "request": dict(choice.request),
        "open": list(choice.open),
        "closed": closed,
        "rules": counting,
        "domains": tallies,
    }


def _load(load: Load) -> Object:
    resources: list[Json] = [{"resource": r, "requested": u, "allocatable": a} for r, u, a in load.resources]
    return {"node": load.node, "resources": resources}


def _label(workload: str) -> str:
    namespace, _, name = workload.split("/", 2)
    return f"{namespace}/{name}"


def _amounts(request: Sequence[tuple[str, int]]) -> str:
    return ", ".join(wording.quantity(name, value) for name, value in request)


def _use(resource: str, used: int, allocatable: int) -> str:
    """`cpu 3.5 of 3.75 (93 %)`."""
    share = f" ({100 * used // allocatable} %)" if allocatable else ""
    return f"{resource} {wording.amount(resource, used)} of {wording.amount(resource, allocatable)}{share}"

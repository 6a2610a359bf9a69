"""Smaller requests: how far one workload's request has to come down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from kspec.domain.objects import Resource, get
from kspec.domain.quantity import Format, Quantity
from kspec.domain.templates import PODS
from kspec.place.problem import Problem, Why
from kspec.place.question import Question
from kspec.place.repair.edits import Idea, SetField
from kspec.place.repair.ideas import Series
from kspec.source.tree import Path

_STEPS = 20  # a request comes down in twentieths
_LOWERED = ("cpu", "memory", "ephemeral-storage")


def smaller_requests(problem: Problem, r: int, core: Sequence[int], question: Question) -> Iterator[Series]:
    """Lower requests of a workload, of the resources that the conflict is about."""
    if problem.requirements[r].why is not Why.REPLICAS:
        return
    for row, name in enumerate(problem.resources):
        named = name in _LOWERED and any(s.resources[row] in core for s in problem.nodesets)
        group = next((i for i, g in enumerate(problem.groups) if g.replicas == r), None)
        if named and group is not None and problem.request[group, row]:
            found = _largest(question, problem.groups[group].workload, name)
            if found is not None:
                yield _lower(*found, problem.groups[group].label, name)


def _largest(question: Question, workload: str, resource: str) -> tuple[Resource, Path, Quantity] | None:
    """The container request that weighs most, and where it is written."""
    namespace, kind, name = workload.split("/", 2)
    for found in question.resources:
        if (found.kind, found.name, found.namespace or "default") == (kind, name, namespace):
            places = _request_paths(found, resource)
            sized = [(_quantity(found, path), path) for path in places]
            known = [(q, path) for q, path in sized if q is not None]
            if known:
                quantity, path = max(known, key=lambda k: k[0].amount)
                return found, path, quantity
    return None


def _request_paths(resource: Resource, name: str) -> Iterator[Path]:
    if resource.kind not in PODS:
        return
    containers: Path = (*PODS[resource.kind], "spec", "containers")
    found = get(resource.manifest, containers)
    for index in range(len(found) if isinstance(found, list) else 0):
        for kind in ("requests", "limits"):
            path: Path = (*containers, index, "resources", kind, name)
            if get(resource.manifest, path) is not None:
                yield path
                break


def _quantity(resource: Resource, path: Path) -> Quantity | None:
    value = get(resource.manifest, path)
    return Quantity.parse(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else None


def _lower(resource: Resource, path: Path, quantity: Quantity, label: str, name: str) -> Series:
    """The request in twentieths less, on numbers that people write."""

    def less(k: int) -> Idea | None:
        if k >= _STEPS:
            return None
        after = _round(quantity, Fraction(_STEPS - k, _STEPS))
        if after.amount <= 0 or after.amount >= quantity.amount:
            return None
        written = (*path[:-2], "requests", name)
        edit = SetField(str(resource.ref), written, str(after))
        return Idea(f"lower the {name} request of {label} from {quantity} to {after}", (edit,), 20.0 + k)

    return less


def _round(quantity: Quantity, share: Fraction) -> Quantity:
    """Down to whole 10m of cpu, or whole Mi of bytes, where that leaves something."""
    amount = quantity.amount * share
    grain = Fraction(2**20) if quantity.format is Format.BINARY_SI else Fraction(1, 100)
    rounded = amount // grain * grain
    return Quantity(rounded or amount, quantity.format)

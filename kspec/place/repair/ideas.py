"""Ideas that a conflict suggests: each of its requirements, a little less strict."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kspec.domain.objects import Resource, get
from kspec.place import wording
from kspec.place.problem import Problem, Requirement, Why
from kspec.place.question import Question
from kspec.place.repair.edits import AddNode, Edit, Idea, ResizePool, SetField
from kspec.source.tree import Json, Path

Series = Callable[[int], Idea | None]
"""An idea in sizes 1, 2, 3...; None where the size is too much."""

_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
MOST_NODES = 64


def nodes(problem: Problem, r: int) -> Iterator[Series]:
    """More nodes, where the requirement is how many there are."""
    for nodeset in problem.nodesets:
        if nodeset.nodes == r:
            first = problem.sites[nodeset.sites[0]]
            yield _pool(nodeset.pool, nodeset.low, nodeset.high) if nodeset.pool else _listed(first, problem)


def _pool(pool: str, low: int, high: int) -> Series:
    def more(k: int) -> Idea | None:
        after = ResizePool(pool, low + k if low == high else low, high + k)
        return Idea(f"{wording.plural(k, 'more node')} in pool {pool}", (after,), k) if k <= MOST_NODES else None

    return more


def _listed(like: str, problem: Problem) -> Series:
    def more(k: int) -> Idea | None:
        if k > MOST_NODES:
            return None
        free = (f"{like}-extra-{i}" for i in range(1, k + len(problem.sites) + 1))
        names = [name for name in free if name not in problem.sites][:k]
        edits: tuple[Edit, ...] = tuple(AddNode(like, name) for name in names)
        return Idea(f"{wording.plural(k, 'more node')} like {like}", edits, k)

    return more


def fewer_replicas(problem: Problem, r: int, question: Question) -> Iterator[Series]:
    """Fewer replicas, where the requirement asks for them."""
    requirement = problem.requirements[r]
    resource = question.find(requirement.object)
    if requirement.why is Why.REPLICAS and resource is not None:
        count = get(resource.manifest, requirement.path)
        if isinstance(count, int) and not isinstance(count, bool):
            yield _fewer(requirement, count, _label(problem, r))


def _fewer(requirement: Requirement, count: int, label: str) -> Series:
    def less(k: int) -> Idea | None:
        if k >= count:
            return None
        edit = SetField(requirement.object, requirement.path, count - k)
        text = f"{wording.plural(count - k, 'replica')} of {label} instead of {count}"
        return Idea(text, (edit,), 10.0 + k)

    return less


def _label(problem: Problem, replicas: int) -> str:
    return next(g.label for g in problem.groups if g.replicas == replicas)


def softened(problem: Problem, r: int, question: Question) -> Iterator[Idea]:
    """A rule, softened or dropped."""
    requirement = problem.requirements[r]
    resource = question.find(requirement.object)
    if resource is None:
        return
    label = f"{resource.namespace or 'default'}/{resource.name}"
    match requirement.why:
        case Why.SELECTOR | Why.NODE_NAME:
            text = f"drop the {requirement.short} of {label}"
            yield Idea(text, (SetField(requirement.object, requirement.path, None),), 5.0)
        case Why.SPREAD:
            yield from _spread(requirement, resource, label)
        case Why.ANTI_AFFINITY:
            yield from _preferred_term(requirement, resource, label)
        case Why.AFFINITY:
            text = f"drop the required pod affinity of {label}"
            yield Idea(text, (SetField(requirement.object, requirement.path, None),), 6.0)
        case Why.NODE_AFFINITY:
            text = f"drop the required node affinity of {label}"
            yield Idea(text, (SetField(requirement.object, requirement.path, None),), 6.0)
        case Why.TAINT:
            yield _toleration(requirement, resource, label)
        case _:
            pass


def _spread(requirement: Requirement, resource: Resource, label: str) -> Iterator[Idea]:
    skew = get(resource.manifest, (*requirement.path, "maxSkew"))
    where = requirement.short.split(" with ")[0]
    if isinstance(skew, int):
        edit = SetField(requirement.object, (*requirement.path, "maxSkew"), skew + 1)
        yield Idea(f"let the {where} of {label} differ by {skew + 1}", (edit,), 4.0)
    edit = SetField(requirement.object, (*requirement.path, "whenUnsatisfiable"), "ScheduleAnyway")
    yield Idea(f"make the {where} of {label} a preference (ScheduleAnyway)", (edit,), 5.0)


def _preferred_term(requirement: Requirement, resource: Resource, label: str) -> Iterator[Idea]:
    """Anti-affinity as a preference: the required term goes, a preferred one comes."""
    term = get(resource.manifest, requirement.path)
    if not requirement.path or not isinstance(requirement.path[-1], int) or term is None:
        return
    kind: Path = requirement.path[:-2]
    known = get(resource.manifest, (*kind, _PREFERRED))
    preferred: Json = {"weight": 100, "podAffinityTerm": term}
    added = SetField(requirement.object, (*kind, _PREFERRED, len(known) if isinstance(known, list) else 0), preferred)
    dropped = SetField(requirement.object, requirement.path, None)
    yield Idea(f"make the {requirement.short} of {label} a preference", (added, dropped), 5.0)


def _toleration(requirement: Requirement, resource: Resource, label: str) -> Idea:
    """A toleration for the taint that the requirement's id ends with."""
    key, _, effect = requirement.short.removeprefix("taint ").removesuffix(" not tolerated").rpartition(":")
    key, _, value = key.partition("=")
    toleration: Json = {"key": key, "operator": "Equal" if value else "Exists", "effect": effect}
    if value and isinstance(toleration, dict):
        toleration["value"] = value
    known = get(resource.manifest, requirement.path)
    place = (*requirement.path, len(known) if isinstance(known, list) else 0)
    return Idea(f"let {label} tolerate {key}:{effect}", (SetField(requirement.object, place, toleration),), 5.0)

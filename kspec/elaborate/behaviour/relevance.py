"""Which workloads a property is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kspec.domain.expansion import PodSet, expand, namespace_of
from kspec.domain.network import Service
from kspec.domain.objects import ObjectRef, Resource
from kspec.domain.policy import HorizontalPodAutoscaler, PodDisruptionBudget
from kspec.elaborate.behaviour.cone import Cone, Dependencies
from kspec.elaborate.behaviour.conjunction import about_everything, is_conjunction, speaks_of_rest
from kspec.elaborate.behaviour.disturbances import Disturbance
from kspec.elaborate.behaviour.library import Library
from kspec.elaborate.behaviour.links import closed, links_between, selected_by
from kspec.elaborate.behaviour.literals import kind_is, parts_of
from kspec.elaborate.behaviour.reads import nodes_in
from kspec.elaborate.design import Design
from kspec.syntax import nodes as n


@dataclass(frozen=True, slots=True)
class Groups:
    """The workloads of a question: one set, or several that can be asked about one after the other."""

    groups: tuple[frozenset[ObjectRef], ...]
    expansions: tuple[PodSet, ...]

    def left_out(self, group: frozenset[ObjectRef]) -> list[PodSet]:
        """The workloads of the design outside a group."""
        return [e for e in self.expansions if e.resource.ref not in group]

    def together(self) -> Groups:
        """All workloads in one set."""
        return Groups((frozenset(e.resource.ref for e in self.expansions),), self.expansions)


def groups_of(
    design: Design,
    library: Library,
    formula: n.Expr,
    disturbances: Sequence[Disturbance],
    cone: Cone,
    known: Dependencies,
    subject: ObjectRef | None = None,
) -> Groups:
    """Only what the property names or a disturbance touches, and what these depend on.

    A property about all pods that is a conjunction over them (`forall`, `count(...) == 0`) falls apart into one
    question for each set of workloads that influence each other; so does one that only asks whether all comes to rest.
    Any other property about all pods keeps everything. `subject` is what the component is for that the property stands
    in.
    """
    expansions = expand(design.resources)
    links = links_between(design, expansions)
    own = [c for name, c in library.components.items() if name in library.own and name in cone.components]
    seeds = _named([formula, *own], design, expansions) | _touched(design, disturbances)
    seeds |= {ref for r in design.resources if r.ref == subject for ref in _means(r, design, expansions)}
    workloads = {e.resource.ref for e in expansions}
    everything = about_everything(formula, known)
    at_rest = not seeds & workloads and speaks_of_rest(formula)
    if not everything and not at_rest:
        return Groups((closed(seeds & workloads, links),), expansions)
    if everything and not is_conjunction(formula, library):
        return Groups((frozenset(workloads),), expansions)
    left = [e.resource.ref for e in expansions]
    groups = []
    while left:
        group = closed({left[0]}, links)
        groups.append(group)
        left = [ref for ref in left if ref not in group]
    return Groups(tuple(groups) or (frozenset(),), expansions)


# ---------------------------------------------------------------- what is named


def _named(texts: Iterable[object], design: Design, expansions: Sequence[PodSet]) -> set[ObjectRef]:
    found: set[ObjectRef] = set()

    def meant(resources: Iterable[Resource]) -> set[ObjectRef]:
        return {ref for resource in resources for ref in _means(resource, design, expansions)}

    for node in nodes_in(texts):
        match node:
            case n.Name(text=text):
                found |= meant(r for r in design.resources if r.name == text)
            case n.Reference(kind=kind):
                namespace, name, _ = parts_of(node)
                named = (r for r in design.resources if r.name == name and kind_is(r.kind, kind))
                found |= meant(r for r in named if namespace in (None, namespace_of(r)))
            case _:
                pass
    return found


def _means(resource: Resource, design: Design, expansions: Sequence[PodSet]) -> Iterator[ObjectRef]:
    """The object itself, and the workloads it is about: what an autoscaler scales, what a budget or Service selects."""
    yield resource.ref
    view = resource.view
    if isinstance(view, HorizontalPodAutoscaler):
        target = view.spec.scale_target_ref
        for other in design.resources:
            if (other.kind, other.name, namespace_of(other)) == (target.kind, target.name, namespace_of(resource)):
                yield other.ref
    elif isinstance(view, PodDisruptionBudget | Service):
        yield from (pods.resource.ref for pods in selected_by(view, namespace_of(resource), expansions))


def _touched(design: Design, disturbances: Sequence[Disturbance]) -> set[ObjectRef]:
    found: set[ObjectRef] = set()
    for disturbance in disturbances:
        ref = disturbance.target
        if not isinstance(ref, ObjectRef):
            continue
        found.add(ref)
        if ref.kind == "Namespace":
            found |= {r.ref for r in design.resources if r.namespace == ref.name}
    return found

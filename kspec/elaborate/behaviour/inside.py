"""Properties that stand inside a design's own components: asked of each object that the component is for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from kspec.domain.expansion import namespace_of
from kspec.domain.objects import ObjectRef, Resource
from kspec.elaborate.behaviour.instances import Instance
from kspec.elaborate.behaviour.scope import Scope
from kspec.elaborate.behaviour.things import Thing
from kspec.elaborate.behaviour.values import Component
from kspec.elaborate.design import Design
from kspec.syntax import nodes as n


@dataclass(frozen=True, slots=True)
class Home:
    """Where a property stands: a component, and the object that this instance of it is for."""

    component: str
    subject: ObjectRef | None

    def scope(self, instances: tuple[Instance, ...]) -> Scope:
        """The names that the instance's texts see."""
        found = (i for i in instances if i.component.name.text == self.component and self._is_for(i) and not i.members)
        return next((i.scope for i in found), Scope())

    def _is_for(self, instance: Instance) -> bool:
        match instance.subject:
            case Thing(resource=resource):
                return resource.ref == self.subject
            case Component():
                return self.subject is None
            case _:
                return False


@dataclass(frozen=True, slots=True)
class Posed:
    """A property of a design, and where it stands (None: at the top)."""

    property: n.Property
    home: Home | None = None


def posed_in(design: Design) -> tuple[Posed, ...]:
    """All properties of a design: those at the top, then those inside its components, as `failover.promoted(shop/db)`.

    Components for nodes, zones or pods have no properties of their own: whatever they say can be said at the top.
    """
    return (*(Posed(prop) for prop in design.properties), *_inside(design))


def _inside(design: Design) -> Iterator[Posed]:
    for component in design.components:
        for prop in (item for item in component.items if isinstance(item, n.Property)):
            if not component.binders:
                yield Posed(_named(prop, component, ""), Home(component.name.text, None))
            for resource in _objects(component, design):
                where = f"({namespace_of(resource)}/{resource.name})" if resource.namespace else f"({resource.name})"
                yield Posed(_named(prop, component, where), Home(component.name.text, resource.ref))


def homes(component: n.Component, design: Design) -> Iterator[Home]:
    """Where something inside a component stands: in the component, or in each of its instances for objects."""
    if not component.binders:
        yield Home(component.name.text, None)
    for resource in _objects(component, design):
        yield Home(component.name.text, resource.ref)


def _named(prop: n.Property, component: n.Component, where: str) -> n.Property:
    return replace(prop, name=replace(prop.name, text=f"{component.name.text}.{prop.name.text}{where}"))


def _objects(component: n.Component, design: Design) -> Iterator[Resource]:
    """The objects of a component's kind."""
    source = component.binders[0].source if component.binders else None
    kind = source.text if isinstance(source, n.Name) else ""
    yield from (resource for resource in design.resources if resource.kind == kind)

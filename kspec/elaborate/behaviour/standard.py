"""The properties every design gets without asking: those of `models/properties`, for each object they are about.

A component of the library may say which objects it asks about: `(d: Deployment where leads(d))`. The condition is about
what the design fixes; where it can not be told, nothing is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from kspec.domain.expansion import namespace_of
from kspec.domain.objects import Resource
from kspec.elaborate.behaviour.facts import Facts
from kspec.elaborate.behaviour.library import PROPERTIES, models
from kspec.elaborate.design import Design
from kspec.syntax import nodes as n
from kspec.syntax.nodes.trees import changed

Tree = TypeVar("Tree")


@dataclass(frozen=True, slots=True)
class Standard:
    """A property of the library about an object of a design (None: about the whole), and the rule that it breaks."""

    property: n.Property
    subject: Resource | None
    rule: str


def standard(design: Design) -> tuple[Standard, ...]:
    """The library's properties about a design's objects, named `finishes(shop/web)`, in order of the library."""
    found: list[Standard] = []
    facts = Facts(design)
    for component in models().components.values():
        if component.span.file.startswith(PROPERTIES):
            asked = [item for item in component.items if isinstance(item, n.Property)]
            if not component.binders:
                found += (Standard(prop, None, _rule(prop)) for prop in asked)
            else:
                for resource in _subjects(component, design, facts):
                    found += (Standard(prop, resource, _rule(prop)) for prop in _about(asked, component, resource))
    return tuple(found)


def standard_properties(design: Design) -> tuple[n.Property, ...]:
    """The properties alone."""
    return tuple(asked.property for asked in standard(design))


def _rule(prop: n.Property) -> str:
    """`@finding(KS9101)`: what `kspec check` says of a design that breaks it."""
    named = (a.args[0] for a in prop.attrs if a.name.text == "finding" and a.args)
    return next((arg.text for arg in named if isinstance(arg, n.Name)), "")


def _subjects(component: n.Component, design: Design, facts: Facts) -> Iterator[Resource]:
    binder = component.binders[0]
    kind = binder.source.text if isinstance(binder.source, n.Name) else ""
    for resource in design.resources:
        if resource.kind == kind and (binder.condition is None or facts.hold(binder, resource)):
            yield resource


def _about(asked: list[n.Property], component: n.Component, resource: Resource) -> Iterator[n.Property]:
    variable = component.binders[0].name.text
    kind = resource.builtin
    namespaced = kind is None or kind.namespaced
    path = f"{namespace_of(resource)}/{resource.name}" if namespaced else resource.name
    for prop in asked:
        reference = n.Reference(resource.kind.lower(), path, span=prop.span)
        meant = _substituted(prop, variable, reference)
        title = (prop.title or "").replace(f"${{{variable}}}", path)
        yield replace(meant, name=replace(prop.name, text=f"{prop.name.text}({path})"), title=title)


def _substituted(tree: Tree, variable: str, reference: n.Reference) -> Tree:
    """The tree with a variable's name replaced."""
    if isinstance(tree, n.Name):
        return reference if tree.text == variable else tree  # type: ignore[return-value]
    return changed(tree, lambda part: _substituted(part, variable, reference))

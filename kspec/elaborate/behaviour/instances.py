"""Instances of a component: one for each object, node class or local state it is declared for, with their scopes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from kspec.elaborate.behaviour.evaluator import Evaluator
from kspec.elaborate.behaviour.members import members, source_of
from kspec.elaborate.behaviour.mistakes import NOT_IN_CORE, TYPE, mistake
from kspec.elaborate.behaviour.scope import Function, Lazy, Scope, StateRef
from kspec.elaborate.behaviour.sets import Domain, NodeRef, Pod
from kspec.elaborate.behaviour.store import NODE, Coordinate, Shape, Store, owner_of
from kspec.elaborate.behaviour.things import Life, Phase, Revision, Thing
from kspec.elaborate.behaviour.values import Component, Value
from kspec.syntax import nodes as n


@dataclass(frozen=True, slots=True)
class Instance:
    """A component for one object (or node class, or local state), or a part of it for one member of an `each`."""

    component: n.Component
    name: str
    """As traces and measures name it: `deployment/web`."""
    items: tuple[n.ComponentItem, ...]
    scope: Scope
    subject: Value
    """What it is instantiated for; the component itself where it has no parameter."""
    members: tuple[Value, ...] = ()
    """Of each `each` around these items, the member they are for."""

    @property
    def node(self) -> NodeRef | None:
        """The node that every action of the instance binds."""
        match self.subject:
            case NodeRef() as node:
                return node
            case Pod(node=node):
                return node
            case _:
                return None


def instances(evaluator: Evaluator, component: n.Component) -> Iterator[Instance]:
    """Every instance, and below it the parts for members of `each`."""
    if len(component.binders) > 1:
        raise mistake(NOT_IN_CORE, "a component is declared for one object", component.binders[1].span)
    subjects: Iterator[Value] = iter((Component(component.name.text),))
    if component.binders:
        subjects = members(evaluator, component.binders[0], Scope(), None)
    for subject in subjects:
        if component.binders and not _is_meant(evaluator, component.binders[0], subject):
            continue
        names: dict[str, object] = {}
        if component.binders:
            names[component.binders[0].name.text] = subject
        yield from _parts(evaluator, component, component.items, Scope(names), subject, _name(component, subject))


def _is_meant(evaluator: Evaluator, binder: n.Binder, subject: Value) -> bool:
    """The condition of `n: Node where ...` at one of the nodes; for pods see `_applies`."""
    if binder.condition is None or isinstance(subject, Pod):
        return True
    met = evaluator.truth(binder.condition, Scope({binder.name.text: subject}))
    if not isinstance(met, bool):
        raise mistake(NOT_IN_CORE, "what a component is for is fixed by the design", binder.condition.span)
    return met


def _name(component: n.Component, subject: Value) -> str:
    if isinstance(subject, Thing | Revision):
        return f"{component.name.text}/{subject.id}"
    if isinstance(subject, Domain):
        return f"{component.name.text}/{subject.value}"
    return component.name.text


def _parts(
    evaluator: Evaluator,
    component: n.Component,
    items: tuple[n.ComponentItem, ...],
    scope: Scope,
    subject: Value,
    name: str,
    around: tuple[Value, ...] = (),
) -> Iterator[Instance]:
    names: dict[str, object] = {}
    inner = scope.child(names)
    for item in items:
        match item:
            case n.State(variables=variables):
                names.update({v.name.text: StateRef(subject, v.name.text) for v in variables})
            case n.Let(name=key, params=()):
                names[key.text] = Lazy(item.value, inner)
            case n.Let(name=key, params=params):
                typed = tuple((p.name.text, p.type.name) for p in params)
                names[key.text] = Function(key.text, typed, item.value, inner)
            case _:
                pass
    yield Instance(component, name, items, inner, subject, around)
    for item in items:
        if isinstance(item, n.Each):
            source = source_of(evaluator, item.source, inner)
            if not isinstance(source, tuple):
                raise mistake(TYPE, "`each` needs a list that the design fixes", item.source.span)
            for member in source:
                bound = inner.child({item.variable.text: member})
                yield from _parts(evaluator, component, item.items, bound, member, name, (*around, member))


# ---------------------------------------------------------------- declarations


def declare(evaluator: Evaluator, store: Store, instance: Instance) -> None:
    """Declare the state variables of an instance."""
    if isinstance(instance.subject, Pod):
        return  # coordinates are known before there are pods
    for item in instance.items:
        if not isinstance(item, n.State):
            continue
        owner = _owner(instance)
        for variable in item.variables:
            if owner == NODE and store.has(NODE, variable.name.text):
                continue  # one variable for all classes; each evaluates its own start
            shape = shape_of(evaluator, variable, instance.scope)
            start = _start(evaluator, variable, instance, shape)
            store.declare(owner, variable.name.text, shape, start, variable.path, variable.span)


def _owner(instance: Instance) -> str:
    if isinstance(instance.subject, Component):
        return instance.subject.name
    owner = owner_of(instance.subject)
    if owner is None:
        raise mistake(NOT_IN_CORE, "state belongs to an object, a node, pods or the component", instance.component.span)
    return owner


def _start(
    evaluator: Evaluator, variable: n.Variable, instance: Instance, shape: Shape
) -> Callable[[NodeRef | None], Value]:
    def start(node: NodeRef | None) -> Value:
        if variable.init is None:
            return False if shape.truth else (shape.labels[0] if shape.labels else shape.low)
        scope = instance.scope
        if node is not None and instance.component.binders:
            scope = Scope({instance.component.binders[0].name.text: node}, scope)
        return evaluator.value(variable.init, scope)

    return start


def shape_of(evaluator: Evaluator, variable: n.Variable, scope: Scope) -> Shape:
    """What a variable's type admits."""
    declared = variable.type
    if declared.name is not None:
        match declared.name:
            case "bool":
                return Shape(truth=True)
            case "int":
                return Shape()
            case other:
                raise mistake(TYPE, f"{other} is no type of a variable", declared.span, "bool, int, {A, B} or 0..n")
    if declared.members:
        return Shape(labels=declared.members)
    assert declared.low is not None
    high = None if declared.high is None else evaluator.value(declared.high, scope)
    if high is not None and not isinstance(high, int):
        raise mistake(TYPE, "the bounds of a variable are fixed by the design", declared.span)
    return Shape(low=int(declared.low.text), high=high)


def coordinates_of(evaluator: Evaluator, component: n.Component, store: Store) -> None:
    """Declare the coordinates of a component for pods that something writes."""
    applies = _applies(evaluator, component.binders[0])
    for item in component.items:
        if not isinstance(item, n.State):
            continue
        for variable in item.variables:
            if variable.name.text in store.written:
                found = _coordinate(evaluator, variable, applies)
                store.coordinates[found.name] = found


def _coordinate(evaluator: Evaluator, variable: n.Variable, applies: Callable[[Life], bool]) -> Coordinate:
    shape = shape_of(evaluator, variable, Scope())
    if shape.truth:
        values: tuple[str, ...] = ("false", "true")
    elif shape.labels:
        values = shape.labels
    elif shape.high is not None:
        values = tuple(str(number) for number in range(shape.low, shape.high + 1))
    else:
        raise mistake(NOT_IN_CORE, "a pod's variable has finitely many values", variable.span)
    coordinate = Coordinate(variable.name.text, shape, values, values[0], applies)
    if variable.init is None:
        return coordinate
    start = coordinate.text(evaluator.value(variable.init, Scope()), variable.init.span)
    return replace(coordinate, start=start)


def _applies(evaluator: Evaluator, binder: n.Binder) -> Callable[[Life], bool]:
    condition = binder.condition
    if condition is None:
        return lambda _: True

    def applies(life: Life) -> bool:
        pod = Pod(Life(life.revision, life.ordinal, Phase.PENDING), None)
        met = evaluator.truth(condition, Scope({binder.name.text: pod}))
        if not isinstance(met, bool):
            raise mistake(NOT_IN_CORE, "which pods have a variable is fixed by the design", condition.span)
        return met

    return applies


def is_for_pods(component: n.Component) -> bool:
    """The component is declared for pods, so that its state is part of theirs."""
    return any(isinstance(b.source, n.Name) and b.source.text == "Pod" for b in component.binders)

"""What happens to the cluster meanwhile: `under rollout(web), drain(any node), loss(1 zone)`.

A disturbance switches on the environment actions of its name, for the object, node or zone it is aimed at, each as
often as it says (once, by default).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from kspec.domain.expansion import namespace_of
from kspec.domain.objects import ObjectRef
from kspec.domain.policy import HorizontalPodAutoscaler
from kspec.elaborate.behaviour.library import Library
from kspec.elaborate.behaviour.literals import kind_is, parts_of
from kspec.elaborate.behaviour.mistakes import TYPE, UNKNOWN_NAME, mistake
from kspec.elaborate.behaviour.reads import uses
from kspec.elaborate.behaviour.things import Cause
from kspec.elaborate.behaviour.world import every_node
from kspec.elaborate.design import Design
from kspec.elaborate.suggest import did_you_mean
from kspec.source.text import Span
from kspec.syntax import nodes as n
from kspec.syntax.nodes import Pick_

ENVIRONMENT = n.Role.ENVIRONMENT
COUNTED = "left."
"""How the globals begin that count how often a disturbance may still happen."""


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Any node, any zone."""

    noun: str


@dataclass(frozen=True, slots=True)
class NodeNamed:
    """One node by its name."""

    name: str


@dataclass(frozen=True, slots=True)
class ZoneNamed:
    """One zone by its name."""

    name: str


Target: TypeAlias = ObjectRef | AnyOf | NodeNamed | ZoneNamed | None


@dataclass(frozen=True, slots=True)
class Disturbance:
    """One entry of `under`."""

    name: str
    number: int
    """Its place in the list, from 0."""
    target: Target
    times: int
    arguments: dict[str, n.Expr] = field(compare=False)
    changes_template: bool = False
    """It brings a new revision of its workload."""
    condition: n.Expr | None = field(default=None, compare=False)
    """Which of the nodes, zones or pods it may be aimed at, in the words of the action: `n.zone == "a"`."""
    span: Span | None = field(default=None, compare=False)

    def variable(self, turn: int) -> str:
        """The global that counts how often it may still happen."""
        return f"{COUNTED}{self.name}.{self.number + 1}" + (f".{turn + 1}" if self.changes_template and turn else "")


def read_disturbances(nodes: Sequence[n.Disturbance], design: Design, library: Library) -> tuple[Disturbance, ...]:
    """The entries of an `under`, with what they are aimed at. Raises `Mistake`."""
    return tuple(_read(node, number, design, library) for number, node in enumerate(nodes))


def _read(node: n.Disturbance, number: int, design: Design, library: Library) -> Disturbance:
    name = node.name.text
    actions = [a for c in library.components.values() for a in environment_actions(c.items) if a.name.text == name]
    if not actions:
        names = {a.name.text for c in library.components.values() for a in environment_actions(c.items)}
        help = f"known are {', '.join(sorted(names))}"
        raise mistake(UNKNOWN_NAME, f"no component knows the disturbance {name}", node.span, help)
    target: Target = None
    times = 1
    arguments: dict[str, n.Expr] = {}
    condition: n.Expr | None = None
    for given in node.args:
        arg: n.Argument = given
        if isinstance(given, n.Filtered):
            arg, condition = given.value, given.condition
        match arg:
            case n.Named(name=key, value=n.Number(text=text)) if key.text == "times":
                times = int(text)
            case n.Named(name=key, value=value):
                if not (_is_image(key) or any(key.text == b.name.text for a in actions for b in a.binders)):
                    raise mistake(UNKNOWN_NAME, f"{name} takes no {key.text}", arg.span)
                arguments[key.text] = value
            case n.Amount(number=amount, noun=noun):
                target, times = AnyOf(_singular(noun.text)), int(amount.text)
            case n.Pick(pick=pick, noun=noun):
                target = AnyOf(_singular(noun.text))
                times = _all(target.noun, design) if pick is Pick_.ALL else 1
            case n.Name() | n.Reference():
                target = _target(arg, design)
            case n.Text() if arg.literal is not None:
                target = _named(arg.literal, design, arg.span)
            case _:
                raise mistake(TYPE, "expected what the disturbance is aimed at, or `name: value`", arg.span)
    changes = any(_brings_revision(a) for a in actions)
    return Disturbance(name, number, target, times, arguments, changes, condition, node.span)


def _brings_revision(action: n.Action) -> bool:
    """It is given a new revision to write (`rollout(to: Revision)`)."""
    kinds = [b.source.text for b in action.binders if isinstance(b.source, n.Name)]
    return "Revision" in kinds and "revision" in uses([action]).writes


def _is_image(key: n.Key) -> bool:
    """`app.image`: what a rollout changes."""
    return key.text.endswith(".image")


def _all(noun: str, design: Design) -> int:
    nodes = every_node(design)
    return len({node.zone for node in nodes} if noun == "zone" else nodes)


def environment_actions(items: Iterable[n.ComponentItem]) -> Iterator[n.Action]:
    """The environment actions of a component."""
    for item in items:
        match item:
            case n.Action(role=n.Role.ENVIRONMENT):
                yield item
            case n.Each(items=inner):
                yield from environment_actions(inner)
            case _:
                pass


def _singular(noun: str) -> str:
    return noun.removesuffix("s")


def _target(node: n.Name | n.Reference, design: Design) -> Target:
    if isinstance(node, n.Reference):
        if node.kind in ("node", "zone"):
            return _named(node.rest, design, node.span)
        namespace, name, _ = parts_of(node)
        named = (r for r in design.resources if r.name == name and kind_is(r.kind, node.kind))
        found = [r for r in named if namespace in (None, namespace_of(r))]
        if not found:
            raise mistake(UNKNOWN_NAME, f"the design has no {node.kind}/{node.rest}", node.span)
        return found[0].ref
    return _named(node.text, design, node.span)


_PODS = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob", "Pod")


def _named(name: str, design: Design, span: Span) -> Target:
    if any(node.name == name for node in every_node(design)):
        return NodeNamed(name)
    objects = [r for r in design.resources if r.name == name]
    for resource in sorted(objects, key=lambda r: r.kind not in _PODS):
        return resource.ref
    if any(node.zone == name for node in every_node(design)):
        return ZoneNamed(name)
    known = {*(r.name for r in design.resources), *(n.name for n in every_node(design))}
    raise mistake(UNKNOWN_NAME, f"the design has nothing called {name}", span, did_you_mean(name, known))


def cause_of(disturbance: Disturbance) -> Cause:
    """How a revision remembers which disturbance brought it."""
    images = tuple(
        (key.removesuffix(".image"), value.literal)
        for key, value in disturbance.arguments.items()
        if isinstance(value, n.Text) and value.literal is not None
    )
    return Cause(disturbance.name, disturbance.number, images)


def causes(disturbances: Sequence[Disturbance]) -> dict[ObjectRef, tuple[Cause, ...]]:
    """Per workload the disturbances that bring a revision, as often as they may happen."""
    found: dict[ObjectRef, tuple[Cause, ...]] = {}
    for d in disturbances:
        if d.changes_template and isinstance(d.target, ObjectRef):
            found[d.target] = found.get(d.target, ()) + (cause_of(d),) * d.times
    return found


def sizes(design: Design, disturbances: Sequence[Disturbance]) -> dict[ObjectRef, int]:
    """Per workload the largest number that an autoscaler or a disturbance may ask for: replicas to scale to."""
    found: dict[ObjectRef, int] = {}
    workloads = {(r.kind, namespace_of(r), r.name): r.ref for r in design.resources}
    for resource in design.resources:
        if isinstance(resource.view, HorizontalPodAutoscaler):
            spec = resource.view.spec
            target = spec.scale_target_ref
            ref = workloads.get((target.kind, namespace_of(resource), target.name))
            if ref is not None:
                found[ref] = max(found.get(ref, 0), spec.max_replicas)
    for ref, numbers in amounts(disturbances).items():
        found[ref] = max(found.get(ref, 0), *numbers)
    return found


def amounts(disturbances: Sequence[Disturbance]) -> dict[ObjectRef, tuple[int, ...]]:
    """Per object the numbers that are asked of it, in order of writing."""
    found: dict[ObjectRef, tuple[int, ...]] = {}
    for d in disturbances:
        numbers = (int(v.text) for v in d.arguments.values() if isinstance(v, n.Number) and v.text.isdigit())
        if isinstance(d.target, ObjectRef):
            named = tuple(dict.fromkeys((*found.get(d.target, ()), *numbers)))
            if named:
                found[d.target] = named
    return found


def named_nodes(disturbances: Sequence[Disturbance]) -> frozenset[str]:
    """The nodes that disturbances are aimed at by name."""
    return frozenset(d.target.name for d in disturbances if isinstance(d.target, NodeNamed))

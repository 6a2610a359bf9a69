"""Bounded model checking as the last resort, and for the smallest numbers a property breaks with."""

from __future__ import annotations

from collections.abc import Mapping

from kspec.check.case import Case
from kspec.check.reduce import Reduced
from kspec.check.story import Finding
from kspec.check.verdict import Shape
from kspec.core.build import and_, not_
from kspec.core.expr import Const, Expr
from kspec.core.lower.constants import constants
from kspec.core.lower.flatten import enabledness, flatten, spots
from kspec.core.lower.instantiate import instantiate
from kspec.core.lower.settle import settle
from kspec.core.lower.watch import watch
from kspec.core.property import Property, PropertyKind
from kspec.core.system import System
from kspec.run.state import State, gather
from kspec.solve.verify.bmc import Story, shortest_story
from kspec.solve.verify.houdini import range_lemmas


def refute(case: Case, reduced: Reduced, depth: int | None = None) -> None:
    """Unroll the exact flat system, depth by depth, for everything pending."""
    settled = settle(reduced.system)
    flat = flatten(settled)
    if flat is None or not reduced.system.exact:
        return
    flat = constants(flat)
    for asked in case.pending:
        case.options.say(f"unrolling for {asked.name}")
        watching = watch(flat.but(properties=(_flat_property(flat, asked),)))
        bad = _bad(watching, watching.properties[0])
        most = depth or case.options.depth
        bound = shortest_story(watching, bad, most, range_lemmas(watching), case.clock.share(0.5))
        if bound.story is None:
            case.tried.append(f"{asked.name}: no story of up to {bound.depth} steps")
            continue
        if asked.kind is PropertyKind.WITNESS:
            case.proved(asked, "this design", "bmc", [f"it can happen after {bound.depth} steps"])
            continue
        shape = Shape.SAFETY if asked.kind is PropertyKind.INVARIANT else Shape.STUCK
        settle_story(case, asked, reduced, watching, bound.story, shape)


def settle_story(case: Case, asked: Property, reduced: Reduced, flat: System, story: Story, shape: Shape) -> None:
    """A story of the flat system as a verdict on the design with the story's numbers."""
    concrete = instantiate(case.system, story.params)
    small = Reduced(instantiate(reduced.system, story.params), reduced.families, reduced.dead)
    numbered = instantiate(flat, story.params)
    steps = []
    for number, values in zip(story.actions, story.states[1:], strict=True):
        origin = flat.actions[number].origin
        if origin is None:
            continue
        index = next(i for i, action in enumerate(small.system.actions) if action.origin == origin)
        steps.append((index, unflatten(small.system, numbered, values)))
    case.settle_finding(asked, concrete, small, Finding(shape, tuple(steps)), "bmc", dict(story.params))


def _flat_property(flat: System, asked: Property) -> Property:
    return next(p for p in flat.properties if p.name == asked.name)


def _bad(flat: System, asked: Property) -> Expr:
    match asked.kind:
        case PropertyKind.INVARIANT:
            return and_(asked.premise, not_(asked.formula))
        case PropertyKind.GOAL | PropertyKind.LEADS_TO:
            return and_(not_(enabledness(flat)), not_(asked.formula))
        case PropertyKind.WITNESS:
            return asked.formula


def unflatten(system: System, flat: System, values: tuple[int, ...]) -> State:
    """The state of a system that a state of its flat form stands for."""
    known: Mapping[str, int] = dict(zip((v.name for v in flat.globals), values, strict=True))
    globals = tuple(known.get(v.name, _number(v.init)) for v in system.globals)
    found = spots(system)
    assert found is not None, "it has a flat form"
    nodes = []
    for index in range(len(system.classes)):
        blocks = [
            tuple(known.get(f"{v.name}@{spot.name}", _number(v.init_in(index))) for v in system.locals)
            for spot in found
            if spot.node_class == index
        ]
        nodes.append(gather(blocks))
    return (globals, *nodes)


def _number(value: Expr) -> int:
    assert isinstance(value, Const), "numbers have been given for all parameters"
    return value.value

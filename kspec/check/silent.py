"""Actions of a design's own components that never happen: a guard that is never true guards nothing."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.check.reduce import reduce_system
from kspec.core.lower.instantiate import instantiate
from kspec.core.system import System
from kspec.elaborate.behaviour.inside import posed_in
from kspec.elaborate.behaviour.question import question
from kspec.elaborate.design import Design
from kspec.run.compile import compile_system
from kspec.run.search import Limits, explore, starting_states
from kspec.source.text import Span
from kspec.syntax import nodes as n

_LIMITS = Limits(states=4_000, seconds=1.0, steps=20_000)
"""What may be seen of each question. Where that is not everything, nothing is said."""


def silent_actions(design: Design) -> Iterator[tuple[n.Component, n.Action]]:
    """Own actions that take part in some property's question and happen in none, if all of these were seen whole."""
    own = {action.span: (component, action) for component in design.components for action in _actions(component.items)}
    asked: set[Span] = set()
    heard: set[Span] = set()
    for posed in posed_in(design) if own else ():
        for part in question(design, posed.property, home=posed.home).parts:
            present = {a.span for a in part.system.actions if a.span in own and a.span not in heard}
            if not present:
                continue
            fired = None if part.system.params else _fired(part.system)
            if fired is None:
                return
            asked |= {span for span in present if span is not None}
            heard |= fired
    yield from (own[span] for span in own if span in asked - heard)


def _fired(system: System) -> set[Span] | None:
    """The places of the actions that happen; None where the limits were too small to tell."""
    reduced = reduce_system(instantiate(system, {})).system
    compiled = compile_system(reduced, ())
    prelude = starting_states(compiled, _LIMITS)
    seen = explore(compiled, limits=_LIMITS, starts=prelude.starts)
    if not (seen.complete and prelude.complete):
        return None
    fired = {*seen.fired, *(prelude.exploration.fired if prelude.exploration is not None else ())}
    return {span for i in fired if (span := reduced.actions[i].span) is not None}


def _actions(items: tuple[n.ComponentItem, ...]) -> Iterator[n.Action]:
    for item in items:
        match item:
            case n.Action():
                yield item
            case n.Sync(steps=steps):
                yield from steps
            case n.Each(items=inner):
                yield from _actions(inner)
            case _:
                pass

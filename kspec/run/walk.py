"""Random walks: cheap, find most faults of big designs at once, tell long stories and never prove anything."""

from __future__ import annotations

import random
from dataclasses import dataclass

from kspec.core.system import Start
from kspec.run.compile import Compiled, Predicate
from kspec.run.state import State


@dataclass(frozen=True, slots=True)
class Walk:
    """A run from the initial state to a violation."""

    steps: tuple[tuple[int, State], ...]
    stuck: bool
    """The last state has no controller step; otherwise it violates an invariant."""


def random_walk(
    compiled: Compiled,
    seed: int,
    length: int,
    invariant: Predicate | None = None,
    goal: Predicate | None = None,
) -> Walk | None:
    """One walk; None where it meets no violation within `length` steps. The same seed takes the same walk.

    Controllers go first three times in four, so that the environment does not spend all its moves at once. Where runs
    start settled, controllers alone walk until nothing is enabled, and nothing is asked before.
    """
    choose = random.Random(seed)
    state = compiled.canonical(compiled.initial)
    steps: list[tuple[int, State]] = []
    begun = compiled.system.start is Start.INITIAL
    for _ in range(length):
        controllers, environment = compiled.successors(state)
        begun = begun or not controllers
        enabled = [action for action, _, _ in controllers]
        if begun and invariant is not None and not invariant(state, enabled):
            return Walk(tuple(steps), stuck=False)
        if begun and goal is not None and not controllers and not goal(state, enabled):
            return Walk(tuple(steps), stuck=True)
        if not begun or (controllers and (not environment or choose.random() < 0.75)):
            options = controllers
        else:
            options = environment
        if not options:
            return None
        action, _, state = options[choose.randrange(len(options))]
        state = compiled.canonical(state)
        steps.append((action, state))
    return None

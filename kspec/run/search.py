"""Breadth-first search of a compiled system: shortest stories first, and a statement of how far it got."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from kspec.core.clock import worked
from kspec.core.system import Start
from kspec.run.compile import Compiled, Predicate
from kspec.run.state import State

Arrival = tuple[State, int, int]
"""Where a state was first reached from: predecessor, action, position of the bound node's block."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a search may use. A search that hits a limit is incomplete and proves nothing."""

    states: int = 300_000
    seconds: float | None = None
    steps: int | None = None
    """Steps tried in all: unlike seconds, the same on every machine."""


@dataclass(slots=True)
class Exploration:
    """What a search has seen."""

    compiled: Compiled
    parents: dict[State, Arrival | None] = field(default_factory=dict)
    """Every state seen, with how it was first reached (None: a start)."""
    depths: dict[State, int] = field(default_factory=dict)
    moves: dict[State, tuple[tuple[int, State], ...]] = field(default_factory=dict)
    """The controller steps of every state that was expanded."""
    fired: set[int] = field(default_factory=set)
    """Actions that changed something at least once."""
    edges: int = 0
    complete: bool = True
    """Every reachable state was expanded."""
    bad: dict[int, State] = field(default_factory=dict)
    """For each watched formula (by number) the first state that violates it."""
    stuck: dict[int, State] = field(default_factory=dict)
    """For each goal (by number) the first state without a controller step that violates it."""

    @property
    def quiet(self) -> list[State]:
        """The states without a controller step."""
        return [state for state, moves in self.moves.items() if not moves]

    def path(self, state: State) -> tuple[State, list[tuple[int, State]]]:
        """The first way found to a state: its start, then (action, state) in order."""
        steps: list[tuple[int, State]] = []
        arrival = self.parents[state]
        while arrival is not None:
            steps.append((arrival[1], state))
            state = arrival[0]
            arrival = self.parents[state]
        return state, steps[::-1]


@dataclass(frozen=True, slots=True)
class Questions:
    """What a search looks out for: formulas that must hold everywhere, and goals that must hold where nothing moves."""

    invariants: Sequence[Predicate] = ()
    goals: Sequence[Predicate] = ()
    stop_early: bool = True
    """Stop once every question has a violation."""


def explore(
    compiled: Compiled,
    questions: Questions = Questions(),
    limits: Limits = Limits(),
    starts: Iterable[State] | None = None,
    environment: bool = True,
) -> Exploration:
    """Search from the starts (by default the initial state) until all is seen, all is violated, or a limit is hit."""
    seen = Exploration(compiled)
    queue: deque[State] = deque()
    for start in starts if starts is not None else [compiled.initial]:
        state = compiled.canonical(start)
        if state not in seen.parents:
            seen.parents[state], seen.depths[state] = None, 0
            queue.append(state)
    deadline = None if limits.seconds is None else worked() + limits.seconds
    while queue:
        late = deadline is not None and len(seen.moves) % 64 == 0 and worked() > deadline
        if late or (limits.steps is not None and seen.edges > limits.steps):
            seen.complete = False
            break
        _expand(seen, queue, queue.popleft(), questions, limits, environment)
        if questions.stop_early and _all_violated(seen, questions):
            seen.complete = not queue
            break
    return seen


def _expand(
    seen: Exploration,
    queue: deque[State],
    state: State,
    questions: Questions,
    limits: Limits,
    environment: bool,
) -> None:
    compiled = seen.compiled
    orbits = compiled.system.interchangeable
    controllers, others = compiled.successors(state)
    moves = []
    steps = [(step, True) for step in controllers]
    if environment:
        steps += [(step, False) for step in others]
    depth = seen.depths[state] + 1
    for (action, position, found), by_controller in steps:
        after = compiled.canonical(found) if orbits else found
        if after == state:
            continue
        seen.edges += 1
        seen.fired.add(action)
        if by_controller:
            moves.append((action, after))
        if after not in seen.parents:
            if len(seen.parents) >= limits.states:
                seen.complete = False
                continue
            seen.parents[after], seen.depths[after] = (state, action, position), depth
            queue.append(after)
    seen.moves[state] = tuple(moves)
    _ask(seen, state, [action for action, _, _ in controllers], questions)


def _ask(seen: Exploration, state: State, enabled: list[int], questions: Questions) -> None:
    for number, holds in enumerate(questions.invariants):
        if number not in seen.bad and not holds(state, enabled):
            seen.bad[number] = state
    if not enabled:
        for number, holds in enumerate(questions.goals):
            if number not in seen.stuck and not holds(state, enabled):
                seen.stuck[number] = state


def _all_violated(seen: Exploration, questions: Questions) -> bool:
    asked = len(questions.invariants) + len(questions.goals)
    return asked > 0 and len(seen.bad) + len(seen.stuck) == asked


@dataclass(frozen=True, slots=True)
class Prelude:
    """How controllers alone get to the settled states a run starts in."""

    exploration: Exploration | None
    starts: tuple[State, ...]
    complete: bool = True
    """There are no other settled states."""

    def path(self, start: State) -> tuple[State, list[tuple[int, State]]]:
        """The way from the initial state to a start."""
        return (start, []) if self.exploration is None else self.exploration.path(start)


_SAMPLES, _LONGEST = 8, 4_000
"""How many settled states are looked for by chance, and in how many steps each, where there are too many ways."""


def starting_states(compiled: Compiled, limits: Limits = Limits()) -> Prelude:
    """The states runs begin in: all of them, or, where the limits are too small for that, some that chance leads to."""
    if compiled.system.start is Start.INITIAL:
        return Prelude(None, (compiled.canonical(compiled.initial),))
    half = None if limits.seconds is None else limits.seconds / 2
    exploration = explore(compiled, limits=replace(limits, seconds=half), environment=False)
    if exploration.complete:
        return Prelude(exploration, tuple(exploration.quiet))
    return _sampled(compiled, half)


def _sampled(compiled: Compiled, seconds: float | None) -> Prelude:
    """Settled states at the ends of random walks of the controllers."""
    deadline = None if seconds is None else worked() + seconds
    seen = Exploration(compiled, complete=False)
    first = compiled.canonical(compiled.initial)
    seen.parents[first] = None
    settled: dict[State, None] = {}
    for seed in range(_SAMPLES):
        choose, state = random.Random(seed), first
        for _ in range(_LONGEST):
            if deadline is not None and worked() > deadline:
                break
            controllers, _ = compiled.successors(state)
            if not controllers:
                settled[state] = None
                break
            action, position, found = controllers[choose.randrange(len(controllers))]
            after = compiled.canonical(found)
            seen.parents.setdefault(after, (state, action, position))
            state = after
    return Prelude(seen, tuple(settled), complete=False)

"""What a premise leads to and never comes: found in the states a search has seen."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from kspec.run.compile import Predicate
from kspec.run.lasso import Lasso, components, fair_cycle, is_fair
from kspec.run.search import Exploration
from kspec.run.state import State


@dataclass(frozen=True, slots=True)
class Debt:
    """A state where the premise holds, and controllers' steps from it on which the formula never does."""

    due: State
    steps: tuple[tuple[int, State], ...]
    """(action, state): to a state where no controller can act, or to the start of the lasso."""
    lasso: Lasso | None


def find_debt(seen: Exploration, premise: Predicate, formula: Predicate) -> Debt | None:
    """Controllers alone stay short of the formula after the premise: stuck (the shortest), or round and round."""

    def holds(test: Predicate, state: State) -> bool:
        return test(state, [action for action, _ in seen.moves[state]])

    parents: dict[State, tuple[State, int] | None] = {}
    queue: deque[State] = deque()
    for state in seen.moves:
        if holds(premise, state) and not holds(formula, state):
            parents[state] = None
            queue.append(state)
    while queue:
        state = queue.popleft()
        if not seen.moves[state]:
            return Debt(*_path(parents, state), None)
        for action, after in seen.moves[state]:
            if after not in parents and after in seen.moves and not holds(formula, after):
                parents[after] = (state, action)
                queue.append(after)
    inside_moves = {s: tuple(move for move in seen.moves[s] if move[1] in parents) for s in parents}
    for component in components(inside_moves):
        inside = frozenset(component)
        if is_fair(seen, inside):
            start = min(component, key=lambda s: len(_path(parents, s)[1]))
            leaves = any(after not in inside for s in component for _, after in seen.moves[s])
            cycle = tuple(fair_cycle(seen, start, inside))
            return Debt(*_path(parents, start), Lasso(start, cycle, not leaves, len(inside)))
    return None


def _path(parents: dict[State, tuple[State, int] | None], state: State) -> tuple[State, tuple[tuple[int, State], ...]]:
    """Where the premise held, and the steps from there."""
    steps: list[tuple[int, State]] = []
    link = parents[state]
    while link is not None:
        steps.append((link[1], state))
        state = link[0]
        link = parents[state]
    return state, tuple(reversed(steps))

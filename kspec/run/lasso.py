"""Oscillation: cycles of controller steps that a fair cluster can stay in for ever."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kspec.run.compile import Predicate
from kspec.run.search import Exploration
from kspec.run.state import State


@dataclass(frozen=True, slots=True)
class Lasso:
    """A state from which controllers can go round for ever, and one such round."""

    start: State
    cycle: tuple[tuple[int, State], ...]
    """(action, state) in order; the last state is the start again."""
    inevitable: bool
    """No controller step leads out of the cycle's states: once in, always in."""
    size: int
    """How many states the cycle can wander through."""


def find_lasso(seen: Exploration, goal: Predicate) -> Lasso | None:
    """The fair oscillation that violates a goal: an inevitable one if there is one, then the one reached first.

    Fair means weakly fair per action: an action enabled throughout the cycle is also taken in it.
    """
    best: tuple[bool, int, State, frozenset[State]] | None = None
    for component in components(seen.moves):
        inside = frozenset(component)
        if not is_fair(seen, inside):
            continue
        failing = [s for s in component if not goal(s, [action for action, _ in seen.moves[s]])]
        if not failing:
            continue
        leaves = any(after not in inside for state in component for _, after in seen.moves[state])
        start = min(failing, key=lambda s: seen.depths[s])
        if best is None or (leaves, seen.depths[start]) < best[:2]:
            best = (leaves, seen.depths[start], start, inside)
    if best is None:
        return None
    leaves, _, start, inside = best
    return Lasso(start, tuple(fair_cycle(seen, start, inside)), not leaves, len(inside))


def components(moves: dict[State, tuple[tuple[int, State], ...]]) -> Iterator[list[State]]:
    """The strongly connected components with at least one step inside (Tarjan, without recursion)."""
    number: dict[State, int] = {}
    low: dict[State, int] = {}
    on_stack: set[State] = set()
    stack: list[State] = []
    for root in moves:
        if root in number:
            continue
        work = [(root, iter(moves[root]))]
        number[root] = low[root] = len(number)
        stack.append(root)
        on_stack.add(root)
        while work:
            state, rest = work[-1]
            for _, after in rest:
                if after not in number:
                    number[after] = low[after] = len(number)
                    stack.append(after)
                    on_stack.add(after)
                    work.append((after, iter(moves.get(after, ()))))
                    break
                if after in on_stack:
                    low[state] = min(low[state], number[after])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[state])
                if low[state] == number[state]:
                    found = _pop(stack, on_stack, state)
                    if len(found) > 1:
                        yield found


def _pop(stack: list[State], on_stack: set[State], root: State) -> list[State]:
    found = []
    while True:
        state = stack.pop()
        on_stack.discard(state)
        found.append(state)
        if state == root:
            return found


def is_fair(seen: Exploration, inside: frozenset[State]) -> bool:
    """Whatever is enabled in all of these states is taken between some of them."""
    always: set[int] | None = None
    taken: set[int] = set()
    for state in inside:
        if state not in seen.moves:
            return False
        enabled = {action for action, _ in seen.moves[state]}
        always = enabled if always is None else always & enabled
        taken |= {action for action, after in seen.moves[state] if after in inside}
    return not (always or set()) - taken


def fair_cycle(seen: Exploration, start: State, inside: frozenset[State]) -> list[tuple[int, State]]:
    """A short cycle from the start that is fair by itself."""
    cycle = _shortest(seen, start, inside, lambda _, __, after: after == start)
    while (owed := _owed(seen, start, cycle)) is not None:
        detour = _shortest(seen, start, inside, _pays(seen, owed))
        home = detour[-1][1]
        back = [] if home == start else _shortest(seen, home, inside, lambda _, __, after: after == start)
        cycle = [*cycle, *detour, *back]
    return cycle


def _pays(seen: Exploration, owed: int) -> Callable[[State, int, State], bool]:
    """A step that takes the action, or after which it is not enabled."""

    def pays(_: State, action: int, after: State) -> bool:
        return action == owed or all(other != owed for other, _ in seen.moves[after])

    return pays


def _owed(seen: Exploration, start: State, cycle: list[tuple[int, State]]) -> int | None:
    """An action that is enabled throughout the cycle and not taken in it."""
    states = [start, *(state for _, state in cycle)]
    always = set.intersection(*({action for action, _ in seen.moves[state]} for state in states))
    missing = always - {action for action, _ in cycle}
    return min(missing) if missing else None


def _shortest(
    seen: Exploration, start: State, inside: frozenset[State], wanted: Callable[[State, int, State], bool]
) -> list[tuple[int, State]]:
    """The shortest way inside the component whose last step is a wanted one."""
    parents: dict[State, tuple[State, int] | None] = {start: None}
    queue = deque([start])
    while queue:
        state = queue.popleft()
        for action, after in seen.moves[state]:
            if after not in inside:
                continue
            if wanted(state, action, after):
                steps = [(action, after)]
                link = parents[state]
                while link is not None:
                    steps.append((link[1], state))
                    state = link[0]
                    link = parents[state]
                return steps[::-1]
            if after not in parents:
                parents[after] = (state, action)
                queue.append(after)
    raise AssertionError("a strongly connected component has a way back")

"""Searches find the shortest stories, fair oscillations only, and say when they were cut off."""

from __future__ import annotations

import pytest

from handmade.build import build
from handmade.faults import FAULTS
from kspec.core.build import add, and_, eq, glob, lift, lt, ne, sub
from kspec.core.lower.constants import constants
from kspec.core.lower.merge import merge_nodes
from kspec.core.lower.numbers import numbers
from kspec.core.lower.split import split_representatives
from kspec.core.system import ActionKind, System, action, integer
from kspec.run.compile import Compiled, compile_system
from kspec.run.lasso import find_lasso
from kspec.run.search import Limits, Questions, explore, starting_states
from kspec.run.walk import random_walk

X, Y = glob("x"), glob("y")


def ring(*more: object) -> System:
    """x goes round 0, 1, 2; y waits."""
    turn = action("turn", "clock", lt(X, 2), globals={"x": add(X, 1)})
    back = action("back", "clock", eq(X, 2), globals={"x": lift(0)})
    return System("ring", globals=(integer("x", 0, 2), integer("y", 0, 3)), actions=(turn, back, *more))  # type: ignore[arg-type]


def lasso(system: System):  # type: ignore[no-untyped-def]
    compiled = compile_system(system)
    seen = explore(compiled, environment=True)
    return find_lasso(seen, compiled.predicate(eq(Y, 3))), seen


def test_a_cycle_without_a_way_out_is_inevitable() -> None:
    found, _ = lasso(ring())
    assert found is not None
    assert found.inevitable
    assert [action for action, _ in found.cycle] == [0, 0, 1]
    assert found.cycle[-1][1] == found.start


def test_a_cycle_that_starves_an_action_is_not_fair() -> None:
    found, _ = lasso(ring(action("grow", "worker", lt(Y, 3), globals={"y": add(Y, 1)})))
    assert found is None, "grow is enabled all the time, so it happens, and y reaches 3"


def test_an_action_enabled_now_and_then_may_be_starved() -> None:
    found, _ = lasso(ring(action("grow", "worker", and_(lt(Y, 3), eq(X, 1)), globals={"y": add(Y, 1)})))
    assert found is not None
    assert not found.inevitable


def test_the_environment_does_not_make_an_oscillation() -> None:
    push = action("push", "user", eq(X, 2), kind=ActionKind.ENVIRONMENT, globals={"x": lift(0)})
    turn = action("turn", "clock", lt(X, 2), globals={"x": add(X, 1)})
    found, _ = lasso(System("pushed", globals=(integer("x", 0, 2), integer("y")), actions=(turn, push)))
    assert found is None


def test_a_fair_cycle_pays_what_is_owed() -> None:
    toggle = action("toggle", "other", ne(Y, 5), globals={"y": sub(1, Y)})
    found, seen = lasso(ring(toggle))
    assert found is not None
    states = [found.start, *(state for _, state in found.cycle)]
    always = set.intersection(*({i for i, _ in seen.moves[state]} for state in states))
    assert always <= {i for i, _ in found.cycle}


def prepared(name: str, fixed: bool, size: int) -> Compiled:
    system = constants(split_representatives(numbers(build(FAULTS[name](fixed, size)))))
    return compile_system(constants(merge_nodes(system)))


# states of the faulty and the fixed design, and the length of the shortest story, at three nodes (b04: two)
COUNTS = {
    "b01": (24, 55, 13),
    "b02": (21, 28, 8),
    "b09": (23, 41, 9),
    "b10": (131, 79, 32),
    "b17": (31, 25, 6),
    "b25": (24, 9, 9),
}


@pytest.mark.parametrize("name", COUNTS)
def test_searches_have_the_known_sizes(name: str) -> None:
    size = 2 if name in ("b17", "b25") else 3
    for fixed, states in zip((False, True), COUNTS[name][:2], strict=True):
        compiled = prepared(name, fixed, size)
        if compiled.system.locals and any(a.preference for a in compiled.system.actions):
            goal = compiled.predicate(compiled.system.properties[0].formula)
            seen = explore(compiled, Questions([], [goal], stop_early=False))
            assert len(seen.parents) <= states
            if not fixed:
                assert len(seen.path(seen.stuck[0])[1]) == COUNTS[name][2]
            else:
                assert not seen.stuck


def test_a_search_that_hits_a_limit_says_so() -> None:
    compiled = prepared("b01", True, 10)
    assert not explore(compiled, limits=Limits(50)).complete
    assert explore(compiled, limits=Limits(5_000)).complete


def test_settled_starts_have_nothing_left_to_do() -> None:
    compiled = prepared("b14", True, 3)
    prelude = starting_states(compiled)
    assert prelude is not None
    for start in prelude.starts:
        controllers, _ = compiled.successors(start)
        assert not controllers
        _, steps = prelude.path(start)
        assert steps[-1][1] == start


def test_walks_repeat_themselves_and_find_what_is_stuck() -> None:
    compiled = prepared("b01", False, 8)
    goal = compiled.predicate(compiled.system.properties[0].formula)
    walks = [random_walk(compiled, 7, 600, goal=goal) for _ in range(2)]
    assert walks[0] == walks[1]
    assert walks[0] is not None
    assert walks[0].stuck
    assert not compiled.successors(walks[0].steps[-1][1])[0]

"""Generated code does what the reference interpreter does."""

from __future__ import annotations

import random

import pytest

from handmade.build import build
from handmade.faults import FAULTS
from handmade.readings import reference_steps
from kspec.core.build import add, and_, enabled, ge, glob, gt, ite, le, local, lt, not_, settled, sum_nodes
from kspec.core.evaluate import evaluate
from kspec.core.expr import BOOL
from kspec.core.lower.constants import constants
from kspec.core.lower.numbers import numbers
from kspec.core.lower.split import split_representatives
from kspec.core.pod import Move, PodState
from kspec.core.system import (
    ActionKind,
    Family,
    Preference,
    System,
    action,
    broadcast,
    counter,
    integer,
    node_class,
    truth,
)
from kspec.run.compile import compile_system
from kspec.run.state import valuation

STARTING, READY = (PodState("web", None, 1, phase, (), True) for phase in ("starting", "ready"))


def outage() -> System:
    """A little of everything: Booleans, a broadcast, `Enabled`, globals inside aggregates."""
    up, load = local("up", BOOL), glob("load")
    heavy = sum_nodes([0, 1], ite(gt(add(local(READY.place), load), 2), 1, 0))
    environment = ActionKind.ENVIRONMENT
    lose = broadcast([0], {"up": not_(up)}, [Move(READY, STARTING)])
    return System(
        "outage",
        classes=(node_class("a", 2), node_class("b", 1)),
        globals=(integer("load", 0, 3), truth("calm", True)),
        locals=(truth("up", True), counter(STARTING, 1), counter(READY)),
        actions=(
            *(action("start", "kubelet", up, move=Move(STARTING, READY), node_class=c) for c in (0, 1)),
            action("lose a", "zone", and_(settled(), glob("calm", BOOL)), kind=environment, broadcast=lose),
            action(
                "more",
                "user",
                and_(lt(load, 3), not_(enabled("kubelet"))),
                kind=environment,
                globals={"load": add(load, 1)},
            ),
            action("worry", "watch", ge(heavy, 2), globals={"calm": le(heavy, 1)}),
        ),
    )


SYSTEMS = {"outage": outage} | {
    f"{name} {'fixed' if fixed else 'faulty'}": lambda name=name, fixed=fixed: build(FAULTS[name](fixed, 2))
    for name in ("b01", "b07", "b09", "b22", "k3", "k5")
    for fixed in (False, True)
}


@pytest.mark.parametrize("name", SYSTEMS)
def test_generated_successors_are_the_reference_successors(name: str) -> None:
    original = SYSTEMS[name]()
    for system in (original, constants(split_representatives(numbers(original)))):
        compiled = compile_system(system, ())
        choose = random.Random(0)
        state = compiled.initial
        for _ in range(25):
            controllers, environment = compiled.successors(state)
            found = {(i, after) for i, _, after in (*controllers, *environment)}
            assert found == reference_steps(system, state)
            if not found:
                break
            state = choose.choice(sorted(found, key=repr))[1]


@pytest.mark.parametrize("name", ["b01 fixed", "k5 faulty"])
def test_preferences_keep_exactly_the_largest_keys(name: str) -> None:
    system = SYSTEMS[name]()
    free, bound = compile_system(system, ()), compile_system(system, Family)
    choose = random.Random(1)
    state = free.initial
    for _ in range(40):
        everything = [step for part in free.successors(state) for step in part]
        kept = [step for part in bound.successors(state) for step in part]
        assert set(kept) <= set(everything)
        best: dict[str, tuple[int, ...]] = {}
        for i, position, _ in everything:
            preference = system.actions[i].preference
            if preference is not None:
                key = _key(system, preference, state, i, position)
                best[preference.group] = max(best.get(preference.group, key), key)
        for step in everything:
            preference = system.actions[step[0]].preference
            wanted = preference is None or _key(system, preference, state, *step[:2]) == best[preference.group]
            assert (step in kept) == wanted
        if not everything:
            break
        state = choose.choice(everything)[2]


def _key(system: System, preference: Preference, state: tuple, i: int, position: int) -> tuple[int, ...]:  # type: ignore[type-arg]
    node_class = system.actions[i].node_class
    block = None if node_class is None else state[node_class + 1][position][0]
    at = valuation(system, state, block)
    return tuple(evaluate(part, at) for part in preference.key)


def test_a_step_that_changes_nothing_is_no_step() -> None:
    idle = System("idle", globals=(integer("x", init=1),), actions=(action("keep", "c", True, globals={"x": 1}),))
    compiled = compile_system(idle)
    assert compiled.successors(compiled.initial) == ([], [])

"""The executor: named nodes and pods, simulated time, notes, replay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from handmade.build import build
from handmade.faults import FAULTS
from kspec.core.build import glob, gt, local, lt, sub
from kspec.core.lower.constants import constants
from kspec.core.lower.merge import merge_nodes
from kspec.core.lower.numbers import numbers
from kspec.core.lower.prefer import numbered, prefer
from kspec.core.lower.split import split_representatives
from kspec.core.note import Addresses, After, Before, Change, Names, Note, Subject, TheNode, ThePod
from kspec.core.pod import Move, PodState
from kspec.core.system import Action, ActionKind, Family, System, action, broadcast, counter, integer, node_class, truth
from kspec.run.compile import compile_system
from kspec.run.engine import Engine
from kspec.run.execute import Executor
from kspec.run.policy import EarliestDue, Order, RoundRobin, Scripted, SeededRandom
from kspec.run.replay import AbstractStep, Projection, replay
from kspec.run.search import explore, starting_states
from kspec.run.world import World

PENDING = PodState("web", None, 1, "pending")
STARTING, READY = (PodState("web", None, 1, phase, (), True) for phase in ("starting", "ready"))


def notes(verb: str, summary: tuple[object, ...], *changes: Change) -> tuple[Note, ...]:
    return (Note((verb,), verb, Subject("Pod", ("shop",), (ThePod(),)), summary, changes),)  # type: ignore[arg-type]


def little(**delays: float) -> System:
    """Two pods on two nodes: created, bound, started; the kubelet takes its time."""
    wanted = glob("wanted")
    create = action(
        "create",
        "replicaset",
        gt(wanted, 0),
        globals={"wanted": sub(wanted, 1)},
        move=Move(None, PENDING),
        delay=delays.get("create", 0.0),
        notes=notes(
            "create",
            ("create ", ThePod(), ", ", Before(wanted), " to go"),
            Change(("wanted",), (Before(wanted),), (After(wanted),)),
        ),
    )
    bind = action("bind", "scheduler", lt(local(STARTING.place), 9), move=Move(PENDING, STARTING), node_class=0)
    start = action(
        "start",
        "kubelet",
        move=Move(STARTING, READY),
        node_class=0,
        delay=delays.get("start", 2.0),
        notes=(
            Note(
                ("kubelet/", TheNode()),
                "start",
                Subject("Pod", ("shop",), (ThePod(),)),
                ("ready: ", Names(frozenset({READY})), " at ", Addresses(frozenset({READY}), 80)),
                (Change(("phase",), None, ("Ready",)),),
            ),
            Note(("proxy/", TheNode()), "sync", Subject("Node", (), (TheNode(),)), ("rules",), nodes=frozenset({0})),
            Note(("never",), "no", Subject("Node", (), ()), ("",), when=lt(wanted, 0)),
        ),
    )
    return System(
        "little",
        classes=(node_class("node", 2),),
        globals=(integer("wanted", init=2), counter(PENDING)),
        locals=(counter(STARTING), counter(READY)),
        actions=(create, bind, start),
    )


def test_what_is_due_first_happens_first() -> None:
    trace = Executor(little(create=1.0)).trace(EarliestDue())
    assert trace.settled
    told = [(step.time, step.component, step.action) for step in trace.steps]
    assert told[:3] == [(1.0, "create", "create"), (1.0, "scheduler", "bind"), (2.0, "create", "create")]
    assert [time for time, component, _ in told if component == "kubelet/node-1"] == [3.0, 4.0]


def test_notes_are_told_with_their_holes_filled() -> None:
    steps = Executor(little()).trace(EarliestDue()).steps
    first = steps[0]
    assert (first.object.kind, first.object.namespace, first.object.name) == ("Pod", "shop", "web-r1-0")
    assert first.summary == "create web-r1-0, 2 to go"
    assert [(c.path, c.before, c.after) for c in first.changes] == [("wanted", 2, 1)]
    started = [step for step in steps if step.action == "start"]
    assert started[-1].summary == "ready: web-r1-0, web-r1-1 at 10.244.0.2:80, 10.244.0.3:80"
    assert [(c.before, c.after) for c in started[0].changes] == [(None, "Ready")]
    assert [s.component for s in steps if s.action == "sync"] == ["proxy/node-1", "proxy/node-2"] * 2
    assert not any(step.component == "never" for step in steps)
    assert [step.n for step in steps] == list(range(1, len(steps) + 1))


def test_a_step_knows_what_made_it_possible() -> None:
    steps = Executor(little()).trace(EarliestDue()).steps
    by_number = {step.n: step for step in steps}
    for step in steps:
        if step.action == "start":
            assert step.cause is not None
            assert by_number[step.cause].action == "bind"
            assert by_number[step.cause].object.name == step.object.name
    assert steps[0].cause is None


class LastNode:
    """A scheduler that always wants the last node."""

    def choose(self, world: World, action: Action, pod: str, nodes: Sequence[str]) -> str | None:
        return max(nodes)


def test_a_chooser_decides_where_the_core_leaves_it_to_the_score() -> None:
    system = build(FAULTS["b01"](True, 3))
    executor = Executor(system, chooser=LastNode())
    steps = executor.trace(EarliestDue()).steps
    bound = [step.summary for step in steps if step.component == "scheduler"]
    assert [text[-6:] for text in bound[:3]] == ["node-3", "node-2", "node-1"]


def test_scripts_wait_until_their_order_can_be_carried_out() -> None:
    policy = Scripted([Order("roll out web")], EarliestDue())
    executor = Executor(build(FAULTS["b01"](True, 3)))
    trace = executor.trace(policy)
    assert policy.left == 0
    assert trace.settled
    assert sum(p.state.revision == 2 for p in executor.world.pods) == 3


def test_components_take_turns() -> None:
    executor = Executor(build(FAULTS["b01"](True, 2)))
    steps = executor.trace(RoundRobin()).steps
    assert [s.component for s in steps[:4]] == ["deployment/web", "replicaset/web-1", "scheduler", "kubelet"]


@pytest.mark.parametrize("name", ["b01", "b07", "b22", "k5"])
def test_runs_are_the_same_every_time_and_never_lose_a_pod(name: str) -> None:
    system = build(FAULTS[name](False, 3))
    traces = []
    for _ in range(2):
        executor = Executor(system)
        steps = []
        for step in executor.run(SeededRandom(5), 60):
            steps.append(step)
            world = executor.world
            for state in system.counters.values():
                places = [world.globals] if not state.bound else world.blocks
                assert sum(place[state.place] for place in places) == len(world.pods_in([state]))
        traces.append(steps)
    assert traces[0] == traces[1]


@pytest.mark.parametrize("name", ["b01", "b07", "b09", "b10", "b22", "k3", "k5", "b25"])
def test_what_is_enabled_is_kept_up_to_date(name: str) -> None:
    executor = Executor(build(FAULTS[name](False, 3)), families=Family)
    policy = SeededRandom(3)
    for _ in range(50):
        options = executor.options()
        assert [o.choice for o in options] == Engine(executor.world, Family).options()
        assert executor.agenda.earliest() == min(options, key=lambda o: o.due, default=None)
        option = policy.choose(executor.agenda)
        if option is None:
            break
        executor.take(option)


@pytest.mark.parametrize("seed", range(12))
def test_what_is_due_first_is_known_though_other_pods_come_to_wait(seed: int) -> None:
    system = little(create=1.0, start=1.5)
    executor = Executor(system.but(globals=(integer("wanted", init=4), counter(PENDING))))
    policy, waited = SeededRandom(seed), False
    while (option := policy.choose(executor.agenda)) is not None:
        options = executor.options()
        assert executor.agenda.earliest() == min(options, key=lambda o: o.due)
        waited = waited or len({o.due for o in options}) > 1
        executor.take(option)
    assert waited


def test_a_broadcast_moves_every_pod_of_its_classes() -> None:
    failed = replace(READY, phase="failed")
    lose = action(
        "lose",
        "zone",
        glob("up", truth("up").sort),
        kind=ActionKind.ENVIRONMENT,
        globals={"up": False},
        broadcast=broadcast([0], {}, [Move(READY, failed)]),
    )
    system = little()
    system = system.but(
        globals=(*system.globals, truth("up", True)),
        locals=(*system.locals, counter(failed)),
        actions=(*system.actions, lose),
    )
    executor = Executor(system)
    executor.trace(Scripted([], EarliestDue()))
    executor.trace(Scripted([Order("lose")], EarliestDue()))
    assert [p.state.phase for p in executor.world.pods] == ["failed", "failed"]
    assert sum(block[failed.place] for block in executor.world.blocks) == 2


@pytest.mark.parametrize("name", FAULTS)
def test_every_state_a_search_reaches_can_be_reached_with_names(name: str) -> None:
    original = build(FAULTS[name](False, 2))
    lowered = constants(split_representatives(numbers(prefer(numbered(original), [Family.RANKING]))))
    lowered = constants(merge_nodes(lowered))
    compiled = compile_system(lowered)
    prelude = starting_states(compiled)
    assert prelude is not None
    seen = explore(compiled, starts=prelude.starts)
    deepest = max(seen.depths, key=lambda s: seen.depths[s])
    start, steps = seen.path(deepest)
    story = [*prelude.path(start)[1], *steps]
    found = replay(original, lowered, [AbstractStep(lowered.actions[i].origin or 0, s) for i, s in story])
    assert found is not None
    assert Projection(original, lowered).of_world(found.executor.world) == Projection(original, lowered).of_state(
        deepest
    )
    assert len(found.steps) == len(story)


def test_a_story_that_cannot_happen_is_not_replayed() -> None:
    system = numbered(little())
    impossible = [AbstractStep(2), AbstractStep(0)]
    assert replay(system, system, impossible) is None

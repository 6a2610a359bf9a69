"""A law: the executor's runs are runs of the solver's encoding, on random walks of every component.

A walk on named nodes and pods is written down as values of the flat system's variables. The step relation that solvers
read, for the action that was taken, must allow every step of it; a step that is spoilt must be refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kspec.check.reduce import WITHOUT_SCORE
from kspec.core.expr import BOOL
from kspec.core.lower.flatten import flatten, spots
from kspec.core.lower.prefer import numbered, prefer
from kspec.core.system import System
from kspec.elaborate.behaviour.library import PROPERTIES, models
from kspec.elaborate.behaviour.question import question
from kspec.elaborate.load import load
from kspec.run.execute import Executor
from kspec.run.policy import SeededRandom
from kspec.run.world import World
from kspec.solve.session import Verdict
from kspec.solve.verify.encode import Encoder, conjunction, disjunction, number
from kspec.solve.verify.query import Query
from tests.models.test_every_action import ASKED, CLUSTER, FILLING, ONE, PREEMPTING, STORIES, actions_of

MUTATION = Path(__file__).parents[1] / "models" / "mutation"
QUICK = ("autoscaled", "sized", "shares", "runs", "ordered", "drain")
"""Designs of few states, each with a walk that happens in every run of the tests."""

CALM = 40
"""Steps that controllers have for themselves."""

State = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Walk:
    """A run on the concrete cluster: between two states the action that was taken, by its place in the system."""

    flat: System
    states: tuple[State, ...]
    taken: tuple[int, ...]
    components: frozenset[str]


def walks(text: str, seed: int, steps: int) -> Iterator[Walk]:
    """A random walk for each property of a design."""
    design = load(["-"], stdin=text).design
    assert design is not None
    for asked in design.properties:
        for part in question(design, asked).parts:
            system = numbered(prefer(part.system, WITHOUT_SCORE))
            flat = flatten(system)
            assert flat is not None
            yield walk(system, flat, Executor(system, part.namer, families=WITHOUT_SCORE), seed, steps)


def walk(system: System, flat: System, executor: Executor, seed: int, steps: int) -> Walk:
    world, taken, states = executor.world, [], [state_of(system, executor.world)]
    # every other walk leaves the cluster alone at first
    calm, wild = SeededRandom(seed, environment=False), SeededRandom(seed)
    for step in range(steps):
        chosen = calm.choose(executor) if seed % 2 and step < CALM else None
        chosen = chosen or wild.choose(executor)
        if chosen is None:
            break
        executor.take(chosen)
        taken.append(chosen.choice.action)
        states.append(state_of(system, world))
    components = frozenset(system.actions[index].component.partition("/")[0] for index in taken)
    return Walk(flat, tuple(states), tuple(taken), components)


def state_of(system: System, world: World) -> State:
    """The values of the flat system's variables: globals, then each node's block."""
    assert [node.node_class for node in world.nodes] == [spot.node_class for spot in spots(system) or ()]
    blocks = (block[v.name] for block in world.blocks for v in system.locals)
    return (*(world.globals[v.name] for v in system.globals), *blocks)


def allowed(walk: Walk) -> bool:
    """The encoding has this run."""
    encoder = Encoder(walk.flat)
    for moment, state in enumerate(walk.states):
        encoder.declare_moment(moment)
        for variable, value in zip(walk.flat.globals, state, strict=True):
            text = ("true" if value else "false") if variable.sort is BOOL else number(value)
            encoder.line(f"(= {encoder.symbol(variable.name, moment)} {text})")
    for moment, index in enumerate(walk.taken):
        ways = [
            conjunction([encoder.text(action.guard, moment), *encoder.updates(action, moment, moment + 1)])
            for action in walk.flat.actions
            if action.origin == index
        ]
        encoder.line(disjunction(ways))
    return Query(encoder.take()).check() is Verdict.SAT


def spoilt(walk: Walk) -> Walk:
    """The last state is not what the last step makes."""
    *others, last = walk.states
    return Walk(walk.flat, (*others, (1 - last[0], *last[1:])), walk.taken, walk.components)


@pytest.mark.parametrize("name", QUICK)
def test_a_walk_is_a_run_of_the_encoding(name: str) -> None:
    first = next(walks((MUTATION / f"{name}.kspec").read_text(), 1, 25))
    assert first.taken and allowed(first) and not allowed(spoilt(first))


EVERY = [path.read_text() for path in sorted(MUTATION.glob("*.kspec"))]
EVERY += [f"{text}goal asked: eventually always settled{f' under {under}' * bool(under)}" for text, under in STORIES]
EVERY += [text + asked for text, asked in ASKED]
EVERY.append(ONE + PREEMPTING + "goal asked: eventually always web.ready + batch.ready == 2")
EVERY.append(CLUSTER + FILLING + "goal asked: eventually always model.ready == 1 under loss(all nodes)")


UNASKED = {"coredns", "endpointslice", "ingress", "kube_proxy", "prometheus"}
"""Nobody reads what they do, and so they are in no question."""


@pytest.mark.slow
def test_every_component_walks_as_it_is_encoded() -> None:
    seen: set[str] = set()
    for text in EVERY:
        for seed in range(3):
            for one in walks(text, seed, 90):
                assert allowed(one), text
                seen |= one.components
    components = models().components.values()
    acting = [c for c in components if any(actions_of(c.items)) and not c.span.file.startswith(PROPERTIES)]
    assert {c.name.text for c in acting} - seen == UNASKED

"""Short ways to ask a system the usual questions, and the reference meaning of a step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kspec.core.build import implies
from kspec.core.evaluate import evaluate
from kspec.core.property import PropertyKind
from kspec.core.system import Action, ActionKind, Family, System
from kspec.run.compile import compile_system
from kspec.run.lasso import find_lasso
from kspec.run.search import Limits, Questions, explore, starting_states
from kspec.run.state import Block, State, replace_block, valuation


@dataclass(frozen=True)
class Answer:
    """What an exhaustive search says about a system's only property."""

    shape: str
    length: int
    states: int


def ask(system: System, families: Iterable[Family] = (Family.RANKING,), limit: int = 60_000) -> Answer:
    """`ok`, `safety`, `stuck`, `oscillation!` (inevitable) or `oscillation?`, and how long the story is."""
    compiled = compile_system(system, families)
    (asked,) = system.properties
    holds = compiled.predicate(implies(asked.premise, asked.formula))
    invariant = asked.kind is PropertyKind.INVARIANT
    prelude = starting_states(compiled)
    assert prelude is not None
    questions = Questions([holds], []) if invariant else Questions([], [holds], stop_early=False)
    seen = explore(compiled, questions, Limits(limit), prelude.starts)
    if seen.bad:
        return Answer("safety", len(seen.path(seen.bad[0])[1]), len(seen.parents))
    if seen.stuck:
        return Answer("stuck", len(seen.path(seen.stuck[0])[1]), len(seen.parents))
    assert seen.complete
    lasso = None if invariant else find_lasso(seen, holds)
    if lasso is None:
        return Answer("ok", 0, len(seen.parents))
    stem = len(seen.path(lasso.start)[1])
    return Answer("oscillation!" if lasso.inevitable else "oscillation?", stem, len(seen.parents))


def reference_steps(system: System, state: State) -> set[tuple[int, State]]:
    """Every step from a state by the reference interpreter, preferences aside."""
    controllers = set(_steps(system, state, ActionKind.CONTROLLER, ()))
    enabled = sorted({number for number, _ in controllers})
    return controllers | set(_steps(system, state, ActionKind.ENVIRONMENT, enabled))


def _steps(system: System, state: State, kind: ActionKind, enabled: Iterable[int]) -> Iterable[tuple[int, State]]:
    for number, action in enumerate(system.actions):
        if action.kind is not kind:
            continue
        blocks: list[Block | None] = [None]
        if action.node_class is not None:
            blocks = [block for block, _ in state[action.node_class + 1]]
        for block in blocks:
            at = valuation(system, state, block, list(enabled))
            if evaluate(action.guard, at):
                after = _after(system, state, action, block, list(enabled))
                if after != state:
                    yield number, after


def _after(system: System, state: State, action: Action, block: Block | None, enabled: list[int]) -> State:
    at = valuation(system, state, block, enabled)
    values = tuple(
        evaluate(action.globals[v.name], at) if v.name in action.globals else old
        for v, old in zip(system.globals, state[0], strict=True)
    )
    nodes = list(state[1:])
    if block is not None and action.node_class is not None:
        new = tuple(
            evaluate(action.locals[v.name], at) if v.name in action.locals else old
            for v, old in zip(system.locals, block, strict=True)
        )
        position = [b for b, _ in nodes[action.node_class]].index(block)
        nodes[action.node_class] = replace_block(nodes[action.node_class], position, new)
    for index, updates in (action.broadcast.locals if action.broadcast is not None else {}).items():
        counts: dict[Block, int] = {}
        for there, count in nodes[index]:
            here = valuation(system, state, there, enabled)
            moved = tuple(
                evaluate(updates[v.name], here) if v.name in updates else old
                for v, old in zip(system.locals, there, strict=True)
            )
            counts[moved] = counts.get(moved, 0) + count
        nodes[index] = tuple(sorted(counts.items()))
    return (values, *nodes)

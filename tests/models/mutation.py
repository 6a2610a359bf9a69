"""Mutants of the models: one condition dropped, comparison flipped, number off by one, or update left out.

A mutant is refuted where some property that the models keep is no longer proved. One that changes nothing that any of
the questions can see (the same states, the same steps between them) is no test of them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from enum import Enum
from pathlib import Path
from typing import Any

from kspec.check.options import Engine, Options
from kspec.check.reduce import reduce_system
from kspec.check.verdict import Proved
from kspec.check.verify import verify
from kspec.core.system import System
from kspec.elaborate.behaviour import question as questions
from kspec.elaborate.behaviour.library import Library, models
from kspec.elaborate.design import Design
from kspec.elaborate.load import load
from kspec.run.compile import compile_system
from kspec.run.search import Limits, explore, starting_states
from kspec.syntax import nodes as n
from kspec.syntax.nodes import Operator

DESIGNS = Path(__file__).parent / "mutation"
COMPONENTS = (
    "deployment",
    "replicaset",
    "statefulset",
    "daemonset",
    "drain",
    "kubelet",
    "scheduler",
    "node_lifecycle",
    "taint_eviction",
    "hpa",
    "job",
    "cronjob",
    "cluster_autoscaler",
    "machines",
    "progress_deadline",
    "namespace",
)
FUNCTIONS = (
    "max_surge",
    "max_unavailable",
    "rounded_unavailable",
    "disruptions_allowed",
    "spares_unhealthy",
    "wanted",
    "expected",
    "healthy",
    "budgets_in_force",
    "may_evict",
    "allows",
    "drainable",
    "left_on",
    "in_view",
    "becomes_ready",
    "within_quota",
    "leaves_room",
    "quota_used",
    "fits",
    "apart",
    "spread_allows",
    "node_unschedulable",
    "active",
    "occupies",
    "running",
    "up_limit",
    "down_limit",
    "step_of",
    "steady",
    "share",
    "smaller_share",
    "part",
    "stalled",
    "exhausted",
    "could_take",
    "more_needed",
    "under_used",
    "fit_elsewhere",
    "budgets_allow",
    "emptied",
)
WORKLOADS = {"Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "HorizontalPodAutoscaler", "Application"}
SPEAK = {"put", "put_new", "drop", "scaled_up", "scaled_down", "run_containers", "stop_containers"}
"""Procedures that only tell."""

FLIPPED = {
    Operator.LT: Operator.LE,
    Operator.LE: Operator.LT,
    Operator.GT: Operator.GE,
    Operator.GE: Operator.GT,
    Operator.EQ: Operator.NE,
    Operator.NE: Operator.EQ,
}


class Fate(Enum):
    REFUTED = "refuted"
    SAME = "changes nothing"
    SURVIVES = "survives"


@dataclass(frozen=True)
class Mutant:
    name: str
    """The component, procedure or function that is changed."""
    words: str
    library: Library


@dataclass(frozen=True)
class Asked:
    """A question of the unchanged models: proved, with its states and steps."""

    design: Design
    property: n.Property
    system: System
    behaviour: object
    reads: frozenset[str]
    """The functions that were called while it was made."""

    def concerns(self, mutant: Mutant) -> bool:
        """Whether the question can tell the mutant from the models: a component for a kind that is not there cannot."""
        component = models().components.get(mutant.name)
        if component is None:
            return mutant.name in self.reads
        kinds = {binder.source.text for binder in component.binders if isinstance(binder.source, n.Name)} & WORKLOADS
        return not kinds or bool(kinds & {resource.kind for resource in self.design.resources})


class _Noted(dict[str, Any]):
    """A dictionary that notes what is asked for."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.noted: set[str] = set()

    def get(self, key: str, default: Any = None) -> Any:  # type: ignore[override]
        self.noted.add(key)
        return super().get(key, default)


def mutants() -> Iterator[Mutant]:
    """All of them, in the order of the lists above."""
    library = models()
    for name in COMPONENTS:
        component = library.components[name]
        for words, changed in _variants(component):
            components = {**library.components, name: changed}
            yield Mutant(name, f"{name}: {words}", replace(library, components=components))
    for name in FUNCTIONS:
        for i, function in enumerate(library.functions[name]):
            for words, body in _variants(function.body):
                versions = list(library.functions[name])
                versions[i] = replace(function, body=body)
                functions = {**library.functions, name: tuple(versions)}
                yield Mutant(name, f"{name}: {words}", replace(library, functions=functions))


def _variants(tree: Any) -> Iterator[tuple[str, Any]]:
    """Every tree that differs in one place, with words for it."""
    match tree:
        case (
            n.Tell()
            | n.EventStatement()
            | n.Measure()
            | n.Property()
            | n.State()
            | n.Scope()
            | n.Action(role=n.Role.ENVIRONMENT)
        ):
            return
        case n.Binary(operator=Operator.AND, left=left, right=right):
            yield f"without a condition, line {left.span.line}", right
            yield f"without a condition, line {right.span.line}", left
        case n.Binary(operator=operator) if operator in FLIPPED:
            yield f"{FLIPPED[operator].value} for {operator.value}, line {tree.span.line}", _flipped(tree)
        case n.Number(text=text) if text.isdigit():
            for step in (1, -1):
                if int(text) + step >= 0:
                    yield (
                        f"{int(text) + step} for {text}, line {tree.span.line}",
                        replace(tree, text=str(int(text) + step)),
                    )
        case _:
            pass
    if not isinstance(tree, n.Node):
        return
    for field in fields(tree):
        value = getattr(tree, field.name)
        if field.name in ("span", "after", "attrs", "prefer", "binders"):
            continue
        if isinstance(value, n.Node):
            for words, changed in _variants(value):
                yield words, replace(tree, **{field.name: changed})
        elif isinstance(value, tuple):
            for i, item in enumerate(value):
                for words, changed in _variants(item):
                    yield words, replace(tree, **{field.name: (*value[:i], changed, *value[i + 1 :])})
                if _updates(item):
                    yield (
                        f"without an update, line {item.span.line}",
                        replace(tree, **{field.name: (*value[:i], *value[i + 1 :])}),
                    )


def _flipped(tree: n.Binary) -> n.Binary:
    return replace(tree, operator=FLIPPED[tree.operator])


def _updates(item: object) -> bool:
    return isinstance(item, n.Assign | n.Destroy) or (isinstance(item, n.Call_) and item.procedure.text not in SPEAK)


# ---------------------------------------------------------------- what becomes of them


def asked() -> list[Asked]:
    """The properties of the designs in `mutation/`, all of which hold."""
    found = []
    for path in sorted(DESIGNS.glob("*.kspec")):
        design = load([str(path)]).design
        assert design is not None, path
        for prop in design.properties:
            noted = _Noted(models().functions)
            with _instead(replace(models(), functions=noted)):
                system = _system(design, prop)
            assert system is not None and _holds(system), f"{path.name}: {prop.name.text}"
            found.append(Asked(design, prop, system, _behaviour(system), frozenset(noted.noted)))
    return found


def fate(mutant: Mutant, against: list[Asked]) -> Fate:
    """What becomes of a mutant. The question that refutes it comes first next time."""
    same = True
    with _instead(mutant.library):
        for number, one in enumerate(against):
            system = _system(one.design, one.property) if one.concerns(mutant) else one.system
            if system == one.system:
                continue
            if system is None or not _holds(system):
                against.insert(0, against.pop(number))
                return Fate.REFUTED
            same = same and _behaviour(system) == one.behaviour
    return Fate.SAME if same else Fate.SURVIVES


@contextlib.contextmanager
def _instead(library: Library) -> Iterator[None]:
    usual = questions.library_for
    questions.library_for = lambda design: library  # type: ignore[assignment]
    try:
        yield
    finally:
        questions.library_for = usual  # type: ignore[assignment]


def _system(design: Design, prop: n.Property) -> System | None:
    """None where the mutant's text means nothing."""
    return questions.question(design, prop, whole=True).system


def _holds(system: System) -> bool:
    try:
        (verdict,) = verify(system, Options(engine=Engine.SEARCH, states=6_000, seconds=10))
    except ValueError:
        return False
    return isinstance(verdict, Proved)


def _behaviour(system: System) -> object:
    """Every state, and the steps between them, whatever they are called."""
    reduced = reduce_system(system).system
    compiled = compile_system(reduced, ())
    prelude = starting_states(compiled)
    seen = explore(compiled, limits=Limits(6_000), starts=prelude.starts)
    names = tuple(v.name for v in (*reduced.globals, *reduced.locals))
    moves = {state: {after for _, after in steps} for state, steps in seen.moves.items()}
    return names, prelude.starts, moves

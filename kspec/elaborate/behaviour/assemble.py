"""From a world and the components a question needs to the core's system."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from kspec.core.build import and_, settled
from kspec.core.expr import TRUE
from kspec.core.property import Property
from kspec.core.system import Action, Measure, Start, System, Variable, counter
from kspec.elaborate.behaviour import operators
from kspec.elaborate.behaviour.actions import actions_of
from kspec.elaborate.behaviour.cone import Cone
from kspec.elaborate.behaviour.disturbances import Disturbance
from kspec.elaborate.behaviour.evaluator import Evaluator
from kspec.elaborate.behaviour.instances import Instance, coordinates_of, declare, instances, is_for_pods
from kspec.elaborate.behaviour.library import Library
from kspec.elaborate.behaviour.mistakes import Mistake
from kspec.elaborate.behaviour.readings import Readings
from kspec.elaborate.behaviour.store import Store
from kspec.elaborate.behaviour.switches import Switches
from kspec.elaborate.behaviour.things import Life, Phase
from kspec.elaborate.behaviour.values import Component, as_expr
from kspec.elaborate.behaviour.world import World, phases_of
from kspec.source.diagnostic import Diagnostics
from kspec.syntax import nodes as n


@dataclass(frozen=True, slots=True)
class Assembled:
    """A system in the making: everything but what is asked of it."""

    world: World
    evaluator: Evaluator
    system: System
    instances: tuple[Instance, ...]


def assemble(
    world: World,
    library: Library,
    cone: Cone,
    disturbances: Sequence[Disturbance],
    found: Diagnostics,
    *,
    name: str,
    start: Start,
    quietly: bool = False,
    measured: bool = True,
) -> Assembled:
    """Instantiate the cone's components. Mistakes in them are reported in `found`; what is in order is built.

    With `quietly`, disturbances happen only while no controller has anything to do. Unless `measured`, nobody will ask
    for measures of progress.
    """
    evaluator, parts = prepared(world, library, cone.written, found)
    store = evaluator.store
    switches = Switches(evaluator, library, disturbances, settled() if quietly else TRUE)
    chosen = [instance for instance in parts if instance.component.name.text in cone.components]
    actions = _actions(Readings(evaluator), chosen, switches, found)
    measures: list[Measure] = []
    scopes: list[str] = []
    for instance in chosen:
        if measured:
            with found_in(found):
                measures += _measures(evaluator, instance)
        scopes += _scopes(instance, library)
    for unused in () if found.has_errors else switches.unused(actions):
        found.add(unused.diagnostic)
    globals_, locals_ = _variables(evaluator, store, switches)
    locals_ += tuple(world.others.variables(world.places))
    system = System(
        name,
        world.layout.classes(),
        globals_,
        locals_,
        tuple(actions),
        (*world.layout.params, *world.ranges.values(), *world.focus.openings.others()),
        world.focus.openings.assumption,
        measures=tuple(measures),
        start=start,
        scopes=tuple(dict.fromkeys(scopes)),
    )
    return Assembled(world, evaluator, system, tuple(parts))


def prepared(
    world: World, library: Library, written: frozenset[str], found: Diagnostics
) -> tuple[Evaluator, list[Instance]]:
    """An evaluator that knows every state variable (those not `written` hold their initial values), and the instances
    of all components. Mistakes in them are reported in `found`."""
    store = Store(written)
    evaluator = Evaluator(world, library, store, ())
    for component in library.components.values():
        if is_for_pods(component):
            with found_in(found):
                coordinates_of(evaluator, component, store)
    evaluator.lives = tuple(lives(world, store))
    return evaluator, _declared(evaluator, library, store, found)


@contextmanager
def found_in(found: Diagnostics) -> Iterator[None]:
    """Mistakes made here are reported, and the rest goes on."""
    try:
        yield
    except Mistake as error:
        found.add(error.diagnostic)


def lives(world: World, store: Store) -> Iterable[Life]:
    """Every local state of every workload's pods."""
    for revision in world.revisions:
        for ordinal in revision.owner.ordinals:
            combinations: list[tuple[tuple[str, str], ...]] = [()]
            for coordinate in store.coordinates.values():
                if coordinate.applies(Life(revision, ordinal, Phase.PENDING)):
                    combinations = [(*c, (coordinate.name, value)) for c in combinations for value in coordinate.values]
            for phase in phases_of(revision.owner, revision.owner in world.preemptors):
                for coordinates in combinations:
                    yield Life(revision, ordinal, phase, coordinates)


def _declared(evaluator: Evaluator, library: Library, store: Store, found: Diagnostics) -> list[Instance]:
    """The instances of all components, their state declared; those that nobody writes hold their initial value."""
    parts: list[Instance] = []
    for component in library.components.values():
        with found_in(found):
            for instance in instances(evaluator, component):
                if isinstance(instance.subject, Component):
                    evaluator.homes.setdefault(component.name.text, instance.scope)
                declare(evaluator, store, instance)
                parts.append(instance)
    return parts


def _actions(readings: Readings, instances: Sequence[Instance], switches: Switches, found: Diagnostics) -> list[Action]:
    """The actions of all instances, those for pods that nothing brings where they would act left out."""
    made: list[list[Action]] = [[] for _ in instances]
    waiting: list[frozenset[Life]] = [frozenset() for _ in instances]
    unread = list(range(len(instances)))
    while unread:
        for i in unread:
            readings.passed_over.clear()
            waiting[i] = frozenset()
            with found_in(found):
                made[i] = list(actions_of(readings, instances[i], switches.budgets))
                waiting[i] = frozenset(readings.passed_over)
        unread = [i for i, lives in enumerate(waiting) if not lives.isdisjoint(readings.populated)]
    return [action for actions in made for action in actions]


def _measures(evaluator: Evaluator, instance: Instance) -> Iterable[Measure]:
    for item in instance.items:
        if isinstance(item, n.Measure):
            keys = [operators.number(evaluator.value(key, instance.scope), key.span) for key in item.keys]
            yield Measure(instance.name, tuple(as_expr(key) for key in keys))


def _scopes(instance: Instance, library: Library) -> list[str]:
    """The bounds of a component in its own words, as every verdict names them."""
    bounds = [item.condition for item in instance.items if isinstance(item, n.Scope)]
    return [f"{instance.name} creates only while {library.text(c.span) or 'its scope holds'}" for c in bounds]


def _variables(
    evaluator: Evaluator, store: Store, switches: Switches
) -> tuple[tuple[Variable, ...], tuple[Variable, ...]]:
    globals_, locals_ = store.variables(evaluator.world.places)
    for life in evaluator.lives:
        (locals_ if life.bound else globals_).append(counter(life.state))
    return (*globals_, *switches.variables()), tuple(locals_)


def ask(assembled: Assembled, properties: Iterable[Property]) -> System:
    """The system with what is asked of it, and the shares of open sizes that occur in either."""
    system, shares = assembled.system, assembled.world.shares
    return system.but(
        properties=tuple(properties),
        params=(*system.params, *shares.params),
        assumption=and_(system.assumption, shares.assumption),
    )


__all__ = ["Assembled", "ask", "assemble", "lives", "prepared"]

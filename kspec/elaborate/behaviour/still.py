"""Properties as formulas over single states, without the actions that lead from one state to the next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from kspec.core.property import Property
from kspec.elaborate.behaviour.assemble import prepared
from kspec.elaborate.behaviour.background import Background
from kspec.elaborate.behaviour.cone import dependencies
from kspec.elaborate.behaviour.disturbances import sizes
from kspec.elaborate.behaviour.evaluator import Evaluator
from kspec.elaborate.behaviour.formulas import meaning, shape
from kspec.elaborate.behaviour.inside import Posed
from kspec.elaborate.behaviour.instances import Instance
from kspec.elaborate.behaviour.library import library_for
from kspec.elaborate.behaviour.mistakes import Mistake
from kspec.elaborate.behaviour.reads import nodes_in, uses
from kspec.elaborate.behaviour.scope import Scope
from kspec.elaborate.behaviour.sets import NodeRef
from kspec.elaborate.behaviour.things import Life
from kspec.elaborate.behaviour.world import AUTOSCALER, Focus, World
from kspec.elaborate.design import Design
from kspec.source.diagnostic import Diagnostic, Diagnostics
from kspec.syntax import nodes as n

_LEFT_OPEN = frozenset({"replicas"})
"""Names whose values are for the state to say, whatever writes them."""


@dataclass(frozen=True, eq=False)
class Stills:
    """A design's whole world, all ranges open, and what properties say of a state of it.

    The names in the formulas are those of the system that verification makes of the design: both read the same text.
    """

    world: World
    evaluator: Evaluator
    instances: tuple[Instance, ...]
    diagnostics: Diagnostics
    """Mistakes in components."""

    def of(self, posed: Posed) -> Property | Diagnostic:
        """What a property says, or the mistake that is in it."""
        scope = Scope() if posed.home is None else posed.home.scope(self.instances)
        try:
            return meaning(self.evaluator, posed.property, shape(posed.property), scope)
        except Mistake as error:
            return error.diagnostic

    @cached_property
    def lives(self) -> Mapping[str, Life]:
        """The local states of pods, by the name of what counts them."""
        return {life.state.place: life for life in self.evaluator.lives}

    @cached_property
    def quiet(self) -> tuple[Mapping[str, int], ...]:
        """Per node class what its nodes' variables are while nothing has befallen them; truth values are 0 and 1."""
        slots = [s for s in self.evaluator.store.slots.values() if s.on_nodes and s.changes]
        starts = [{s.name: s.initial(NodeRef(place)) for s in slots} for place in self.world.places]
        return tuple({name: int(value) for name, value in one.items() if isinstance(value, int)} for one in starts)

    @cached_property
    def class_of(self) -> Mapping[str, int]:
        """The class of every node that there may be, by name; nodes beyond a pool's least are of the one that grows."""
        return {name: place.index for place in self.world.places for name in (*place.names, *place.later)}


def stills(design: Design, posed: Iterable[Posed]) -> Stills:
    """The world in which some properties are read: what they speak of can be told apart in it.

    A cluster autoscaler is left out: which nodes there are is for the state to say, and not for what may add them.
    """
    design = replace(design, resources=tuple(r for r in design.resources if r.kind != AUTOSCALER))
    asked = [one.property for one in posed]
    library = library_for(design)
    cone = dependencies(library).cone(uses([p.formula for p in asked]), frozenset())
    named = frozenset(node.name for node in design.cluster.at_minimum()) & texts(asked)
    world = World(design, Focus(sizes=sizes(design, ()), nodes=named, symbolic=True), Background())
    found = Diagnostics()
    evaluator, instances = prepared(world, library, cone.written | _LEFT_OPEN, found)
    return Stills(world, evaluator, tuple(instances), found)


def texts(asked: Iterable[n.Property]) -> frozenset[str]:
    """The texts that properties contain."""
    found = nodes_in([p.formula for p in asked])
    return frozenset(node.literal for node in found if isinstance(node, n.Text) and node.literal is not None)


def size_name(pool: str) -> str:
    """The name of the parameter that is the number of a pool's nodes."""
    return f"{pool}.count"

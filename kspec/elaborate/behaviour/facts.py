"""What a design fixes about its objects, told in the words of the models."""

from __future__ import annotations

from functools import cached_property

from kspec.domain.objects import ObjectRef, Resource
from kspec.elaborate.behaviour.assemble import lives
from kspec.elaborate.behaviour.background import background
from kspec.elaborate.behaviour.evaluator import Evaluator
from kspec.elaborate.behaviour.library import models
from kspec.elaborate.behaviour.mistakes import Mistake
from kspec.elaborate.behaviour.scope import Scope
from kspec.elaborate.behaviour.store import Store
from kspec.elaborate.behaviour.things import Thing
from kspec.elaborate.behaviour.world import Focus, World
from kspec.elaborate.design import Design
from kspec.syntax import nodes as n


class Facts:
    """Conditions about objects, decided before anything runs."""

    def __init__(self, design: Design) -> None:
        self._design = design

    @cached_property
    def _evaluator(self) -> Evaluator:
        world, store = World(self._design, Focus(), background((), None)), Store(frozenset())
        return Evaluator(world, models(), store, tuple(lives(world, store)))

    @cached_property
    def _things(self) -> dict[ObjectRef, Thing]:
        return {thing.resource.ref: thing for thing in self._evaluator.world.things}

    def hold(self, binder: n.Binder, resource: Resource) -> bool:
        """Whether the condition of a binder is true of an object; not where only a run could tell."""
        thing = self._things.get(resource.ref)
        if thing is None or binder.condition is None:
            return False
        try:
            return self._evaluator.truth(binder.condition, Scope({binder.name.text: thing})) is True
        except Mistake:
            return False

"""The ways an action of the text can be read: values for its binders, and what its body does with them.

Where a run starts with an empty cluster, pods are only ever in the local states that some action brings them to, and of
all combinations of phase and coordinates these are few. An action whose pod cannot be there is passed over; it is read
again once another one brings pods there. What was read before is remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from kspec.core import build
from kspec.core.expr import FALSE, TRUE, Expr
from kspec.core.system import Action
from kspec.elaborate.behaviour.counting import all_of
from kspec.elaborate.behaviour.dominate import without_dominated
from kspec.elaborate.behaviour.evaluator import Evaluator
from kspec.elaborate.behaviour.instances import Instance
from kspec.elaborate.behaviour.members import members, source_of, tests_of
from kspec.elaborate.behaviour.narration import Narrator
from kspec.elaborate.behaviour.scope import Scope
from kspec.elaborate.behaviour.sets import NodeRef, Pod
from kspec.elaborate.behaviour.statements import Body
from kspec.elaborate.behaviour.step import Step
from kspec.elaborate.behaviour.things import Life
from kspec.elaborate.behaviour.values import Value, as_expr, as_term
from kspec.syntax import nodes as n

Key: TypeAlias = tuple[int, ...]
"""Which action is read for which instance and budget, and the places of its binders' values among all they can take."""


@dataclass(slots=True)
class Reading:
    """One way to read an action: values for its binders, the node it binds, its guard."""

    scope: Scope
    values: tuple[Value, ...]
    node: NodeRef | None
    guard: Expr
    step: Step
    narrator: Narrator
    bare: Action | None = None
    """The core's action but for the guard, once it is made."""


@dataclass(slots=True)
class _Bound:
    """Values for some binders: their places, what they are, the node that is bound, and what holds of them."""

    scope: Scope
    places: tuple[int, ...] = ()
    values: tuple[Value, ...] = ()
    node: NodeRef | None = None
    met: Expr = TRUE


@dataclass(slots=True)
class Readings:
    """What the actions of one system can be read as."""

    evaluator: Evaluator
    populated: set[Life] = field(default_factory=set)
    """Local states that actions read so far bring pods to."""
    passed_over: set[Life] = field(default_factory=set)
    """Those for which actions were not read, as nothing brings pods there."""
    _truths: dict[Key, Expr] = field(default_factory=dict)
    _known: dict[Key, Reading] = field(default_factory=dict)

    def of(
        self, instance: Instance, node: n.Action, guard: Expr, given: Mapping[str, Value], key: Key
    ) -> Iterator[Reading]:
        """Every reading whose guard is not certainly false. `key` tells it from other readings of the instance."""
        anywhere = not self.evaluator.whole_story or node.role is n.Role.ENVIRONMENT
        for bound in self._bindings(node.binders, _Bound(instance.scope, node=instance.node), given, anywhere):
            here = (id(instance), *key, *bound.places)
            full = build.and_(guard, bound.met)
            if node.guard is not None and full is not FALSE:
                full = build.and_(full, self._truth(here, node.guard, bound.scope))
            if full is FALSE:
                continue
            reading = self._known.get(here)
            if reading is None:
                reading = self._known[here] = self._read(instance, node, bound)
            step = reading.step
            full = build.and_(full, *step.guards, *self._scopes(instance, step))
            if full is FALSE:
                continue
            if step.move is not None and step.move.target is not None:
                self.populated.add(step.move.target)
            reading.guard = without_dominated(full)
            yield reading

    def _truth(self, key: Key, guard: n.Expr, scope: Scope) -> Expr:
        known = self._truths.get(key)
        if known is None:
            known = self._truths[key] = as_expr(self.evaluator.truth(guard, scope))
        return known

    def _read(self, instance: Instance, node: n.Action, bound: _Bound) -> Reading:
        step, narrator = Step(bound.node), Narrator(self.evaluator, instance, node, bound.scope)
        Body(self.evaluator, step, narrator).run(node.body, bound.scope)
        return Reading(bound.scope, bound.values, step.node, TRUE, step, narrator)

    def _bindings(
        self, binders: Sequence[n.Binder], around: _Bound, given: Mapping[str, Value], anywhere: bool
    ) -> Iterator[_Bound]:
        """Values for all binders; unless `anywhere`, pods only where something brings them."""
        if not binders:
            yield around
            return
        binder, *rest = binders
        name = binder.name.text
        tests: tuple[Callable[[Value], Value], ...] = ()
        if name in given:
            candidates: Iterator[Value] = iter((given[name],))
        else:
            candidates = members(self.evaluator, binder, around.scope, around.node, len(around.values) + 1)
            tests = tests_of(source_of(self.evaluator, binder.source, around.scope))  # type: ignore[assignment]
        for place, value in enumerate(candidates):
            if isinstance(value, Pod) and not (anywhere or value.life in self.populated):
                self.passed_over.add(value.life)
                continue
            inner = around.scope.child({name: value})
            met = all_of(test(value) for test in tests)
            if met is not False and binder.condition is not None:
                met = all_of((met, self.evaluator.truth(binder.condition, inner)))
            if met is False:
                continue
            node = value if isinstance(value, NodeRef) else value.node if isinstance(value, Pod) else None
            bound = _Bound(
                inner,
                (*around.places, place),
                (*around.values, value),
                node or around.node,
                build.and_(around.met, as_term(met)),
            )
            yield from self._bindings(rest, bound, given, anywhere)

    def _scopes(self, instance: Instance, step: Step) -> list[Expr]:
        """A component's bounds hold back what it would create."""
        if step.move is None or step.move.pod is not None:
            return []
        scopes = [item for item in instance.component.items if isinstance(item, n.Scope)]
        return [as_expr(self.evaluator.truth(item.condition, instance.scope)) for item in scopes]

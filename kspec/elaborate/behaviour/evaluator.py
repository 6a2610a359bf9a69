"""Expressions of components and properties.

What the design fixes is computed; what a run changes becomes core expressions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kspec.elaborate.behaviour import operators
from kspec.elaborate.behaviour.attributes import attribute, pod_coordinate
from kspec.elaborate.behaviour.attributes import names as attribute_names
from kspec.elaborate.behaviour.forms import Code, code_of
from kspec.elaborate.behaviour.mistakes import NOT_IN_CORE, TYPE, UNKNOWN_NAME, mistake
from kspec.elaborate.behaviour.scope import Function, Lazy, Scope, StateRef, looks_at_node
from kspec.elaborate.behaviour.sets import Pod
from kspec.elaborate.behaviour.static import MISSING
from kspec.elaborate.behaviour.store import Store, owner_of
from kspec.elaborate.behaviour.things import Life, Place, Revision, Thing
from kspec.elaborate.behaviour.types import admits
from kspec.elaborate.behaviour.values import Component, Value, describe, is_expr
from kspec.elaborate.behaviour.world import World
from kspec.elaborate.suggest import did_you_mean
from kspec.source.text import Span
from kspec.syntax import nodes as n
from kspec.syntax.nodes import Operator

if TYPE_CHECKING:
    from kspec.elaborate.behaviour.library import Library


class Evaluator:
    """Evaluates expressions against a world, its local states of pods and its state variables."""

    def __init__(self, world: World, library: Library, store: Store, lives: Sequence[Life]) -> None:
        self.world = world
        self.library = library
        self.store = store
        self.lives = tuple(lives)
        self.whole_story = world.focus.from_scratch
        """Traces tell the details, too."""
        self.level = 0
        """0: at the bound node, if any; 1 and more: inside folds over nodes."""
        self.loop_place: Place | None = None
        """The node class a statement's loop over nodes stands at."""
        self.by_id: dict[str, Thing | Revision] = {t.id: t for t in world.things}
        self.by_id |= {r.id: r for r in world.revisions if r.kind != r.owner.kind}
        self.homes: dict[str, Scope] = {}
        """The scopes of components without parameters."""
        self.kept: dict[object, Value] = {}
        """What conditions of folds say of an element, where they speak of nothing else."""
        self.words: dict[int, frozenset[str]] = {}
        """The words of these conditions."""
        self._memo: dict[object, Value] = {}
        self._comparisons: dict[object, Value] = {}
        self._codes: dict[int, tuple[n.Expr, Code]] = {}
        """By identity: texts are compared as a whole, which takes longer than reading them."""

    def code(self, node: n.Expr) -> Code:
        """What an expression denotes, as a function of the scope."""
        known = self._codes.get(id(node))
        if known is None:
            known = self._codes[id(node)] = (node, code_of(self, node))
        return known[1]

    def value(self, node: n.Expr, scope: Scope) -> Value:
        """What an expression denotes. Raises `Mistake`."""
        return self.code(node)(scope)

    def scope_of(self, component: str) -> Scope | None:
        """The scope of a component without parameters, where its procedures and functions stand."""
        return self.homes.get(component)

    def truth(self, node: n.Expr, scope: Scope) -> bool | object:
        """A truth value: Python's, or a core expression."""
        return operators.truth(self.value(node, scope), node.span)

    @contextmanager
    def folding(self) -> Iterator[int]:
        """While an expression over one node of a fold is evaluated; gives the level of that node."""
        self.level += 1
        try:
            yield self.level
        finally:
            self.level -= 1

    # ------------------------------------------------------------ names

    def resolved(self, found: object, span: Span) -> Value:
        """The value of a binding."""
        if isinstance(found, StateRef):
            return self.attribute(found.target, found.name, span)
        if not isinstance(found, Lazy):
            return found
        if not found.done:
            found.value, found.level, found.done = self.value(found.node, found.scope), self.level, True
        elif found.level != self.level and looks_at_node(found.value):
            raise mistake(NOT_IN_CORE, "this looks at another node than the one folded over", span)
        return found.value

    # ------------------------------------------------------------ comparisons

    def compared(self, operator: Operator, left: Value, right: Value, span: Span) -> Value:
        """A comparison. Those of expressions are remembered, as the same sums are compared time and again."""
        if not (is_expr(left) and (is_expr(right) or type(right) is int)):
            return operators.compare(operator, left, right, span)
        key = (operator, left, right)
        known = self._comparisons.get(key)
        if known is None:
            known = self._comparisons[key] = operators.compare(operator, left, right, span)
        return known

    # ------------------------------------------------------------ attributes and functions

    def attribute(self, target: Value, name: str, span: Span) -> Value:
        """What follows a dot: state, a fixed attribute, or a function of one argument, in this order."""
        if isinstance(target, Component):
            return self.store.read(target.name, name, self, span)
        owner = owner_of(target)
        if owner is not None and self.store.has(owner, name):
            return self.store.read_at(target, owner, name, self, span)
        if isinstance(target, Pod) and self.store.is_coordinate(name):
            found = pod_coordinate(target, name)
            return None if found is MISSING else self.store.typed(name, found)
        found = attribute(target, name)
        if found is not MISSING:
            return found
        candidates = self.library.functions.get(name, ())
        for function in candidates:
            if len(function.params) == 1 and admits(function.params[0][1], target):
                return self.apply(function, (target,), span)
        builtin = self.library.builtin(name)
        if builtin is not None:
            return builtin(self, (target,), span)
        help = did_you_mean(name, self._attributes(target, owner))
        raise mistake(UNKNOWN_NAME, f"{describe(target)} has no {name}", span, help)

    def _attributes(self, target: Value, owner: str | None) -> Iterator[str]:
        """What could have followed the dot."""
        yield from attribute_names(target)
        if owner is not None:
            yield from self.store.names(owner)
        for name, versions in self.library.functions.items():
            if any(len(f.params) == 1 and admits(f.params[0][1], target) for f in versions):
                yield name

    def apply(self, function: Function, arguments: tuple[Value, ...], span: Span) -> Value:
        """A function of the models or of a component, remembered by its arguments."""
        if len(arguments) != len(function.params):
            raise mistake(TYPE, f"{function.name} takes {len(function.params)} arguments, found {len(arguments)}", span)
        key = (id(function), arguments, self.level)
        try:
            if key in self._memo:
                return self._memo[key]
        except TypeError:
            return self._body(function, arguments)
        result = self._memo[key] = self._body(function, arguments)
        return result

    def _body(self, function: Function, arguments: tuple[Value, ...]) -> Value:
        names = {name: argument for (name, _), argument in zip(function.params, arguments, strict=True)}
        return self.value(function.body, Scope(names, function.scope))

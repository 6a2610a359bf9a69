"""Expressions of components and properties.

What the design fixes is computed; what a run changes becomes core expressions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from functools import partial
from typing import TYPE_CHECKING

from kspec.core import build
from kspec.elaborate.behaviour import operators
from kspec.elaborate.behaviour.attributes import attribute, pod_coordinate
from kspec.elaborate.behaviour.literals import literal
from kspec.elaborate.behaviour.mistakes import NOT_IN_CORE, TYPE, UNKNOWN_NAME, UNSUPPORTED, mistake
from kspec.elaborate.behaviour.resolve import named, referenced
from kspec.elaborate.behaviour.scope import NOTHING, Function, Lazy, Scope, StateRef, looks_at_node
from kspec.elaborate.behaviour.sets import Interval, NodeRef, NodeSet, Pod
from kspec.elaborate.behaviour.static import MISSING, field_of
from kspec.elaborate.behaviour.store import Store, owner_of
from kspec.elaborate.behaviour.things import Life, Place, Revision, Thing
from kspec.elaborate.behaviour.types import admits
from kspec.elaborate.behaviour.values import Component, Symbol, Value, as_expr, as_term, describe, is_expr, known
from kspec.elaborate.behaviour.world import World
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
        self._by: dict[type, Callable[..., Value]] = {
            n.Name: partial(named, self),
            n.Number: self._number,
            n.Text: self._text,
            n.Boolean: lambda node, _: node.value,
            n.Null: lambda node, _: None,
            n.List: lambda node, scope: tuple(self.value(item, scope) for item in node.items),
            n.ListOf: self._list_of,
            n.Unary: self._unary,
            n.Binary: self._binary,
            n.Range: self._range,
            n.Conditional: self._conditional,
            n.Quantified: self._quantified,
            n.Attribute: self._attribute,
            n.Index: self._index,
            n.Call: self._call,
            n.Reference: partial(referenced, self),
            n.Pick: lambda node, _: node,
            n.Qualified: lambda node, _: node.text,
        }

    def value(self, node: n.Expr, scope: Scope) -> Value:
        """What an expression denotes. Raises `Mistake`."""
        evaluate = self._by.get(type(node))
        if evaluate is None:
            raise mistake(UNSUPPORTED, "this form has no meaning here", node.span)
        return evaluate(node, scope)

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

    # ------------------------------------------------------------ literals and operators

    def _number(self, node: n.Number, scope: Scope) -> Value:
        return literal(node)

    def _text(self, node: n.Text, scope: Scope) -> Value:
        if node.literal is not None:
            return node.literal
        parts = [part if isinstance(part, str) else _plain(self.value(part, scope), part.span) for part in node.parts]
        return "".join(parts)

    def _unary(self, node: n.Unary, scope: Scope) -> Value:
        operand = self.value(node.operand, scope)
        return (
            operators.not_(operand, node.span)
            if node.operator is Operator.NOT
            else operators.negative(operand, node.span)
        )

    def _binary(self, node: n.Binary, scope: Scope) -> Value:
        match node.operator:
            case Operator.AND | Operator.OR | Operator.IMPLIES:
                return self._connective(node, scope)
            case Operator.IN:
                return self._member(self.value(node.left, scope), self.value(node.right, scope), node.span)
            case Operator.NOT_IN:
                found = self._member(self.value(node.left, scope), self.value(node.right, scope), node.span)
                return operators.not_(found, node.span)
            case Operator.ADD | Operator.SUB | Operator.MUL | Operator.DIV | Operator.MOD:
                left, right = self.value(node.left, scope), self.value(node.right, scope)
                return operators.arithmetic(node.operator, left, right, node.span)
            case _:
                return self._compared(node, self.value(node.left, scope), self.value(node.right, scope))

    def _compared(self, node: n.Binary, left: Value, right: Value) -> Value:
        """A comparison. Those of expressions are remembered, as the same sums are compared time and again."""
        if not (is_expr(left) and (is_expr(right) or type(right) is int)):
            return operators.compare(node.operator, left, right, node.span)
        key = (node.operator, left, right)
        if key not in self._comparisons:
            self._comparisons[key] = operators.compare(node.operator, left, right, node.span)
        return self._comparisons[key]

    def _connective(self, node: n.Binary, scope: Scope) -> Value:
        """The right side is not looked at where the left decides."""
        left = self.truth(node.left, scope)
        if node.operator is Operator.IMPLIES:
            left = operators.not_(left, node.span)
        decides = node.operator is not Operator.AND
        if isinstance(left, bool):
            return decides if left is decides else self.truth(node.right, scope)
        join = build.or_ if decides else build.and_
        return known(join(as_term(left), as_term(self.truth(node.right, scope))))

    def _member(self, item: Value, container: Value, span: Span) -> Value:
        match container:
            case tuple():
                found: Value = False
                for other in container:
                    same = operators.equal(item, other, span)
                    if same is True:
                        return True
                    found = known(build.or_(as_term(found), as_term(same)))
                return found
            case Interval(low, high):
                low_enough = operators.compare(Operator.LE, low, item, span)
                high_enough = operators.compare(Operator.LE, item, high, span)
                return known(build.and_(as_term(low_enough), as_term(high_enough)))
            case NodeSet() if isinstance(item, NodeRef):
                return item.place in container.places and all(test(item) is True for test in container.tests)
            case dict():
                return item in container
            case None:
                return False
            case _:
                raise mistake(TYPE, f"`in` needs a list, found {describe(container)}", span)

    def _range(self, node: n.Range, scope: Scope) -> Value:
        low, high = self.value(node.low, scope), self.value(node.high, scope)
        if isinstance(low, int) and isinstance(high, int):
            return Interval(low, high)
        raise mistake(TYPE, "the ends of a range are fixed whole numbers", node.span)

    def _conditional(self, node: n.Conditional, scope: Scope) -> Value:
        condition = self.truth(node.condition, scope)
        if isinstance(condition, bool):
            return self.value(node.yes if condition else node.no, scope)
        yes, no = self.value(node.yes, scope), self.value(node.no, scope)
        return operators.choose(as_expr(condition), yes, no, node.span)

    # ------------------------------------------------------------ attributes, calls, sets

    def _attribute(self, node: n.Attribute, scope: Scope) -> Value:
        return self.attribute(self.value(node.target, scope), node.name.text, node.name.span)

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
        raise mistake(UNKNOWN_NAME, f"{describe(target)} has no {name}", span)

    def _index(self, node: n.Index, scope: Scope) -> Value:
        target, index = self.value(node.target, scope), self.value(node.index, scope)
        match target:
            case tuple() if isinstance(index, int):
                return target[index] if -len(target) <= index < len(target) else None
            case None:
                return None
            case _ if isinstance(index, str):
                found = field_of(target, index)
                return None if found is MISSING else found
            case _:
                raise mistake(TYPE, f"{describe(target)} has no element {describe(index)}", node.span)

    def _call(self, node: n.Call, scope: Scope) -> Value:
        from kspec.elaborate.behaviour.folds import fold_call, is_fold

        function, span = node.function, node.span
        before: tuple[Value, ...] = ()
        if isinstance(function, n.Attribute):
            name, before = function.name.text, (self.value(function.target, scope),)
        elif isinstance(function, n.Name):
            name = function.text
        else:
            raise mistake(TYPE, "only a name can be called", span)
        local = scope.find(name) if not before else NOTHING
        if isinstance(local, Function):
            return self.apply(local, self._arguments(node, scope), span)
        if not before and is_fold(name, node.args):
            return fold_call(self, name, node, scope)
        arguments = (*before, *self._arguments(node, scope))
        for candidate in self.library.functions.get(name, ()):
            if len(candidate.params) == len(arguments) and all(
                admits(declared, argument) for (_, declared), argument in zip(candidate.params, arguments, strict=True)
            ):
                return self.apply(candidate, arguments, span)
        builtin = self.library.builtin(name)
        if builtin is None:
            raise self._no_function(name, arguments, node)
        return builtin(self, arguments, span)

    def _arguments(self, node: n.Call, scope: Scope) -> tuple[Value, ...]:
        out = []
        for arg in node.args:
            match arg:
                case n.Named(value=value):
                    out.append(self.value(value, scope))
                case n.Filtered() | n.Generator() | n.Amount():
                    raise mistake(TYPE, "this argument is only for count, sum, min, max, any, all and none", arg.span)
                case _:
                    out.append(self.value(arg, scope))
        return tuple(out)

    def _no_function(self, name: str, arguments: Sequence[Value], node: n.Call) -> Exception:
        versions = self.library.functions.get(name, ())
        if versions:
            given = ", ".join(describe(a) for a in arguments)
            wanted = " or ".join(f"({', '.join(t for _, t in v.params)})" for v in versions)
            return mistake(TYPE, f"{name} takes {wanted}, found ({given})", node.span)
        close = get_close_matches(name, self.library.names(), 1)
        help = f"did you mean {close[0]}?" if close else None
        return mistake(UNKNOWN_NAME, f"there is no function {name}", node.span, help)

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

    def _list_of(self, node: n.ListOf, scope: Scope) -> Value:
        from kspec.elaborate.behaviour.folds import list_of

        return list_of(self, node, scope)

    def _quantified(self, node: n.Quantified, scope: Scope) -> Value:
        from kspec.elaborate.behaviour.folds import quantified

        return quantified(self, node, scope)


def _plain(value: Value, span: Span) -> str:
    match value:
        case str():
            return value
        case Symbol(text):
            return text
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case Thing() | Revision():
            return value.name
        case _:
            raise mistake(TYPE, f"{describe(value)} has no text that is known beforehand", span)

"""Counting and quantifying: over pods and nodes these become aggregates of the core, over lists they unfold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import TYPE_CHECKING

from kspec.core import build
from kspec.core.expr import UNLIMITED, Expr, Fold
from kspec.elaborate.behaviour import operators
from kspec.elaborate.behaviour.counting import all_of, count_pods, folded, some_node, sum_nodes
from kspec.elaborate.behaviour.mistakes import NOT_IN_CORE, TYPE, mistake
from kspec.elaborate.behaviour.reads import uses
from kspec.elaborate.behaviour.scope import NOTHING, Scope
from kspec.elaborate.behaviour.sets import Interval, NodeRef, NodeSet, Pod, PodSet
from kspec.elaborate.behaviour.values import Value, as_term, describe, is_integer, known
from kspec.source.text import Span
from kspec.syntax import nodes as n
from kspec.syntax.nodes import Operator, Quantifier

if TYPE_CHECKING:
    from kspec.elaborate.behaviour.evaluator import Evaluator

_FOLDS = frozenset({"count", "sum", "min", "max", "any", "all", "none"})


def is_fold(name: str, args: Sequence[n.Argument]) -> bool:
    """`count(...)`, and the others where their one argument ranges over a set."""
    if name not in _FOLDS or len(args) != 1:
        return False
    arg = args[0]
    ranges = isinstance(arg, n.Generator) or (isinstance(arg, n.Filtered) and _binds(arg.value))
    return ranges or name == "count" or (name in ("any", "all", "none") and _binds(arg))


def _binds(node: object) -> bool:
    return isinstance(node, n.Binary) and node.operator is Operator.IN and isinstance(node.left, n.Name)


@dataclass(frozen=True, slots=True)
class _Range:
    """`body for variable in source where condition`."""

    variable: str
    source: Value
    condition: n.Expr | None
    body: n.Expr | None
    scope: Scope
    span: Span

    def at(self, element: Value) -> Scope:
        """The scope in which the variable is this element."""
        return self.scope.child({self.variable: element})

    def keeps(self, evaluator: Evaluator, element: Value) -> bool | Expr:
        """The condition at an element. One that speaks of nothing else around is asked once for each."""
        condition = self.condition
        if condition is None:
            return True
        if not (isinstance(element, Pod | NodeRef) and self._alone(evaluator, condition)):
            return evaluator.truth(condition, self.at(element))  # type: ignore[return-value]
        key = (id(condition), element, evaluator.level)
        if key not in evaluator.kept:
            evaluator.kept[key] = evaluator.truth(condition, self.at(element))
        return evaluator.kept[key]  # type: ignore[return-value]

    def _alone(self, evaluator: Evaluator, condition: n.Expr) -> bool:
        words = evaluator.words.get(id(condition))
        if words is None:
            words = evaluator.words[id(condition)] = uses((condition,)).reads - {self.variable}
        return all(self.scope.find(word) is NOTHING for word in words)


def fold_call(evaluator: Evaluator, name: str, node: n.Call, scope: Scope) -> Value:
    """The value of `count(p in S where c)`, `sum(e for x in S)` and the like."""
    over = _range(evaluator, node.args[0], scope, node.span)
    if name in ("any", "none", "all") and over.body is None:
        over = replace(over, body=over.condition, condition=None)
    match name:
        case "count":
            return _sum(evaluator, over, None)
        case "sum":
            return _sum(evaluator, over, over.body)
        case "any":
            return _some(evaluator, over)
        case "none":
            return operators.not_(_some(evaluator, over), node.span)
        case "all":
            return _every(evaluator, over)
        case _:
            return _extreme(evaluator, over, Fold.MIN if name == "min" else Fold.MAX)


def _range(evaluator: Evaluator, arg: n.Argument, scope: Scope, span: Span) -> _Range:
    match arg:
        case n.Generator(body=body, variable=variable, source=source, condition=condition):
            return _Range(variable.text, evaluator.value(source, scope), condition, body, scope, span)
        case n.Filtered(value=n.Binary() as member, condition=condition) if _binds(member):
            assert isinstance(member.left, n.Name)
            return _Range(member.left.text, evaluator.value(member.right, scope), condition, None, scope, span)
        case n.Binary() if _binds(arg):
            assert isinstance(arg.left, n.Name)
            return _Range(arg.left.text, evaluator.value(arg.right, scope), None, None, scope, span)
        case n.Filtered() | n.Named() | n.Amount():
            raise mistake(TYPE, "expected `x in set where condition`", span)
        case _:
            return _Range("_", evaluator.value(arg, scope), None, None, scope, span)


def list_of(evaluator: Evaluator, node: n.ListOf, scope: Scope) -> Value:
    """`[body for x in source where condition]`: a list, or a set of pods or nodes with one more test."""
    source = evaluator.value(node.source, scope)
    over = _Range(node.variable.text, source, node.condition, node.body, scope, node.span)
    if isinstance(source, PodSet | NodeSet):
        if not (isinstance(node.body, n.Name) and node.body.text == over.variable):
            raise mistake(TYPE, "a set of pods or nodes can be filtered, not mapped", node.span)
        if node.condition is None:
            return source
        condition = node.condition

        def test(element: Value) -> Value:
            return evaluator.truth(condition, over.at(element))

        return source.having(test)
    out = []
    for element in _elements(source, over.span):
        kept = over.keeps(evaluator, element)
        if not isinstance(kept, bool):
            raise mistake(NOT_IN_CORE, "which elements a list has is fixed by the design", node.span)
        if kept:
            out.append(evaluator.value(node.body, over.at(element)))
    return tuple(out)


def quantified(evaluator: Evaluator, node: n.Quantified, scope: Scope) -> Value:
    """`forall x in S: f`, `exists x in S: f`; several variables range over a list."""
    first, *rest = node.variables
    body: n.Expr = node.body
    if rest:
        body = n.Quantified(node.quantifier, tuple(rest), node.source, node.body, span=node.span)
    source = evaluator.value(node.source, scope)
    if rest and isinstance(source, PodSet | NodeSet):
        raise mistake(
            NOT_IN_CORE, "two pods or two nodes at once cannot be told apart", node.span, "count them instead"
        )
    over = _Range(first.text, source, None, body, scope, node.span)
    return (_every if node.quantifier is Quantifier.FORALL else _some)(evaluator, over)


def _elements(source: Value, span: Span) -> tuple[Value, ...]:
    match source:
        case tuple():
            return source
        case Interval(low, high):
            return tuple(range(low, high + 1))
        case dict():
            return tuple(source)
        case None:
            return ()
        case _:
            raise mistake(TYPE, f"expected a set or a list, found {describe(source)}", span)


def _weigher(evaluator: Evaluator, over: _Range, body: n.Expr | None) -> Callable[[Value], Value]:
    """How much an element counts: its body's value where its condition holds."""

    def weigh(element: Value) -> Value:
        kept = over.keeps(evaluator, element)
        if kept is False or body is None:
            return kept
        weight = evaluator.value(body, over.at(element))
        return weight if kept is True else operators.choose(kept, weight, False, over.span)

    return weigh


def _sum(evaluator: Evaluator, over: _Range, body: n.Expr | None) -> Value:
    weigh = _weigher(evaluator, over, body)
    match over.source:
        case PodSet():
            return count_pods(evaluator, over.source, weigh, over.span)
        case NodeSet():
            return sum_nodes(evaluator, over.source, weigh, over.span)
        case _:
            weights = [weigh(element) for element in _elements(over.source, over.span)]
            weights = [operators.number(w, over.span) if body is None or isinstance(w, bool) else w for w in weights]
            if all(is_integer(weight) for weight in weights):
                return known(build.total(as_term(weight) for weight in weights))
            return reduce(lambda one, two: operators.arithmetic(Operator.ADD, one, two, over.span), weights)


def _some(evaluator: Evaluator, over: _Range, *, fails: bool = False) -> Value:
    """Some element meets the condition and the body (or `fails` it)."""
    body = over.body
    if body is None:
        return operators.compare(Operator.GT, _sum(evaluator, over, None), 0, over.span)

    def holds(element: Value) -> Value:
        kept = over.keeps(evaluator, element)
        if kept is False:
            return False
        met: Value = evaluator.truth(body, over.at(element))
        if fails:
            met = operators.not_(met, body.span)
        return met if kept is True else known(build.and_(as_term(kept), as_term(met)))

    match over.source:
        case PodSet():
            found = count_pods(evaluator, over.source, holds, over.span)
            return operators.compare(Operator.GT, found, 0, over.span)
        case NodeSet():
            return some_node(evaluator, over.source, holds, over.span)
        case _:
            result: Value = False
            for element in _elements(over.source, over.span):
                result = known(build.or_(as_term(result), as_term(holds(element))))
                if result is True:
                    break
            return result


def _every(evaluator: Evaluator, over: _Range) -> Value:
    """No element that meets the condition fails the body."""
    if over.body is None:
        return True
    if not isinstance(over.source, PodSet | NodeSet):
        return _each_holds(evaluator, over, over.body)
    return operators.not_(_some(evaluator, over, fails=True), over.span)


def _each_holds(evaluator: Evaluator, over: _Range, body: n.Expr) -> Value:
    result: Value = True
    for element in _elements(over.source, over.span):
        kept = over.keeps(evaluator, element)
        if kept is False:
            continue
        met = evaluator.truth(body, over.at(element))
        if kept is not True:
            met = known(build.implies(as_term(kept), as_term(met)))
        result = known(build.and_(as_term(result), as_term(met)))
        if result is False:
            break
    return result


def _extreme(evaluator: Evaluator, over: _Range, fold: Fold) -> Value:
    """The least or greatest value; over nothing it is out of reach (see `kspec.core.expr.UNLIMITED`)."""
    nothing = UNLIMITED if fold is Fold.MIN else -UNLIMITED
    if over.body is None or isinstance(over.source, PodSet):
        raise mistake(TYPE, "expected `value for x in set`, where the set is of nodes or a list", over.span)
    body = over.body

    def value(element: Value) -> Expr | int | None:
        """What an element gives; None of one that is never meant, for real amounts may be out of reach too."""
        kept = over.keeps(evaluator, element)
        if kept is False:
            return None
        inner = operators.number(evaluator.value(body, over.at(element)), over.span)
        return inner if kept is True else build.ite(kept, inner, nothing)

    pick = build.min_ if fold is Fold.MIN else build.max_
    if not isinstance(over.source, NodeSet):
        values = [v for element in _elements(over.source, over.span) if (v := value(element)) is not None]
        return known(pick(*values, nothing)) if not values else known(pick(*values))
    groups: dict[Expr, list[int]] = {}
    for place in over.source.places:
        with evaluator.folding() as level:
            node = NodeRef(place, level)
            kept = all_of(test(node) for test in over.source.tests)
            inner = None if kept is False else value(node)
        if inner is not None:
            groups.setdefault(build.lift(build.ite(as_term(kept), inner, nothing)), []).append(place.index)
    parts = [folded(fold, classes, reached, over.span) for reached, classes in groups.items()]
    return known(pick(*parts)) if parts else nothing


__all__ = ["fold_call", "is_fold", "list_of", "quantified"]

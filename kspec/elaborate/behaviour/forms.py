"""What each form of expression does, as a Python function of the scope.

It is made once for a piece of text, and called for every object, node and pod that the text is asked about. Making one
raises nothing: a mistake is one where the expression is evaluated.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from kspec.core import build
from kspec.elaborate.behaviour import operators
from kspec.elaborate.behaviour.calls import call
from kspec.elaborate.behaviour.cpu import in_thousandths
from kspec.elaborate.behaviour.folds import list_of, quantified
from kspec.elaborate.behaviour.literals import literal
from kspec.elaborate.behaviour.mistakes import TYPE, UNSUPPORTED, Mistake, mistake
from kspec.elaborate.behaviour.resolve import named, names_same_thing, referenced
from kspec.elaborate.behaviour.scope import NOTHING, Lazy, Scope, StateRef
from kspec.elaborate.behaviour.sets import Interval, NodeRef, NodeSet
from kspec.elaborate.behaviour.static import MISSING, field_of
from kspec.elaborate.behaviour.things import Revision, Thing
from kspec.elaborate.behaviour.values import Symbol, Value, as_expr, as_term, describe, known
from kspec.source.text import Span
from kspec.syntax import nodes as n
from kspec.syntax.nodes import Operator

if TYPE_CHECKING:
    from kspec.elaborate.behaviour.evaluator import Evaluator

Code: TypeAlias = Callable[[Scope], Value]
"""The value of an expression in a scope."""


def code_of(evaluator: Evaluator, node: n.Expr) -> Code:
    """The function for an expression."""
    make = _FORMS.get(type(node))
    return _without_meaning(node) if make is None else make(evaluator, node)


def _without_meaning(node: n.Expr) -> Code:
    def refuse(scope: Scope) -> Value:
        raise mistake(UNSUPPORTED, "this form has no meaning here", node.span)

    return refuse


def _constant(value: Value) -> Code:
    return lambda scope: value


# ---------------------------------------------------------------- words and literals


def _name(evaluator: Evaluator, node: n.Name) -> Code:
    text, span, resolved = node.text, node.span, evaluator.resolved
    meaning: Value = NOTHING

    def read(scope: Scope) -> Value:
        nonlocal meaning
        inner: Scope | None = scope
        while inner is not None:
            found = inner.names.get(text, NOTHING)
            if found is not NOTHING:
                kind = type(found)
                return resolved(found, span) if kind is Lazy or kind is StateRef else found
            inner = inner.parent
        if meaning is NOTHING:
            found = named(evaluator, node, scope)
            if not names_same_thing(evaluator, text):
                return found
            meaning = found
        return meaning

    return read


def _number(evaluator: Evaluator, node: n.Number) -> Code:
    try:
        return _constant(literal(node))
    except Mistake:
        return lambda scope: literal(node)


def _text(evaluator: Evaluator, node: n.Text) -> Code:
    if node.literal is not None:
        return _constant(node.literal)
    parts = [part if isinstance(part, str) else (evaluator.code(part), part.span) for part in node.parts]

    def joined(scope: Scope) -> Value:
        return "".join([part if isinstance(part, str) else _plain(part[0](scope), part[1]) for part in parts])

    return joined


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


def _list(evaluator: Evaluator, node: n.List) -> Code:
    items = [evaluator.code(item) for item in node.items]
    return lambda scope: tuple([item(scope) for item in items])


# ---------------------------------------------------------------- operators


def _unary(evaluator: Evaluator, node: n.Unary) -> Code:
    operand, span = evaluator.code(node.operand), node.span
    turn = operators.not_ if node.operator is Operator.NOT else operators.negative
    return lambda scope: turn(operand(scope), span)


def _binary(evaluator: Evaluator, node: n.Binary) -> Code:
    operator, span = node.operator, node.span
    left = evaluator.code(in_thousandths(node.left, node.right))
    right = evaluator.code(in_thousandths(node.right, node.left))
    match operator:
        case Operator.AND | Operator.OR | Operator.IMPLIES:
            return _connective(node, left, right)
        case Operator.IN:
            return lambda scope: _member(left(scope), right(scope), span)
        case Operator.NOT_IN:
            return lambda scope: operators.not_(_member(left(scope), right(scope), span), span)
        case Operator.ADD | Operator.SUB | Operator.MUL | Operator.DIV | Operator.MOD:
            return lambda scope: operators.arithmetic(operator, left(scope), right(scope), span)
        case _:
            compared = evaluator.compared
            return lambda scope: compared(operator, left(scope), right(scope), span)


def _connective(node: n.Binary, left: Code, right: Code) -> Code:
    """The right side is not looked at where the left decides."""
    truth, span = operators.truth, node.span
    before, after = node.left.span, node.right.span
    premise = node.operator is Operator.IMPLIES
    decides = node.operator is not Operator.AND
    join = build.or_ if decides else build.and_

    def joined(scope: Scope) -> Value:
        one = truth(left(scope), before)
        if premise:
            one = truth(operators.not_(one, span), before)
        if one is True or one is False:
            return decides if one is decides else truth(right(scope), after)
        return known(join(as_term(one), as_term(truth(right(scope), after))))

    return joined


def _member(item: Value, container: Value, span: Span) -> Value:
    match container:
        case tuple():
            found: Value = False
            for other in container:
                same = operators.equal(item, other, span)
                if same is True:
                    return True
                if same is not False:
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


def _range(evaluator: Evaluator, node: n.Range) -> Code:
    low, high, span = evaluator.code(node.low), evaluator.code(node.high), node.span

    def between(scope: Scope) -> Value:
        first, last = low(scope), high(scope)
        if isinstance(first, int) and isinstance(last, int):
            return Interval(first, last)
        raise mistake(TYPE, "the ends of a range are fixed whole numbers", span)

    return between


def _conditional(evaluator: Evaluator, node: n.Conditional) -> Code:
    condition, yes, no = evaluator.code(node.condition), evaluator.code(node.yes), evaluator.code(node.no)
    asked, span = node.condition.span, node.span

    def chosen(scope: Scope) -> Value:
        met = operators.truth(condition(scope), asked)
        if isinstance(met, bool):
            return yes(scope) if met else no(scope)
        return operators.choose(as_expr(met), yes(scope), no(scope), span)

    return chosen


# ---------------------------------------------------------------- attributes and elements


def _attribute(evaluator: Evaluator, node: n.Attribute) -> Code:
    target, name, span = evaluator.code(node.target), node.name.text, node.name.span
    attribute = evaluator.attribute
    return lambda scope: attribute(target(scope), name, span)


def _index(evaluator: Evaluator, node: n.Index) -> Code:
    target, index, span = evaluator.code(node.target), evaluator.code(node.index), node.span
    return lambda scope: _element(target(scope), index(scope), span)


def _element(target: Value, index: Value, span: Span) -> Value:
    match target:
        case tuple() if isinstance(index, int):
            return target[index] if -len(target) <= index < len(target) else None
        case None:
            return None
        case _ if isinstance(index, str):
            found = field_of(target, index)
            return None if found is MISSING else found
        case _:
            raise mistake(TYPE, f"{describe(target)} has no element {describe(index)}", span)


def _asking(ask: Callable[[Evaluator, Any, Scope], Value]) -> Callable[[Evaluator, Any], Code]:
    """For a form whose meaning is a function of evaluator, node and scope."""
    return lambda evaluator, node: partial(ask, evaluator, node)


_FORMS: dict[type, Callable[[Evaluator, Any], Code]] = {
    n.Name: _name,
    n.Number: _number,
    n.Text: _text,
    n.Boolean: lambda evaluator, node: _constant(node.value),
    n.Null: lambda evaluator, node: _constant(None),
    n.List: _list,
    n.ListOf: _asking(list_of),
    n.Unary: _unary,
    n.Binary: _binary,
    n.Range: _range,
    n.Conditional: _conditional,
    n.Quantified: _asking(quantified),
    n.Attribute: _attribute,
    n.Index: _index,
    n.Call: call,
    n.Reference: _asking(referenced),
    n.Pick: lambda evaluator, node: _constant(node),
    n.Qualified: lambda evaluator, node: _constant(node.text),
}

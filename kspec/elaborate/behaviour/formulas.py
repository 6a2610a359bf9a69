"""Properties: the temporal form of a formula, and its meaning on states."""

from __future__ import annotations

from dataclasses import dataclass

from kspec.core.build import not_
from kspec.core.expr import TRUE
from kspec.core.property import Property, PropertyKind
from kspec.elaborate.behaviour.evaluator import Evaluator
from kspec.elaborate.behaviour.mistakes import UNSUPPORTED, Mistake, mistake
from kspec.elaborate.behaviour.scope import Scope
from kspec.elaborate.behaviour.values import as_expr
from kspec.syntax import nodes as n
from kspec.syntax.nodes import Operator, TemporalOperator


@dataclass(frozen=True, slots=True)
class Asked:
    """A property without its temporal words: the premise and the formula are about single states."""

    kind: PropertyKind
    premise: n.Expr | None
    formula: n.Expr
    negated: bool = False


def shape(node: n.Property) -> Asked:
    """What kind of question a property is. Raises `Mistake` for temporal forms that are not supported.

    `p leads_to q` may stand in an invariant or a goal, by itself or after `always`; `always p => eventually q` and
    `always eventually q` (from everywhere) are other words for it.
    """
    formula = node.formula
    if node.kind is not n.PropertyKind.WITNESS and (owed := _leads_to(formula)) is not None:
        return owed
    match node.kind:
        case n.PropertyKind.WITNESS:
            return _plain(PropertyKind.WITNESS, _stripped(formula, TemporalOperator.EVENTUALLY))
        case n.PropertyKind.GOAL:
            return _plain(PropertyKind.GOAL, _goal(formula))
        case n.PropertyKind.INVARIANT:
            return _invariant(formula)


def _leads_to(formula: n.Expr) -> Asked | None:
    """What leads to what, where a formula says so."""
    match formula:
        case n.Temporal(operator=TemporalOperator.ALWAYS, bound=None, body=body):
            return _leads_to_body(body)
        case n.LeadsTo(left=premise, right=right, bound=None, until=False):
            _check_plain(premise)
            _check_plain(right)
            return Asked(PropertyKind.LEADS_TO, premise, right)
        case _:
            return None


def _leads_to_body(body: n.Expr) -> Asked | None:
    match body:
        case n.LeadsTo():
            return _leads_to(body)
        case n.Temporal(operator=TemporalOperator.EVENTUALLY, bound=None, body=formula):
            if isinstance(formula, n.Temporal):
                return None
            return _plain(PropertyKind.LEADS_TO, formula)
        case n.Binary(
            operator=Operator.IMPLIES,
            left=premise,
            right=n.Temporal(operator=TemporalOperator.EVENTUALLY, bound=None, body=formula),
        ):
            _check_plain(premise)
            _check_plain(formula)
            return Asked(PropertyKind.LEADS_TO, premise, formula)
        case _:
            return None


def _goal(formula: n.Expr) -> n.Expr:
    match formula:
        case n.Temporal(
            operator=TemporalOperator.EVENTUALLY,
            bound=None,
            body=n.Temporal(operator=TemporalOperator.ALWAYS, bound=None, body=body),
        ):
            return body
        case n.Temporal() | n.LeadsTo():
            raise _unsupported(formula, _help(formula, "a goal reads `eventually always f`, or `p leads_to q`"))
        case _:
            return formula


def _invariant(formula: n.Expr) -> Asked:
    match formula:
        case n.Temporal(operator=TemporalOperator.ALWAYS, bound=None, body=body):
            return _implication(body)
        case n.Temporal(operator=TemporalOperator.NEVER, bound=None, body=body):
            _check_plain(body)
            return Asked(PropertyKind.INVARIANT, None, body, negated=True)
        case n.Temporal(
            operator=TemporalOperator.EVENTUALLY,
            bound=None,
            body=n.Temporal(operator=TemporalOperator.ALWAYS, bound=None, body=body),
        ):
            return _plain(PropertyKind.GOAL, body)
        case n.Temporal() | n.LeadsTo():
            forms = "an invariant reads `always f`, `always p => f`, `never f` or `p leads_to q`"
            raise _unsupported(formula, _help(formula, forms))
        case _:
            return _implication(formula)


def _implication(body: n.Expr) -> Asked:
    if isinstance(body, n.Binary) and body.operator is Operator.IMPLIES:
        _check_plain(body.left)
        _check_plain(body.right)
        return Asked(PropertyKind.INVARIANT, body.left, body.right)
    return _plain(PropertyKind.INVARIANT, body)


def _stripped(formula: n.Expr, word: TemporalOperator) -> n.Expr:
    return formula.body if isinstance(formula, n.Temporal) and formula.operator is word else formula


def _plain(kind: PropertyKind, body: n.Expr) -> Asked:
    _check_plain(body)
    return Asked(kind, None, body)


def _check_plain(body: n.Expr) -> None:
    if isinstance(body, n.Temporal | n.LeadsTo):
        raise _unsupported(body, "temporal words stand at the front of a formula")
    if isinstance(body, n.Binary):
        _check_plain(body.left)
        _check_plain(body.right)


def _help(formula: n.Expr, forms: str) -> str:
    """The way out: for bounds of time it is a script, which knows the time."""
    inner = formula
    while isinstance(inner, n.Temporal) and inner.bound is None:
        inner = inner.body
    if isinstance(inner, n.Temporal | n.LeadsTo) and inner.bound is not None:
        return "leave `within` out; how long something takes is asked in a scenario: `wait 5m  expect ...`"
    return forms


def _unsupported(node: n.Expr, help: str) -> Mistake:
    return mistake(UNSUPPORTED, "this temporal form is not supported yet", node.span, help)


def meaning(evaluator: Evaluator, node: n.Property, asked: Asked, scope: Scope) -> Property:
    """The property as the core has it; `scope` are the names it sees."""
    formula = as_expr(evaluator.truth(asked.formula, scope))
    premise = TRUE if asked.premise is None else as_expr(evaluator.truth(asked.premise, scope))
    return Property(
        node.name.text, asked.kind, not_(formula) if asked.negated else formula, premise, node.title or "", node.span
    )

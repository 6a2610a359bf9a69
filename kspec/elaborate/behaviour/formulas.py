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
    """What kind of question a property is. Raises `Mistake` for temporal forms that are not supported."""
    formula = node.formula
    match node.kind:
        case n.PropertyKind.WITNESS:
            return _plain(PropertyKind.WITNESS, _stripped(formula, TemporalOperator.EVENTUALLY))
        case n.PropertyKind.GOAL:
            return _plain(PropertyKind.GOAL, _goal(formula))
        case n.PropertyKind.INVARIANT:
            return _invariant(formula)


def _goal(formula: n.Expr) -> n.Expr:
    match formula:
        case n.Temporal(
            operator=TemporalOperator.EVENTUALLY,
            bound=None,
            body=n.Temporal(operator=TemporalOperator.ALWAYS, bound=None, body=body),
        ):
            return body
        case n.Temporal() | n.LeadsTo():
            raise _unsupported(formula, "a goal reads `eventually always f`")
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
            raise _unsupported(formula, "an invariant reads `always f`, `always p => f` or `never f`")
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


def _unsupported(node: n.Expr, help: str) -> Mistake:
    return mistake(UNSUPPORTED, "this temporal form is not supported yet", node.span, help)


def meaning(evaluator: Evaluator, node: n.Property, asked: Asked) -> Property:
    """The property as the core has it."""
    scope = Scope()
    formula = as_expr(evaluator.truth(asked.formula, scope))
    premise = TRUE if asked.premise is None else as_expr(evaluator.truth(asked.premise, scope))
    return Property(
        node.name.text, asked.kind, not_(formula) if asked.negated else formula, premise, node.title or "", node.span
    )

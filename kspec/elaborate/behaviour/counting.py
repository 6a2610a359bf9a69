"""Counts of pods and sums over nodes, as expressions of the core.

A weight is a truth value or a fixed number; what counts is grouped by node class, and classes whose nodes contribute
alike become one aggregate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from kspec.core import build
from kspec.core.expr import FALSE, TRUE, Aggregate, Apply, Expr, Fold, Local, Op, walk
from kspec.core.linear import conjuncts
from kspec.elaborate.behaviour.mistakes import NOT_IN_CORE, TYPE, mistake
from kspec.elaborate.behaviour.sets import NodeRef, NodeSet, Pod, PodSet, places_of
from kspec.elaborate.behaviour.things import Place
from kspec.elaborate.behaviour.values import Value, as_expr, as_term, describe, is_expr, is_truth, known
from kspec.source.text import Span

if TYPE_CHECKING:
    from kspec.elaborate.behaviour.evaluator import Evaluator

Weigh = Callable[[Value], Value]

_OUT_OF_REACH = 10**18
"""More than anything that is counted, bytes of memory included."""


def count_pods(evaluator: Evaluator, pods: PodSet, weigh: Weigh, span: Span) -> Value:
    """The weights of all pods of a set together."""
    weigh = _tested(evaluator, pods.tests, weigh, span)
    if isinstance(pods.where, NodeRef):
        return known(build.total(_on_node(evaluator, pods, pods.where, weigh, span)))
    terms: list[Expr] = []
    if pods.where is None:
        for life in pods.lives:
            if not life.bound:
                terms.append(_weighted(weigh(Pod(life, None)), life.counter, span))
    places = evaluator.world.places if pods.where is None else places_of(pods.where)
    bodies: dict[Expr, dict[Expr, list[int]]] = {}
    for place in places:
        with evaluator.folding() as level:
            for condition, summands in _by_condition(evaluator, pods, NodeRef(place, level), weigh, span).items():
                body = build.total(summands)
                bodies.setdefault(condition, {}).setdefault(body, []).append(place.index)
    for condition, found in bodies.items():
        sums = [folded(Fold.SUM, classes, body, span) for body, classes in found.items()]
        terms.append(build.ite(condition, build.total(sums), 0))
    return known(build.total(terms))


def _by_condition(
    evaluator: Evaluator, pods: PodSet, node: NodeRef, weigh: Weigh, span: Span
) -> dict[Expr, list[Expr]]:
    """What counts on a node, by the condition under which it does, where no node has a say in it."""
    found: dict[Expr, list[Expr]] = {}
    for life in pods.lives:
        if life.bound:
            weight = weigh(Pod(life, node))
            if is_expr(weight) and is_truth(weight) and not mentions_node(as_expr(weight)):
                found.setdefault(as_expr(weight), []).append(life.counter)
            elif weight is not False and weight != 0:
                found.setdefault(TRUE, []).append(_weighted(weight, life.counter, span))
    return found


def _tested(evaluator: Evaluator, tests: Iterable[Callable[..., Value]], weigh: Weigh, span: Span) -> Weigh:
    """The weight where all tests hold, else nothing."""
    checks = tuple(tests)
    if not checks:
        return weigh

    def both(element: Value) -> Value:
        condition = all_of(check(element) for check in checks)
        if condition is False:
            return False
        weight = weigh(element)
        if condition is True:
            return weight
        if is_truth(weight):
            return known(build.and_(as_term(condition), as_term(weight)))
        return known(build.ite(as_term(condition), as_term(weight), 0))

    return both


def all_of(values: Iterable[Value]) -> Value:
    """The conjunction; what comes after a fixed falsehood is not asked for."""
    result: Value = True
    for value in values:
        result = known(build.and_(as_term(result), as_term(value)))
        if result is False:
            break
    return result


def _on_node(evaluator: Evaluator, pods: PodSet, node: NodeRef, weigh: Weigh, span: Span) -> list[Expr]:
    if node.level != evaluator.level:
        raise mistake(
            NOT_IN_CORE,
            "an expression over one node looks at another",
            span,
            "take a count, a minimum or a maximum over the nodes first",
        )
    return [_weighted(weigh(Pod(life, node)), life.counter, span) for life in pods.lives if life.bound]


def _weighted(weight: Value, count: Expr, span: Span) -> Expr:
    if is_truth(weight):
        return build.ite(as_term(weight), count, 0)
    if isinstance(weight, int):
        return build.scale(weight, count)
    if is_expr(weight):
        raise mistake(NOT_IN_CORE, "what a pod counts for must be fixed by the design", span)
    raise mistake(TYPE, f"expected a whole number for each pod, found {describe(weight)}", span)


# ---------------------------------------------------------------- nodes


def sum_nodes(evaluator: Evaluator, nodes: NodeSet, weigh: Weigh, span: Span) -> Value:
    """The weights of all nodes of a set together."""
    weigh = _tested(evaluator, nodes.tests, weigh, span)
    sizes = evaluator.world.layout.sizes
    terms: list[Expr] = []
    bodies: dict[tuple[Expr, Expr], list[int]] = {}
    for place in nodes.places:
        weight = _at(evaluator, place, weigh)
        if isinstance(weight, int):
            terms.append(build.scale(int(weight), sizes[place.index]))
            continue
        outside, body = _counted(as_expr(weight)) if is_truth(weight) else (TRUE, as_expr(weight))
        bodies.setdefault((outside, body), []).append(place.index)
    for (outside, body), classes in bodies.items():
        terms.append(build.ite(outside, folded(Fold.SUM, classes, body, span), 0))
    return known(build.total(terms))


def _counted(condition: Expr) -> tuple[Expr, Expr]:
    """What of a condition looks at other nodes than the one at hand, and 1 where the rest holds."""
    parts = conjuncts(condition)
    elsewhere = [p for p in parts if not mentions_node(p) and any(isinstance(e, Aggregate) for e in walk(p))]
    return build.and_(*elsewhere), build.ite(build.and_(*(p for p in parts if p not in elsewhere)), 1, 0)


def _at(evaluator: Evaluator, place: Place, weigh: Weigh) -> Value:
    with evaluator.folding() as level:
        return weigh(NodeRef(place, level))


def folded(fold: Fold, classes: Iterable[int], body: Expr, span: Span) -> Expr:
    """An aggregate; raises `Mistake` where its body would need another one inside."""
    if any(isinstance(e, Aggregate) for e in walk(body)):
        raise mistake(
            NOT_IN_CORE, "a fold over nodes inside another one", span, "compare each node with a fixed number"
        )
    return build.aggregate(fold, classes, body)


def some_node(evaluator: Evaluator, nodes: NodeSet, holds: Weigh, span: Span) -> Value:
    """Some node of the set satisfies a condition."""
    holds = _tested(evaluator, nodes.tests, holds, span)
    conditions: dict[Expr, list[int]] = {}
    for place in nodes.places:
        condition = _at(evaluator, place, holds)
        if condition is not False:
            conditions.setdefault(as_expr(condition), []).append(place.index)
    return known(build.or_(*(_some(evaluator, condition, classes, span) for condition, classes in conditions.items())))


def _some(evaluator: Evaluator, condition: Expr, classes: list[int], span: Span) -> Expr:
    """Some node of the classes satisfies the condition; what does not look at the node is asked outside the fold."""
    outside = [part for part in conjuncts(condition) if not mentions_node(part)]
    inside = [part for part in conjuncts(condition) if mentions_node(part)]
    if not inside:
        sizes = evaluator.world.layout.sizes
        return build.and_(*outside, build.gt(build.total(sizes[index] for index in classes), 0))
    compared = [part for part in inside if any(isinstance(e, Aggregate) for e in walk(part))]
    if len(compared) == 1:
        rest = build.and_(*(part for part in inside if part is not compared[0]))
        return build.and_(*outside, _some_compares(compared[0], rest, classes, span))
    count = folded(Fold.SUM, classes, build.ite(build.and_(*inside), 1, 0), span)
    return build.and_(*outside, build.gt(count, 0))


def _some_compares(part: Expr, among: Expr, classes: list[int], span: Span) -> Expr:
    """`some node among those that ...: local < elsewhere`, without a fold inside a fold: the least of them is less."""
    if not isinstance(part, Apply) or part.op not in (Op.LT, Op.LE):
        raise mistake(NOT_IN_CORE, "a fold over nodes inside another one", span)
    coefficients, constant = build.linear_parts((build.sub(part.args[0], part.args[1]),))
    here = {atom: factor for atom, factor in coefficients.items() if mentions_node(atom)}
    elsewhere = {atom: factor for atom, factor in coefficients.items() if atom not in here}
    least = folded(Fold.MIN, classes, build.ite(among, build.linear_sum(here, 0), _OUT_OF_REACH), span)
    left = build.add(least, build.linear_sum(elsewhere, constant))
    return build.lt(left, 0) if part.op is Op.LT else build.le(left, 0)


def mentions_node(expr: Expr) -> bool:
    """The expression looks at the block of the node at hand."""
    return any(isinstance(e, Local) for e in walk(expr, into_aggregates=False))


def enabled_somewhere(evaluator: Evaluator, instances: Iterable[tuple[int | None, Expr]], span: Span) -> Expr:
    """Some instance of an action is enabled: (node class or None, guard) each."""
    parts: list[Expr] = []
    by_guard: dict[Expr, list[int]] = {}
    for index, guard in instances:
        if index is None:
            parts.append(guard)
        elif guard is not FALSE:
            by_guard.setdefault(guard, []).append(index)
    parts += [_some(evaluator, guard, classes, span) for guard, classes in by_guard.items()]
    return build.or_(*parts)

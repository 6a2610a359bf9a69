"""Laws of expressions: building, rewriting and printing never change a value."""

from __future__ import annotations

import pickle
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from kspec.core import build
from kspec.core.evaluate import Valuation, evaluate, operate
from kspec.core.expr import BOOL, INT, Aggregate, Apply, Const, Expr, Fold, Global, Local, Op, walk
from kspec.core.flat import test as compiled
from kspec.core.rewrite import rewrite
from kspec.core.sexpr import read, write
from kspec.core.show import show
from kspec.core.system import System, integer

X, Y, Z = (Global(name, INT) for name in "xyz")
HERE = Local("here", INT)


def integers() -> st.SearchStrategy[Expr]:
    """Raw integer expressions: no constructor has folded anything."""
    leaves = st.one_of(st.sampled_from([X, Y, Z]), st.integers(-3, 3).map(lambda n: Const(n, INT)))

    def grow(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
        pairs = st.lists(inner, min_size=2, max_size=3).map(tuple)
        tests = pairs.flatmap(lambda p: st.sampled_from([Op.LT, Op.LE, Op.EQ]).map(lambda op: Apply(op, p[:2], BOOL)))
        return st.one_of(
            pairs.flatmap(lambda p: st.sampled_from([Op.SUM, Op.MIN, Op.MAX]).map(lambda op: Apply(op, p, INT))),
            st.tuples(st.integers(-2, 2), inner).map(lambda p: Apply(Op.SCALE, (Const(p[0], INT), p[1]), INT)),
            st.tuples(tests, inner, inner).map(lambda p: Apply(Op.ITE, p, INT)),
        )

    return st.recursive(leaves, grow, max_leaves=8)


def truths() -> st.SearchStrategy[Expr]:
    """Raw formulas."""
    atoms = st.tuples(st.sampled_from([Op.LT, Op.LE, Op.EQ]), integers(), integers()).map(
        lambda p: Apply(p[0], (p[1], p[2]), BOOL)
    )
    return st.recursive(
        atoms,
        lambda inner: st.one_of(
            inner.map(lambda e: Apply(Op.NOT, (e,), BOOL)),
            st.tuples(st.sampled_from([Op.AND, Op.OR]), st.lists(inner, min_size=1, max_size=3)).map(
                lambda p: Apply(p[0], tuple(p[1]), BOOL)
            ),
        ),
        max_leaves=5,
    )


VALUES = [dict(zip("xyz", values, strict=True)) for values in product((-1, 0, 2), repeat=3)]


def value(expr: Expr, globals: dict[str, int]) -> int:
    return evaluate(expr, Valuation(globals))


@settings(max_examples=150, deadline=None)
@given(st.one_of(integers(), truths()))
def test_folding_and_printing_never_change_a_value(raw: Expr) -> None:
    folded = read(write(raw))
    again = read(write(folded))
    system = System("law", globals=tuple(integer(name, -5) for name in "xyz"))
    values = compiled(system, [folded])
    for globals in VALUES:
        expected = value(raw, globals)
        assert value(folded, globals) == expected
        assert value(rewrite(raw, lambda _: None), globals) == expected
        assert int(values(tuple(globals.values()), ())[0]) == expected
    assert again is folded
    assert show(folded)


@settings(max_examples=100, deadline=None)
@given(truths(), truths())
def test_connectives_mean_what_they_say(one: Expr, two: Expr) -> None:
    for globals in VALUES[::5]:
        a, b = value(one, globals), value(two, globals)
        assert value(build.and_(one, two), globals) == operate(Op.AND, [a, b])
        assert value(build.or_(one, two), globals) == operate(Op.OR, [a, b])
        assert value(build.not_(one), globals) == 1 - a
        assert value(build.implies(one, two), globals) == int(not a or b)


def test_equal_expressions_are_one_object_even_after_pickling() -> None:
    expr = build.lt(build.add(X, 1), build.min_(Y, Z))
    assert build.lt(build.add(X, 1), build.min_(Y, Z)) is expr
    assert pickle.loads(pickle.dumps(expr)) is expr


def test_sums_collect_equal_terms() -> None:
    assert build.sub(build.add(X, Y, 1), build.add(Y, X)) is build.const(1)
    assert build.add(X, X) is build.scale(2, X)
    assert build.lt(X, build.add(X, 1)) is build.const(True)


def test_a_formula_and_its_negation_cancel() -> None:
    assert build.and_(build.lt(X, Y), build.le(Y, X)) is build.const(False)
    assert build.or_(build.lt(X, Y), build.not_(build.lt(X, Y))) is build.const(True)


def test_aggregates_fold_over_the_nodes_of_their_classes() -> None:
    nodes = [[{"here": 1}, {"here": 4}], [{"here": 9}], []]
    at = Valuation(nodes=nodes)
    assert evaluate(build.sum_nodes([0, 1], HERE), at) == 14
    assert evaluate(build.aggregate(Fold.MIN, [0, 1], HERE), at) == 1
    assert evaluate(build.aggregate(Fold.MAX, [1], HERE), at) == 9
    assert evaluate(build.count_nodes([0, 1], build.gt(HERE, 3)), at) == 2
    assert evaluate(build.all_nodes([2], build.gt(HERE, 3)), at) == 1
    assert not evaluate(build.any_node([2], build.gt(HERE, 3)), at)


def test_walking_can_stop_at_aggregates() -> None:
    inside = build.sum_nodes([0], HERE)
    formula = build.lt(X, inside)
    assert HERE in set(walk(formula))
    assert HERE not in set(walk(formula, into_aggregates=False))
    assert isinstance(inside, Aggregate)

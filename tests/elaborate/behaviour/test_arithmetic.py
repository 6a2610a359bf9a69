"""Laws of partial evaluation: whatever is known beforehand, the result is the same."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from kspec.core.build import glob, le, local, scale, total
from kspec.core.evaluate import Valuation, evaluate
from kspec.core.expr import Expr
from kspec.domain.workloads import resolve_percent
from kspec.elaborate.behaviour import operators
from kspec.elaborate.behaviour.builtins.numbers import share_down, share_up
from kspec.elaborate.behaviour.dominate import without_dominated
from kspec.elaborate.behaviour.shares import Shares
from kspec.elaborate.behaviour.values import Ratio, Value, as_expr
from kspec.source.text import Span
from kspec.syntax.nodes import Operator

NO_SHARES = SimpleNamespace(world=SimpleNamespace(shares=Shares()))
"""An evaluator, as far as a share asks it."""
HERE = Span("<test>", 1, 1, 1, 1)
SMALL = st.integers(-6, 6)
COMPARISONS = st.sampled_from(
    [Operator.EQ, Operator.NE, Operator.LE, Operator.LT, Operator.GE, Operator.GT],
)


@st.composite
def sums(draw: st.DrawFn) -> tuple[Value, Value]:
    """A linear expression over x and y, and the same with x and y replaced by their values."""
    a, b, c, below = draw(SMALL), draw(SMALL), draw(SMALL), draw(st.integers(1, 4))
    x, y = draw(st.integers(0, 5)), draw(st.integers(0, 5))

    def build(first: Value, second: Value) -> Value:
        left = operators.arithmetic(Operator.MUL, a, first, HERE)
        right = operators.arithmetic(Operator.MUL, second, b, HERE)
        together = operators.arithmetic(Operator.ADD, operators.arithmetic(Operator.SUB, left, right, HERE), c, HERE)
        return operators.arithmetic(Operator.DIV, together, below, HERE)

    changing, fixed = build(glob("x"), glob("y")), build(x, y)
    return _at(changing, {"x": x, "y": y}), fixed


def _at(value: Value, globals: dict[str, int]) -> Value:
    """The value with its places filled in."""
    if isinstance(value, Ratio):
        return Fraction(evaluate(value.expr, Valuation(globals)), value.denominator)
    return evaluate(as_expr(value), Valuation(globals)) if not isinstance(value, Fraction) else value


@given(sums())
def test_arithmetic_on_places_agrees_with_arithmetic_on_numbers(pair: tuple[Value, Value]) -> None:
    assert pair[0] == pair[1]


@given(SMALL, SMALL, SMALL, SMALL, SMALL, st.integers(0, 7), st.integers(0, 7), COMPARISONS)
def test_comparisons_of_places_agree_with_comparisons_of_numbers(
    a: int, b: int, c: int, d: int, e: int, x: int, y: int, operator: Operator
) -> None:
    left = total([scale(a, glob("x")), scale(b, glob("y")), c])
    right = total([scale(d, glob("x")), e])
    changing = operators.compare(operator, _known(left), _known(right), HERE)
    here = {"x": x, "y": y}
    fixed = operators.compare(operator, a * x + b * y + c, d * x + e, HERE)
    assert bool(evaluate(as_expr(changing), Valuation(here))) is fixed


def _known(expr: Expr) -> Value:
    from kspec.elaborate.behaviour.values import known

    return known(expr)


@given(st.integers(1, 100), st.integers(0, 20))
def test_a_percentage_of_a_number_that_changes_is_a_staircase(percent: int, number: int) -> None:
    for share, round_up in ((share_up, True), (share_down, False)):
        stairs = share(NO_SHARES, (f"{percent}%", glob("r"), 20), HERE)  # type: ignore[arg-type]
        exact = resolve_percent(f"{percent}%", number, round_up=round_up)
        assert evaluate(as_expr(stairs), Valuation({"r": number})) == exact


limits = st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 12))


@given(st.lists(limits, min_size=2, max_size=4), st.integers(0, 6), st.integers(0, 6))
def test_dropping_dominated_limits_changes_no_truth(rules: list[tuple[int, int, int]], x: int, y: int) -> None:
    from kspec.core.build import and_

    guard = and_(*(le(total([scale(a, local("x")), scale(b, local("y"))]), most) for a, b, most in rules))
    at = Valuation(block={"x": x, "y": y})
    assert evaluate(guard, at) == evaluate(without_dominated(guard), at)

"""Arithmetic that operators do not have."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kspec.core import build
from kspec.domain.workloads import resolve_percent
from kspec.elaborate.behaviour import operators
from kspec.elaborate.behaviour.builtins.registry import builtin, constant, count_of, need
from kspec.elaborate.behaviour.mistakes import NOT_IN_CORE, TYPE, mistake
from kspec.elaborate.behaviour.values import Symbol, Value, describe, is_integer, known
from kspec.source.text import Span

if TYPE_CHECKING:
    from kspec.core.expr import Expr
    from kspec.elaborate.behaviour.evaluator import Evaluator


def _extreme(pick: Callable[..., Expr], args: tuple[Value, ...], span: Span) -> Value:
    if not args:
        raise mistake(TYPE, "at least one number is needed", span)
    return known(pick(*(operators.number(a, span) for a in args)))


@builtin("min")
def least(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """The least of some numbers."""
    return _extreme(build.min_, args, span)


@builtin("max")
def greatest(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """The greatest of some numbers."""
    return _extreme(build.max_, args, span)


@builtin("abs")
def absolute(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """The distance from zero."""
    count_of(args, 1, 1, "abs", span)
    value = operators.number(args[0], span)
    return known(build.max_(value, build.scale(-1, value)))


@builtin("share_up")
def share_up(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """A number or a percentage of a total, rounded up (upstream `GetScaledValueFromIntOrPercent`)."""
    return _share(evaluator, args, "share_up", span, round_up=True)


@builtin("share_down")
def share_down(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """A number or a percentage of a total, rounded down."""
    return _share(evaluator, args, "share_down", span, round_up=False)


def _share(evaluator: Evaluator, args: tuple[Value, ...], name: str, span: Span, *, round_up: bool) -> Value:
    """`share(value, total, most)`: of a total that changes but never exceeds `most`, the share is a staircase."""
    count_of(args, 3, 3, name, span)
    value, total = args[0], operators.number(args[1], span)
    if value is None or is_integer(value):
        return 0 if value is None else value
    if not isinstance(value, str):
        raise mistake(TYPE, f"expected a number or a percentage, found {describe(value)}", span)
    if isinstance(total, int):
        return resolve_percent(value, total, round_up=round_up)
    percent = int(value.rstrip("%"))
    if percent == 100:
        return total
    share = evaluator.world.shares.of(total, percent, round_up=round_up)
    if share is not None:
        return share
    most = need(args[2], int, "a whole number", span)
    steps = []
    for step in range(1, resolve_percent(value, most, round_up=round_up) + 1):
        reached = (100 * (step - 1)) // percent + 1 if round_up else -(-100 * step // percent)
        steps.append(build.ite(build.ge(total, reached), 1, 0))
    return known(build.total(steps))


@builtin("in_proportion")
def in_proportion(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """`in_proportion(value, now, before, most)`: value * now / before, rounded to the nearest, halves up.

    Of a value that changes but never exceeds `most` it is a staircase.
    """
    count_of(args, 4, 4, "in_proportion", span)
    value = operators.number(args[0], span)
    now, before, most = (need(a, int, "a whole number", span) for a in args[1:])
    if before <= 0:
        raise mistake(TYPE, "nothing is in proportion to nothing", span)
    if isinstance(value, int):
        return _nearest(value * now, before)
    # the least value from which on there are so many
    reached = (-(-(2 * step - 1) * before // (2 * now)) for step in range(1, _nearest(most * now, before) + 1))
    return known(build.total(build.ite(build.ge(value, least), 1, 0) for least in reached))


def _nearest(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)


@builtin("percentage")
def percentage(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """Whether a number-or-percentage is written as a percentage."""
    count_of(args, 1, 1, "percentage", span)
    return isinstance(args[0], str) and args[0].endswith("%")


@constant("settled")
def settled(evaluator: Evaluator, span: Span) -> Value:
    """No controller action can change anything."""
    return build.settled()


@builtin("enabled")
def enabled(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """A component's controller actions can change something."""
    count_of(args, 1, 1, "enabled", span)
    name = args[0].text if isinstance(args[0], Symbol) else getattr(args[0], "name", None)
    if not isinstance(name, str):
        raise mistake(NOT_IN_CORE, "expected the name of a component", span)
    return build.enabled(name)

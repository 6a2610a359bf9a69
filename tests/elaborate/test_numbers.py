"""Arithmetic on numbers with units agrees with Kubernetes' own amounts, and refuses what has no meaning."""

from __future__ import annotations

import time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kspec.domain.quantity import Quantity
from kspec.elaborate.evaluate import numbers
from kspec.elaborate.evaluate.numbers import BadNumber

SUFFIXES = ("", "m", "k", "M", "G", "Ki", "Mi", "Gi")
QUANTITIES = st.builds(lambda n, s: f"{n}{s}", st.integers(0, 10**6), st.sampled_from(SUFFIXES))


@given(QUANTITIES, QUANTITIES)
def test_sums_and_orders_are_those_of_quantities(left: str, right: str) -> None:
    a, b = Quantity.parse(left).amount, Quantity.parse(right).amount
    assert Quantity.parse(numbers.add(left, right)).amount == a + b
    assert numbers.compare(left, right) == (a > b) - (a < b)


@given(QUANTITIES, st.integers(0, 1000))
def test_multiples_are_those_of_quantities(quantity: str, times: int) -> None:
    product = numbers.multiply(quantity, str(times))
    assert Quantity.parse(product).amount == Quantity.parse(quantity).amount * times


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (numbers.add("1Gi", "512Mi"), "1536Mi"),
        (numbers.add("1h30m", "30s"), "5430s"),
        (numbers.add("5m", "30s"), "330s"),
        (numbers.add("70%", "5%", -1), "65%"),
        (numbers.add("1.20", "0.05"), "1.25"),
        (numbers.multiply("250m", "2"), "500m"),
        (numbers.divide("7", "2"), "3"),
        (numbers.divide("-7", "2"), "-3"),
        (numbers.divide("7.0", "2"), "3.5"),
        (numbers.divide("1Gi", "2"), "0.5Gi"),
        (numbers.divide("1500m", "500m"), "3"),
        (numbers.modulo("-7", "3"), "-1"),
    ],
)
def test_results_keep_their_unit(found: str, expected: str) -> None:
    assert found == expected


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: numbers.add("70%", "1Gi"),
        lambda: numbers.add("30s", "1Gi"),
        lambda: numbers.multiply("2m", "3m"),
        lambda: numbers.divide("1", "0"),
        lambda: numbers.divide("1", "500m"),
        lambda: numbers.modulo("1.5", "1"),
        lambda: numbers.split("1" * 50),
        lambda: numbers.split("1e999"),
    ],
)
def test_what_does_not_go_together_is_refused(wrong: object) -> None:
    assert callable(wrong)
    with pytest.raises(BadNumber):
        wrong()


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("5m", 300), ("5min", 300), ("1h30m", 5400), ("2d", 172800), ("5x", None), ("", None)],
)
def test_durations(text: str, seconds: int | None) -> None:
    assert numbers.seconds(text) == seconds


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("9" * 5_000, 2**63 - 1),
        ("9" * 50_000 + "e-9999", 2**63 - 1),
        ("0" * 5_000 + "12", 12),
        ("0." + "3" * 5_000, Fraction(333_333_334, 10**9)),
        ("1." + "0" * 50_000 + "1", Fraction(10**9 + 1, 10**9)),
    ],
)
def test_quantities_have_as_many_digits_as_anyone_writes(text: str, amount: int | Fraction) -> None:
    assert Quantity.parse(text).amount == amount


def test_what_is_no_quantity_is_refused_in_no_time() -> None:
    before = time.process_time()
    with pytest.raises(ValueError, match="must match"):
        Quantity.parse("9" * 50_000 + "%")
    assert time.process_time() - before < 1

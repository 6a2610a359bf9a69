"""The exact condition under which a broken property would hold: told apart by examples, proved, never only guessed."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest

from kspec.check.condition import condition
from kspec.check.design import verify_design, with_conditions
from kspec.check.options import Options
from kspec.check.separate import Inequality, separate
from kspec.check.verdict import Condition, document
from kspec.core.evaluate import Valuation, evaluate
from kspec.core.sexpr import read
from kspec.elaborate.behaviour.inside import posed_in
from kspec.elaborate.design import Design
from kspec.elaborate.load import load
from tests.running import DESIGNS


def faulty(fault: str) -> Design:
    design = load([str(DESIGNS / "faults" / fault / "faulty.kspec")]).design
    assert design is not None
    return design


def found(fault: str) -> Condition:
    design = faulty(fault)
    (posed, *_) = posed_in(design)
    known = condition(design, posed, 30.0)
    assert known is not None
    return known


def holds(known: Condition, **numbers: int) -> bool:
    """The formula for numbers whose parameters end like this; what is not mentioned is 1."""
    formula = read(known.formula)
    names = {e.split('"')[1] for e in known.formula.split("(param ")[1:]}
    values = {name: numbers.get(name.rpartition(".")[2], 1) for name in names}
    return bool(evaluate(formula, Valuation(params=values)))


def test_a_rollout_of_one_pod_a_node_stalls_exactly_without_a_spare_node_or_leave_to_go() -> None:
    known = found("B01")
    for count, replicas, away in product(range(1, 6), range(1, 6), range(3)):
        right = replicas <= count and (away >= 1 or replicas < count)
        assert holds(known, count=count, replicas=replicas, maxUnavailable=away) == right
    assert known.given == ""
    assert known.held > 0 and known.broken > 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "text", "given"),
    [
        ("B02", "deployment/web.replicas > poddisruptionbudget/web.minAvailable", True),
        ("B07", "poddisruptionbudget/web.maxUnavailable > deployment/web.replicas", False),
        ("B14", "deployment/web.replicas >= deployment/web.maxUnavailable + 2", False),
    ],
)
def test_the_conditions_of_other_outages(fault: str, text: str, given: bool) -> None:
    known = found(fault)
    assert known.text == text
    assert bool(known.given) == given


def test_it_is_part_of_the_answer() -> None:
    design = faulty("B32")
    verdicts = with_conditions(verify_design(design, Options()).verdicts, design, posed_in(design), 1.0)
    (result,) = document(list(verdicts))["results"]
    assert result["condition"] is None
    known = Condition("a > b", "(lt (param b) (param a))", "", 3, 4, "induction", {"lemmas": []})
    assert known.to_json()["text"] == "a > b"
    assert known.to_json()["given"] is None


def test_what_separates_lets_in_all_that_is_good_and_nothing_bad() -> None:
    choose = Random(7)
    told = 0
    for _ in range(60):
        wanted = [Inequality((("a", choose.choice((1, -1))), ("b", choose.choice((1, -1)))), choose.randint(-2, 2))]
        if choose.random() < 0.5:
            wanted.append(Inequality((("c", 1),), choose.randint(1, 3)))
        every = [dict(zip("abc", values, strict=True)) for values in product(range(4), repeat=3)]
        good = [n for n in every if any(one.value(n) >= one.bound for one in wanted)]
        bad = [n for n in every if n not in good]
        known = separate("abc", good, bad)
        assert known is not None or not good or not bad
        if known is not None:
            told += 1
            formula = known.formula()
            assert [n for n in every if evaluate(formula, Valuation(params=n))] == good
    assert told > 40


@pytest.mark.parametrize(
    ("factors", "bound", "text"),
    [
        ({"a": 1}, 2, "a >= 2"),
        ({"a": -1}, -2, "a <= 2"),
        ({"a": 1, "b": -1}, 1, "a > b"),
        ({"a": 1, "b": -1}, 0, "a >= b"),
        ({"a": 1, "b": -1}, 3, "a >= b + 3"),
        ({"a": 1, "b": -1}, -2, "a + 2 >= b"),
        ({"a": 4, "b": -1}, 1, "4 * a > b"),
    ],
)
def test_inequalities_read_well(factors: dict[str, int], bound: int, text: str) -> None:
    assert Inequality(tuple(factors.items()), bound).text() == text

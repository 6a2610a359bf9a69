"""Proofs by prices: what no linear relaxation sees, and single nodes show."""

from dataclasses import replace

from smallworlds.written import ZONE, node, spread, workload

from kspec.domain.node import Cluster
from kspec.domain.objects import Resource
from kspec.place import Problem, build
from kspec.place.budget import Purse
from kspec.place.exact.decide import decide
from kspec.place.patterns.prove import Proof, proves
from kspec.place.relax.solve import Relaxed, relax
from kspec.solve.session import Verdict


def _problem(*resources: Resource) -> Problem:
    problem = build(resources, Cluster())
    assert isinstance(problem, Problem)
    return problem


def _awkward(count: int) -> Problem:
    """Pods of 6 and of 5 on nodes of 10: two fives share a node, a six wants one for itself."""
    nodes = [node(f"n{i}", "10") for i in range(3 * count)]
    return _problem(*nodes, workload("six", 2 * count, "6"), workload("five", 2 * count + 1, "5"))


def test_prices_prove_what_the_relaxation_does_not_see() -> None:
    problem = _awkward(4)
    assert Relaxed(relax(problem)).check().verdict is Verdict.SAT
    prices = Proof(problem, Purse.of(5)).search()
    assert prices is not None and proves(problem, prices)


def test_there_are_no_such_prices_where_everything_fits() -> None:
    nodes = [node(f"n{i}", "10") for i in range(3)]
    fits = _problem(*nodes, workload("six", 2, "6"), workload("five", 2, "5"))
    assert decide(fits).verdict is Verdict.SAT
    assert Proof(fits, Purse.of(2)).search() is None


def test_spread_has_its_price_too() -> None:
    nodes = [node(f"{z}{i}", "10", zone=z) for z in "abc" for i in range(2)]
    constraint = spread("six", ZONE)
    six, five = workload("six", 3, "6", topologySpreadConstraints=constraint), workload("five", 7, "5")
    problem = _problem(*nodes, six, five)
    prices = Proof(problem, Purse.of(5)).search()
    assert prices is not None and proves(problem, prices) and decide(problem).verdict is Verdict.UNSAT


def test_changed_prices_prove_nothing() -> None:
    problem = _awkward(2)
    prices = Proof(problem, Purse.of(5)).search()
    assert prices is not None
    assert not proves(problem, replace(prices, ceilings=tuple(c // 2 for c in prices.ceilings)))
    assert not proves(problem, replace(prices, pods=tuple(p // 2 for p in prices.pods)))
    assert not proves(problem, replace(prices, ceilings=prices.ceilings[1:]))

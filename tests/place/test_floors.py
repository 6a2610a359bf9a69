"""Sums that a question asks pods to come to: the same answers as CP-SAT's, and no proof that does not stand."""

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
from smallworlds.clusters import random_case

from kspec.place import Problem, build
from kspec.place.budget import Purse
from kspec.place.certificate import stands
from kspec.place.decide import decide
from kspec.place.forced.formula import Atom, Cell
from kspec.place.forced.possible import with_case
from kspec.place.problem import Floor
from kspec.place.verdicts import Impossible, Solution, violations


def asking() -> Iterator[tuple[int, Problem]]:
    """Random problems that have a placement, with one or two random sums, some of which are out of reach."""
    for seed in range(3000, 3045):
        problem = build(*random_case(seed, nodes=4, pods=6))
        assert isinstance(problem, Problem)
        if isinstance(decide(problem, Purse.of(5), certify=False), Solution):
            rnd = random.Random(seed)
            yield from ((seed, _with_sums(problem, rnd)) for _ in range(4))


def _with_sums(problem: Problem, rnd: random.Random) -> Problem:
    cells = [Cell(int(g), int(n)) for g, n in zip(*np.nonzero(problem.allowed | problem.must), strict=True)]
    sums = []
    for _ in range(rnd.randint(1, 2)):
        chosen = rnd.sample(cells, rnd.randint(0, min(5, len(cells))))
        weights = [rnd.choice((-2, -1, 1, 1, 1, 2, 3)) for _ in chosen]
        sums.append(Atom(tuple(zip(chosen, weights, strict=True)), -rnd.randint(-2, 4)))
    return with_case(problem, tuple(sums))


@pytest.mark.parametrize("small", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_sums_are_reached_exactly_where_cp_sat_reaches_them(small: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the complete encoding, relaxation and search decide what they can."""
    pytest.importorskip("ortools")
    from smallworlds.cpsat import Counts

    if not small:
        monkeypatch.setattr("kspec.place.decide.LARGE", 0)
        monkeypatch.setattr("kspec.place.decide.SMALL", 0)
        monkeypatch.setattr("kspec.place.decide.TINY", 0)
    agreed = {True: 0, False: 0}
    for seed, problem in asking():
        outcome, model = decide(problem, Purse.of(5)), Counts(problem)
        status, counts = model.solve(10)
        match outcome:
            case Solution():
                assert status in ("OPTIMAL", "FEASIBLE"), seed
                agreed[True] += 1
            case Impossible(certificate=certificate):
                assert status == "INFEASIBLE" or violations(problem, counts, model.there), seed
                assert stands(problem, certificate), seed
                agreed[False] += 1
            case _:
                assert not small, seed
    assert min(agreed.values()) > 10, agreed


def test_a_sum_is_part_of_what_a_placement_is_judged_by() -> None:
    for _, problem in islice(asking(), 20):
        outcome = decide(problem, Purse.of(5), certify=False)
        if isinstance(outcome, Solution):
            *others, floor = problem.rules
            assert isinstance(floor, Floor)
            lacking = replace(problem, rules=(*others, replace(floor, least=floor.least + 100)))
            assert violations(lacking, outcome.counts, outcome.there)

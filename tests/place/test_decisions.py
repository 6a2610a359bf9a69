"""Verdicts are right: compared with trying everything, and with each other."""

import pytest
from smallworlds.brute import solvable
from smallworlds.clusters import random_case

from kspec.place import Infeasible, Placement, Problem, build, check, solve, stands
from kspec.place.exact.decide import Decider, decide
from kspec.place.explain.conflict import stated_requirements
from kspec.solve.session import Verdict


def _problem(seed: int, nodes: int, pods: int) -> Problem:
    problem = build(*random_case(seed, nodes=nodes, pods=pods))
    assert isinstance(problem, Problem)
    return problem


@pytest.mark.parametrize("start", range(0, 200, 50))
def test_a_placement_is_found_exactly_when_trying_everything_finds_one(start: int) -> None:
    for seed in range(start, start + 50):
        problem = _problem(seed, nodes=3, pods=5)
        answer = solve(problem, budget=5, repairs=False)
        assert isinstance(answer, Placement) == solvable(problem), seed


@pytest.mark.parametrize("start", range(10_000, 10_100, 50))
def test_search_and_relaxation_agree_with_the_complete_encoding(start: int) -> None:
    for seed in range(start, start + 50):
        problem = _problem(seed, nodes=6, pods=14)
        answer = solve(problem, budget=5, repairs=False)
        complete = decide(problem).verdict
        assert (type(answer), complete) in ((Placement, Verdict.SAT), (Infeasible, Verdict.UNSAT)), seed


def test_what_is_placed_passes_the_checker_and_what_is_refuted_has_a_certificate_that_stands() -> None:
    for seed in range(200, 260):
        problem = _problem(seed, nodes=4, pods=8)
        match solve(problem, budget=5, repairs=False):
            case Placement() as answer:
                fixed = {p.pod for p, _ in problem.fixed}
                assignment = {a.pod: a.node for a in answer.assignments if a.pod not in fixed}
                pool = next((s for s in problem.nodesets if s.pool), None)
                used = set(problem.sites) - {
                    problem.sites[n] for n in (pool.sites[answer.pools["pool"] :] if pool else ())
                }
                assert problem.inventory is not None and not check(problem.inventory, used, assignment)
            case Infeasible() as answer:
                assert stands(problem, answer.certificate), seed
            case _:
                raise AssertionError(f"undecided: {seed}")


def test_a_conflict_is_one_and_needs_each_of_its_requirements() -> None:
    for seed in range(100, 180):
        problem = _problem(seed, nodes=4, pods=8)
        answer = solve(problem, budget=5, repairs=False)
        if isinstance(answer, Infeasible):
            stated = stated_requirements(problem)
            decider = Decider(problem, stated)
            core = [i for i in stated if problem.requirements[i] in answer.core]
            assert decider.decide(core).verdict is Verdict.UNSAT, seed
            if answer.minimal:
                smaller = ([q for q in core if q != r] for r in core)
                assert all(decider.decide(part).verdict is Verdict.SAT for part in smaller), seed


def test_filling_equal_nodes_in_order_loses_no_placement() -> None:
    for seed in range(600, 720):
        problem = _problem(seed, nodes=6, pods=9)
        ordered, free = Decider(problem).decide(), Decider(problem, ordered=False).decide()
        assert ordered.verdict is free.verdict, seed


def test_the_same_question_gets_the_same_answer() -> None:
    for seed in (3, 17, 40, 10_007):
        first, second = (
            solve(_problem(seed, 6, 14), budget=5, repairs=False),
            solve(_problem(seed, 6, 14), budget=5, repairs=False),
        )
        assert getattr(first, "assignments", None) == getattr(second, "assignments", None)
        assert getattr(first, "core", None) == getattr(second, "core", None)
        assert first.effort == second.effort

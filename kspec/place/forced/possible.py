"""Is there a placement in which a formula holds? Found and checked, or proved not to be, or left open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from kspec.place.budget import Purse
from kspec.place.certificate import Certificate, Exhaustive
from kspec.place.decide import decide
from kspec.place.exact.decide import Decider
from kspec.place.exact.encode import Encoding
from kspec.place.forced.answer import How, Never
from kspec.place.forced.cases import Case, cases
from kspec.place.forced.formula import FALSE, TRUE, Cell, Formula
from kspec.place.forced.state import Statement
from kspec.place.pinned import pinned
from kspec.place.problem import Exclusion, Floor, Ints, Mask, Problem, Requirement, Why
from kspec.place.verdicts import Impossible, Solution, Undecided, violations
from kspec.solve.session import Verdict

SMALL, LARGE = 2_500, 25_000
"""Count variables up to which the complete encoding is asked at once, and at all."""
_MANY = 400
"""Cases that are asked one by one."""
_CELLS = 4_000_000
"""Weights that the sums of a case may have, over all groups and sites."""
_LARGEST = 2**48
"""Weights of that size, of so many pods as there can be, add up without overflowing."""


def possible(problem: Problem, formula: Formula, purse: Purse, *, symmetric: bool) -> Solution | Never | None:
    """A checked placement in which the formula holds, a proof that there is none, or None. `symmetric` says that the
    formula treats nodes alike that nothing but their names tells apart."""
    if formula == FALSE:
        return Never(How.WORDS)
    if formula == TRUE:
        outcome = decide(problem, purse)
        return outcome if isinstance(outcome, Solution) else None
    size = int(np.where(problem.allowed, problem.room, 0).sum())
    if size <= SMALL:
        answer = _exactly(problem, formula, purse, 0.4, ordered=symmetric)
        if answer is not None:
            return answer
    listed = cases(problem, formula, symmetric=symmetric)
    if listed is not None and len(listed) <= _MANY and all(_affordable(problem, case) for case in listed):
        answer = _one_by_one(problem, listed, purse)
        if answer is not None:
            return answer
    return _exactly(problem, formula, purse, 1.0, ordered=symmetric) if size <= LARGE else None


def asking(problem: Problem, formula: Formula, *, ordered: bool, seed: int = 0) -> Decider:
    """The complete encoding, with the formula."""

    def stated(encoding: Encoding) -> None:
        Statement(encoding).hold(formula)

    return Decider(problem, ordered=ordered, seed=seed, also=stated)


def _exactly(
    problem: Problem, formula: Formula, purse: Purse, part: float, *, ordered: bool
) -> Solution | Never | None:
    if purse.empty:
        return None
    decider = asking(problem, formula, ordered=ordered)
    effort = purse.share(part)
    decision = decider.decide(effort=effort, seconds=purse.seconds(effort))
    purse.spend(decision.effort)
    if decision.verdict is Verdict.UNSAT:
        return Never(How.ENCODING, (Exhaustive("encoding", decider.size, decision.effort),))
    if decision.verdict is Verdict.SAT and not violations(problem, decision.counts, decision.there):
        return Solution(decision.counts, decision.there)
    return None


def _one_by_one(problem: Problem, listed: list[Case], purse: Purse) -> Solution | Never | None:
    """Each case as a problem with further rules; a quick round first, for one placement is enough."""
    proofs: dict[int, Certificate] = {}
    for hurry in (True, False):
        left = [number for number in range(len(listed)) if number not in proofs]
        for position, number in enumerate(left):
            asked = with_case(problem, listed[number])
            share = Purse(max(1, (purse.left // 2 if hurry else purse.left) // (len(left) - position)))
            outcome = (None if hurry else _pinning(asked, share)) or decide(asked, share, hurry=hurry)
            purse.spend(share.spent)
            match outcome:
                case Solution():
                    return outcome
                case Impossible(certificate=certificate):
                    proofs[number] = certificate
                case Undecided() if not hurry:
                    return None
    return Never(How.CASES, tuple(proofs[number] for number in range(len(listed))))


def _affordable(problem: Problem, case: Case) -> bool:
    """Whether the sums are few enough, and of numbers that arrays can hold."""
    numbers = (abs(number) for atom in case for number in (atom.constant, *(weight for _, weight in atom.terms)))
    few = len(case) * len(problem.groups) * len(problem.sites) <= _CELLS
    return few and max(numbers, default=0) <= _LARGEST


def with_case(problem: Problem, case: Case) -> Problem:
    """The problem with the sums of a case as rules of its own."""
    asked = Requirement("asked", Why.ASKED, "", "what was asked for")
    floors = []
    for atom in case:
        weights: Ints = np.zeros((len(problem.groups), len(problem.sites)), dtype=np.int64)
        for cell, weight in atom.terms:
            assert isinstance(cell, Cell)
            weights[cell.group, cell.site] = weight
        floors.append(Floor(len(problem.requirements), weights, -atom.constant))
    return replace(problem, rules=(*problem.rules, *floors), requirements=(*problem.requirements, asked))


def _pinning(problem: Problem, purse: Purse) -> Solution | None:
    """A placement around pods that are put where the sums need them."""
    there: Mask = np.ones(len(problem.sites), dtype=bool)
    for kept in _heaps(problem):
        asked = [group.pods[int(k) :] for group, k in zip(problem.groups, kept.sum(axis=1), strict=True)]
        part, groups = pinned(problem, there, kept, asked)
        share = Purse(purse.share(0.25))
        outcome = decide(replace(part, inventory=None), share, certify=False, hurry=True)
        purse.spend(share.spent)
        if isinstance(outcome, Solution):
            counts = kept.copy()
            counts[groups] += outcome.counts
            counts[problem.everywhere] = problem.must[problem.everywhere]
            if not violations(problem, counts, there):
                return Solution(counts, there)
    return None


def _heaps(problem: Problem) -> Iterator[Ints]:
    """Pods put where they count, as many as reach every sum: those first that count most for the room they take, then
    those that count most."""
    whole = np.maximum(problem.allocatable.max(axis=0), 1)
    size = (problem.request / whole).max(axis=1) + 1e-9
    for worth in (1 / size, np.ones(len(problem.groups))):
        kept: Ints = np.zeros((len(problem.groups), len(problem.sites)), dtype=np.int64)
        free = problem.capacity - problem.must.T.astype(np.int64) @ problem.request
        if all(_heap(problem, floor, kept, free, worth) for floor in problem.of(Floor)):
            yield kept


def _heap(problem: Problem, floor: Floor, kept: Ints, free: Ints, worth: np.ndarray) -> bool:
    missing = floor.least - int((floor.weights * kept).sum())
    pairs = [(int(g), int(n)) for g, n in zip(*np.nonzero(floor.weights > 0), strict=True) if not problem.everywhere[g]]
    missing -= int((floor.weights * problem.must)[problem.everywhere].sum())
    for g, n in sorted(pairs, key=lambda p: -floor.weights[p] * worth[p[0]]):
        while missing > 0 and _fits(problem, kept, free, g, n):
            kept[g, n] += 1
            free[n] -= problem.request[g]
            missing -= int(floor.weights[g, n])
    return missing <= 0


def _fits(problem: Problem, kept: Ints, free: Ints, g: int, n: int) -> bool:
    if not problem.allowed[g, n] or kept[g].sum() >= problem.counts[g] or (problem.request[g] > free[n]).any():
        return False
    for rule in problem.of(Exclusion):
        if g in (rule.a, rule.b):
            other = rule.b if g == rule.a else rule.a
            domain = problem.topologies[rule.topology].domain
            if domain[n] >= 0 and kept[other][domain == domain[n]].any():
                return False
    return True

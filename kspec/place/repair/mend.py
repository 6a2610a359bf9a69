"""Finding repairs: try ideas from the conflict, smallest first, and keep those after which everything is placed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from kspec.place.answer import Repair
from kspec.place.budget import Purse
from kspec.place.problem import Problem
from kspec.place.question import Question
from kspec.place.relax.solve import Relaxed, relax
from kspec.place.repair.edits import Idea
from kspec.place.repair.ideas import MOST_NODES, Series, fewer_replicas, nodes, softened
from kspec.place.repair.requests import smaller_requests
from kspec.solve.session import Verdict

_SHOWN = 5
_TRIED = 40
_DEPTH = 3
_BRANCHES = 2
_PAIR = 30
"""Resource units that building and relaxing a problem again costs, per group and site..."""
_TRY = 100_000
"""...and for each try, however small."""


@dataclass
class Attempts:
    """Tries an idea out; remembers what it came to, and stops when the purse is empty.

    `place` answers whether everything can be placed, `conflict` what conflicts where it cannot; both are the solver's.
    """

    build: Callable[[Question], Problem | None]
    place: Callable[[Problem, Purse], bool]
    conflict: Callable[[Problem, Purse], Sequence[int]]
    purse: Purse
    tried: int = 0
    known: dict[tuple[object, ...], bool] = field(default_factory=dict)

    @property
    def over(self) -> bool:
        return self.purse.empty or self.tried >= _TRIED

    def works(self, question: Question, idea: Idea) -> bool:
        """Whether everything can be placed after the idea."""
        key = (id(question), repr(idea.edits))
        if key not in self.known and not self.over:
            self.tried += 1
            problem = self.build(idea.apply(question))
            if problem is not None:
                self.purse.spend(_TRY + _PAIR * len(problem.groups) * len(problem.sites))
                self.known[key] = self.place(problem, self.purse)
        return self.known.get(key, False)


def repairs(problem: Problem, core: Sequence[int], attempts: Attempts) -> tuple[Repair, ...]:
    """Repairs of an infeasible problem, those with the fewest and lightest changes first."""
    question = problem.inventory.question if problem.inventory else None
    if question is None:
        return ()
    found = list(_mend(question, problem, core, attempts, _DEPTH))
    found.sort(key=lambda idea: (len(idea.edits), idea.weight, idea.description))
    return tuple(Repair(i.description, i.changes(question), i.edits) for i in found[:_SHOWN])


def _mend(question: Question, problem: Problem, core: Sequence[int], attempts: Attempts, depth: int) -> Iterator[Idea]:
    """Ideas that mend everything; where none does alone, ideas for this conflict and then for the next one.

    An idea cannot do more than its requirement's absence does, so it is tried only where that leaves hope.
    """
    hope = Hope(problem, attempts.purse)
    alone: list[Idea] = []
    partial: list[Idea] = []
    for r in core:
        for idea in softened(problem, r, question):
            (alone if hope.without(r) and attempts.works(question, idea) else partial).append(idea)
        for series in _series(problem, r, core, question):
            best = _least(question, series, attempts) if hope.without(r) else None
            if best is not None:
                alone.append(best)
            elif (first := series(1)) is not None:
                partial.append(first)
    yield from alone
    if not alone and depth > 1:
        for idea in sorted(partial, key=lambda i: i.weight)[:_BRANCHES]:
            yield from _and_then(question, idea, attempts, depth - 1)


class Hope:
    """What the relaxation says of a problem with one requirement dropped: whether there may be a placement then."""

    def __init__(self, problem: Problem, purse: Purse) -> None:
        self.purse = purse
        self.relaxed = Relaxed(relax(problem, explaining=True))
        self.known: dict[int, bool] = {}

    def without(self, requirement: int) -> bool:
        if requirement not in self.known:
            held = [r for r in self.relaxed.stated if r != requirement]
            effort = self.purse.share(0.1)
            plan = self.relaxed.check(held, effort=effort, seconds=self.purse.seconds(effort))
            self.purse.spend(plan.effort)
            self.known[requirement] = plan.verdict is not Verdict.UNSAT
        return self.known[requirement]


def _series(problem: Problem, r: int, core: Sequence[int], question: Question) -> Iterator[Series]:
    yield from nodes(problem, r)
    yield from fewer_replicas(problem, r, question)
    yield from smaller_requests(problem, r, core, question)


def _least(question: Question, series: Series, attempts: Attempts) -> Idea | None:
    """The smallest idea of a series that works: doubling until one does, then halving the gap."""
    size, failed = 1, 0
    while True:
        idea = series(size)
        if idea is None or attempts.over or size > MOST_NODES:
            size = _last(series, failed, size)
            last = series(size) if size > failed else None
            if last is None or not attempts.works(question, last):
                return None
            break
        if attempts.works(question, idea):
            break
        failed, size = size, size * 2
    while size - failed > 1:
        middle = (size + failed) // 2
        idea = series(middle)
        if idea is not None and attempts.works(question, idea):
            size = middle
        else:
            failed = middle
    return series(size)


def _last(series: Series, low: int, high: int) -> int:
    """The largest size of a series between one that exists (or 0) and one that does not."""
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if series(middle) is not None else (low, middle)
    return low


def _and_then(question: Question, idea: Idea, attempts: Attempts, depth: int) -> Iterator[Idea]:
    """An idea followed by what mends the conflict that is left after it."""
    after = idea.apply(question)
    problem = attempts.build(after)
    if problem is None or attempts.over:
        return
    attempts.purse.spend(4 * _TRY)
    rest = attempts.conflict(problem, attempts.purse)
    for more in _mend(after, problem, rest, attempts, depth):
        yield Idea(f"{idea.description}, and {more.description}", (*idea.edits, *more.edits), idea.weight + more.weight)

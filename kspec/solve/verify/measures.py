"""Termination of controllers by stated measures: a lexicographic order in which every controller step goes down.

Terms are taken one by one: a term that no remaining action raises, and that some lower, settles those; the rest must be
settled by later terms. Any order of terms that works is a proof.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kspec.core.bounds import Bounds
from kspec.core.build import sub
from kspec.core.expr import Const, Expr
from kspec.core.flat import after
from kspec.core.lower.ranges import Ranges
from kspec.core.lower.watch import counted
from kspec.core.system import ActionKind, System
from kspec.solve.verify.encode import Encoder, number
from kspec.solve.verify.query import Query


@dataclass(frozen=True, slots=True)
class Ranking:
    """Terms in lexicographic order, never negative, each lowered by its actions (by index) and raised by none later."""

    levels: tuple[tuple[Expr, tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True)
class Unranked:
    """The controller actions no term settles."""

    actions: tuple[int, ...]


def rank(system: System, lemmas: Sequence[Expr], terms: Sequence[Expr]) -> Ranking | Unranked:
    """Prove that controllers alone come to rest (while something is owed, where the system watches that).

    The lemmas must hold in every reachable state.
    """
    prover = _Prover(system, lemmas)
    left = [i for i, action in enumerate(system.actions) if action.kind is ActionKind.CONTROLLER]
    pool = [term for term in dict.fromkeys(terms) if prover.bounded(term)]
    levels: list[tuple[Expr, tuple[int, ...]]] = []
    while left:
        best: tuple[Expr, tuple[int, ...]] | None = None
        for term in pool:
            if all(prover.changes(i, term, 0) for i in left):
                settled = tuple(i for i in left if prover.changes(i, term, -1))
                if settled and (best is None or len(settled) > len(best[1])):
                    best = (term, settled)
        if best is None:
            return Unranked(tuple(left))
        levels.append(best)
        pool.remove(best[0])
        left = [i for i in left if i not in best[1]]
    return Ranking(tuple(levels))


class _Prover:
    """Answers whether an action changes a term by at most so much, remembering answers."""

    def __init__(self, system: System, lemmas: Sequence[Expr]) -> None:
        self._system = system
        self._bounds: Bounds = Ranges(system).bounds()
        self._encoder = Encoder(system)
        self._encoder.declare_params()
        self._encoder.declare_moment(0)
        for lemma in lemmas:
            self._encoder.require(lemma, 0)
        for i, action in enumerate(system.actions):
            if action.kind is ActionKind.CONTROLLER:
                self._encoder.declare_literal(f"t{i}")
                self._encoder.line(f"(=> t{i} {self._encoder.text(counted(system, action), 0)})")
        self._query = Query(self._encoder.take())
        self._known: dict[tuple[int, Expr, int], bool] = {}
        self._asked = 0

    def bounded(self, term: Expr) -> bool:
        """The term is never negative."""
        low, _ = self._bounds.of(term)
        return (low is not None and low >= 0) or self._impossible([], f"(< {self._encoder.text(term, 0)} 0)")

    def changes(self, action: int, term: Expr, most: int) -> bool:
        """The action changes the term by at most `most`."""
        key = (action, term, most)
        if key not in self._known:
            gap = sub(after(self._system.actions[action], term), term)
            if isinstance(gap, Const):
                self._known[key] = gap.value <= most
            else:
                self._known[key] = self._impossible([f"t{action}"], f"(> {self._encoder.text(gap, 0)} {number(most)})")
        return self._known[key]

    def _impossible(self, assumptions: list[str], formula: str) -> bool:
        goal = self._encoder.declare_literal(f"q{self._asked}")
        self._asked += 1
        self._encoder.line(f"(=> {goal} {formula})")
        self._query.add(self._encoder.take())
        return self._query.holds([*assumptions, goal])

"""Trimming: the lemmas a proof needs, found through unsatisfiable cores."""

from __future__ import annotations

from collections.abc import Sequence

from kspec.core.build import sub
from kspec.core.expr import Const, Expr, Global, walk
from kspec.core.flat import after
from kspec.core.lower.watch import counted
from kspec.core.system import System
from kspec.solve.verify.encode import Encoder, conjunction, disjunction, number
from kspec.solve.verify.measures import Ranking
from kspec.solve.verify.query import Query


def trim(system: System, lemmas: Sequence[Expr], claim: Expr, ranking: Ranking | None) -> tuple[Expr, ...] | None:
    """An inductive subset of inductive lemmas from which the claim and the ranking follow; None if they do not."""
    return _Trimmer(system, lemmas).needed(claim, ranking)


class _Trimmer:
    def __init__(self, system: System, lemmas: Sequence[Expr]) -> None:
        self._system = system
        self._lemmas = list(lemmas)
        self._names = [f"c{i}" for i in range(len(lemmas))]
        self._mentioned = [{e.name for e in walk(lemma) if isinstance(e, Global)} for lemma in lemmas]
        self._encoder = encoder = Encoder(system)
        self._asked = 0
        encoder.declare_params()
        encoder.declare_moment(0)
        encoder.declare_moment(1)
        for i, lemma in enumerate(lemmas):
            encoder.declare_literal(f"c{i}")
            encoder.declare_literal(f"n{i}")
            encoder.line(f"(=> c{i} {encoder.text(lemma, 0)})")
            encoder.line(f"(=> n{i} (not {encoder.text(lemma, 1)}))")
        for i, action in enumerate(system.actions):
            encoder.declare_literal(f"g{i}")
            encoder.declare_literal(f"t{i}")
            encoder.line(f"(=> g{i} {encoder.text(counted(system, action), 0)})")
            encoder.line(f"(=> t{i} {conjunction([encoder.text(action.guard, 0), *encoder.updates(action, 0, 1)])})")
        self._query = Query(encoder.take())

    def needed(self, claim: Expr, ranking: Ranking | None) -> tuple[Expr, ...] | None:
        """Follow cores until nothing new is needed."""
        found = self._core([], f"(not {self._encoder.text(claim, 0)})")
        if found is None:
            return None
        if ranking is not None:
            more = self._for_ranking(ranking)
            if more is None:
                return None
            found |= more
        waiting = set(found)
        while waiting:
            more = self._preserving(waiting)
            if more is None:
                return None
            waiting = more - found
            found |= more
        return tuple(lemma for i, lemma in enumerate(self._lemmas) if i in found)

    def _preserving(self, wanted: set[int]) -> set[int] | None:
        needed: set[int] = set()
        for number_, action in enumerate(self._system.actions):
            touched = [i for i in sorted(wanted) if self._mentioned[i] & action.globals.keys()]
            if touched:
                core = self._core([f"t{number_}"], disjunction(f"n{i}" for i in touched))
                if core is None:
                    return None
                needed |= core
        return needed

    def _for_ranking(self, ranking: Ranking) -> set[int] | None:
        needed: set[int] = set()
        left = [i for _, actions in ranking.levels for i in actions]
        for term, settled in ranking.levels:
            core = self._core([], f"(< {self._encoder.text(term, 0)} 0)")
            if core is None:
                return None
            needed |= core
            for i in left:
                gap = sub(after(self._system.actions[i], term), term)
                if isinstance(gap, Const):
                    continue
                most = -1 if i in settled else 0
                core = self._core([f"g{i}"], f"(> {self._encoder.text(gap, 0)} {number(most)})")
                if core is None:
                    return None
                needed |= core
            left = [i for i in left if i not in settled]
        return needed

    def _core(self, assumptions: list[str], formula: str) -> set[int] | None:
        goal = self._encoder.declare_literal(f"q{self._asked}")
        self._asked += 1
        self._encoder.line(f"(=> {goal} {formula})")
        self._query.add(self._encoder.take())
        if not self._query.holds([*assumptions, goal, *self._names]):
            return None
        return {int(name[1:]) for name in self._query.core() if name.startswith("c")}

"""Houdini: the largest inductive subset of a set of candidate lemmas.

Candidates that fail at the start go first, by substitution. Then every action is asked for a step from a state where
all remaining candidates hold to one where some does not; those go, until no action finds one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kspec.core.build import ge, le
from kspec.core.clock import worked
from kspec.core.expr import INT, TRUE, Apply, Const, Expr, Global, Op, walk
from kspec.core.flat import Values, at_start, test
from kspec.core.lower.ranges import Ranges
from kspec.core.system import System
from kspec.solve.session import Verdict
from kspec.solve.verify.encode import Encoder, conjunction, disjunction, read_params, read_state
from kspec.solve.verify.query import Query


@dataclass(frozen=True, slots=True)
class Sample:
    """A reachable state, with the parameter values it belongs to."""

    state: Values
    params: Values


@dataclass(frozen=True, slots=True)
class Lemmas:
    """An inductive set of formulas: all hold at the start, and every step keeps them all."""

    formulas: tuple[Expr, ...]
    complete: bool
    """False where the budget ran out; the formulas are then only those that needed no search."""
    queries: int = 0


def houdini(
    system: System,
    candidates: Sequence[Expr],
    samples: Sequence[Sample] = (),
    seconds: float = 20.0,
    known: Sequence[Expr] = (),
) -> Lemmas:
    """The inductive lemmas among the candidates for a flat system, and those already known.

    Samples save the solver the obviously false ones; `known` must be inductive by itself.
    """
    deadline = worked() + seconds
    sure = list(dict.fromkeys([*known, *range_lemmas(system)]))
    facts = set(sure)
    kept = _true_at_start(system, _true_in(system, [c for c in candidates if not _follows(c, facts)], samples))
    search = _Search(system, sure, kept)
    if not search.run(deadline):
        return Lemmas(tuple(sure), False, search.queries)
    return Lemmas((*sure, *(kept[i] for i in search.alive)), True, search.queries)


def _follows(candidate: Expr, facts: set[Expr]) -> bool:
    """A fact, or a disjunction with one."""
    if isinstance(candidate, Apply) and candidate.op is Op.OR:
        return any(part in facts for part in candidate.args)
    return candidate in facts


def range_lemmas(system: System) -> list[Expr]:
    """Bounds of variables that are inductive by the look of the actions."""
    ranges = Ranges(system)
    lemmas: list[Expr] = []
    for variable in system.globals:
        if variable.sort is not INT:
            continue
        place = Global(variable.name, INT)
        low, high = ranges.of_place(place)
        lemmas += [ge(place, low)] if low is not None else []
        lemmas += [le(place, high)] if high is not None else []
    return lemmas


def _true_in(system: System, candidates: list[Expr], samples: Sequence[Sample]) -> list[Expr]:
    """The candidates no sample refutes; a few samples first, the rest for what is left."""
    for part in (samples[:40], samples[40:]):
        if not part or not candidates:
            continue
        holds = test(system, candidates)
        alive = [True] * len(candidates)
        for sample in part:
            alive = [a and bool(v) for a, v in zip(alive, holds(sample.state, sample.params), strict=True)]
        candidates = [c for c, a in zip(candidates, alive, strict=True) if a]
    return candidates


def _true_at_start(system: System, candidates: list[Expr]) -> list[Expr]:
    """The candidates that hold initially for all parameters."""
    decided = {c: at_start(system, c) for c in candidates}
    open_ones = [c for c in candidates if not isinstance(decided[c], Const)]
    false = {c for c in candidates if isinstance(decided[c], Const) and decided[c] is not TRUE}
    if open_ones:
        encoder = Encoder(system)
        encoder.declare_params()
        for i, candidate in enumerate(open_ones):
            encoder.declare_literal(f"n{i}")
            encoder.line(f"(=> n{i} (not {encoder.text(decided[candidate], 0)}))")
        query = Query(encoder.take())
        false |= {c for i, c in enumerate(open_ones) if not query.holds([f"n{i}"])}
    return [c for c in candidates if c not in false]


class _Search:
    """The fixpoint over actions.

    An action that breaks nothing does so because of some of the candidates (an unsatisfiable core); it is asked again
    only when one of these has gone.
    """

    def __init__(self, system: System, sure: list[Expr], candidates: list[Expr]) -> None:
        self._system = system
        self._candidates = candidates
        self.alive = dict.fromkeys(range(len(candidates)))
        self.queries = 0
        self._holds = test(system, candidates)
        self._mentioned = [_places(c) for c in candidates]
        self._touched = [
            [i for i, names in enumerate(self._mentioned) if names & action.globals.keys()] for action in system.actions
        ]
        self._near = [self._related(number) for number in range(len(system.actions))]
        self._needs: list[frozenset[int]] = [frozenset() for _ in system.actions]
        self._encoder = encoder = Encoder(system)
        encoder.declare_params()
        encoder.declare_moment(0)
        encoder.declare_moment(1)
        for lemma in sure:
            encoder.require(lemma, 0)
        for i, candidate in enumerate(candidates):
            encoder.declare_literal(f"c{i}")
            encoder.declare_literal(f"n{i}")
            encoder.line(f"(=> c{i} {encoder.text(candidate, 0)})")
            encoder.line(f"(=> n{i} (not {encoder.text(candidate, 1)}))")
        for number, action in enumerate(system.actions):
            encoder.declare_literal(f"t{number}")
            step = conjunction([encoder.text(action.guard, 0), *encoder.updates(action, 0, 1)])
            encoder.line(f"(=> t{number} {step})")
        self._query = Query(encoder.take())

    def _related(self, number: int) -> frozenset[int]:
        """Candidates that share a place with the action or with what it may break."""
        action = self._system.actions[number]
        places = set(action.globals).union(_places(action.guard), *(self._mentioned[i] for i in self._touched[number]))
        places.update(*(_places(value) for value in action.globals.values()))
        return frozenset(i for i, names in enumerate(self._mentioned) if names & places)

    def run(self, deadline: float) -> bool:
        """Drop candidates until the rest is inductive; False if time runs out."""
        waiting = dict.fromkeys(range(len(self._system.actions)))
        while waiting:
            number = next(iter(waiting))
            dropped = self._refute(number, deadline)
            if dropped is None:
                return False
            del waiting[number]
            if dropped:
                waiting.update(dict.fromkeys(i for i, needs in enumerate(self._needs) if needs & dropped))
        return True

    def _refute(self, number: int, deadline: float) -> frozenset[int] | None:
        """Drop what an action breaks, and say what that was; None where the solver gives up."""
        dropped: set[int] = set()
        while relevant := [i for i in self._touched[number] if i in self.alive]:
            if worked() > deadline:
                return None
            verdict = self._ask(number, relevant)
            if verdict is Verdict.UNSAT:
                self._needs[number] = frozenset(int(c[1:]) for c in self._query.core() if c.startswith("c"))
                break
            if verdict is Verdict.UNKNOWN:
                return None
            after = read_state(self._encoder, self._query, 1)
            params = tuple(read_params(self._encoder, self._query).values())
            holds = self._holds(after, params)
            broken = [i for i in self.alive if not holds[i]]
            assert broken, "a model of a broken candidate breaks one"
            for i in broken:
                del self.alive[i]
            dropped.update(broken)
        return frozenset(dropped)

    def _ask(self, number: int, relevant: list[int]) -> Verdict:
        """Can the action break one of these? First with the candidates near it, which usually suffice to say no."""
        goal = self._encoder.declare_literal(f"q{self.queries}")
        self.queries += 1
        self._encoder.line(f"(=> {goal} {disjunction(f'n{i}' for i in relevant)})")
        self._query.add(self._encoder.take())
        near = [f"c{i}" for i in self.alive if i in self._near[number]]
        verdict = self._query.check([f"t{number}", goal, *near])
        if verdict is Verdict.UNSAT or len(near) == len(self.alive):
            return verdict
        return self._query.check([f"t{number}", goal, *(f"c{i}" for i in self.alive)])


def _places(expr: Expr) -> frozenset[str]:
    return frozenset(e.name for e in walk(expr) if isinstance(e, Global))

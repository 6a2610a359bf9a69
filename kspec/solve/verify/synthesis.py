"""Rankings found rather than stated: sums of variables and of distances that guards compare.

Counterexample-guided: Z3 proposes small non-negative weights that every step seen so far goes down by, another query
looks for a step that does not, until there is none. Levels are found one after the other, as in `measures`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import z3

from kspec.core.build import linear_sum, max_, scale, sub, total
from kspec.core.clock import worked
from kspec.core.expr import INT, Apply, Const, Expr, Global, Op, walk
from kspec.core.flat import Values, after, test
from kspec.core.lower.ranges import Ranges
from kspec.core.lower.watch import counted
from kspec.core.system import ActionKind, System
from kspec.solve.session import Verdict
from kspec.solve.verify.encode import Encoder, number, read_params, read_state
from kspec.solve.verify.measures import Ranking
from kspec.solve.verify.query import Query

_LARGEST = 6
"""The largest weight tried."""


def synthesise(
    system: System, lemmas: Sequence[Expr], extra: Sequence[Expr] = (), seconds: float = 20.0
) -> Ranking | None:
    """A ranking of all controller actions under lemmas, or None where none was found in time."""
    deadline = worked() + seconds
    left = [i for i, action in enumerate(system.actions) if action.kind is ActionKind.CONTROLLER]
    search = _Search(system, lemmas, [*extra, *features(system)])
    levels: list[tuple[Expr, tuple[int, ...]]] = []
    while left:
        level = search.level(left, deadline)
        if level is None:
            return None
        levels.append(level)
        left = [i for i in left if i not in level[1]]
    return Ranking(tuple(levels))


def features(system: System) -> list[Expr]:
    """Non-negative quantities a ranking may be made of: variables, and both distances of compared terms."""
    ranges = Ranges(system)
    found: dict[Expr, None] = {}
    for variable in system.globals:
        place = Global(variable.name, variable.sort)
        low, _ = ranges.of_place(place)
        if variable.sort is INT and low is not None and low >= 0:
            found[place] = None
    for action in system.actions:
        for expr in walk(action.guard):
            if isinstance(expr, Apply) and expr.op in (Op.LT, Op.LE, Op.EQ) and expr.args[0].sort is INT:
                left, right = expr.args
                if not isinstance(left, Const) or not isinstance(right, Global):
                    found[max_(sub(right, left), 0)] = None
                    found[max_(sub(left, right), 0)] = None
    return [feature for feature in found if not isinstance(feature, Const)]


@dataclass(frozen=True, slots=True)
class _Step:
    action: int
    gains: tuple[int, ...]


class _Search:
    def __init__(self, system: System, lemmas: Sequence[Expr], found: Sequence[Expr]) -> None:
        self._system = system
        self._features = list(dict.fromkeys(found))
        self._steps: list[_Step] = []
        self._values = test(system, self._features)
        self._updates = [test(system, list(action.globals.values())) for action in system.actions]
        self._places = {v.name: i for i, v in enumerate(system.globals)}
        self._gaps: dict[int, list[Expr]] = {}
        self._encoder = encoder = Encoder(system)
        encoder.declare_params()
        encoder.declare_moment(0)
        for lemma in lemmas:
            encoder.require(lemma, 0)
        for i, action in enumerate(system.actions):
            encoder.declare_literal(f"t{i}")
            encoder.line(f"(=> t{i} {encoder.text(counted(system, action), 0)})")
        self._query = Query(encoder.take())
        self._asked = 0

    def level(self, left: list[int], deadline: float) -> tuple[Expr, tuple[int, ...]] | None:
        """Weights that no action left raises and as many as possible lower."""
        while worked() < deadline:
            proposal = self._propose(left)
            if proposal is None:
                return None
            weights, strict = proposal
            refuted = False
            for i in left:
                step = self._refute(i, weights, -1 if i in strict else 0)
                if step is not None:
                    self._steps.append(step)
                    refuted = True
            if not refuted:
                term = linear_sum(dict(zip(self._features, weights, strict=True)), 0)
                return term, tuple(i for i in left if i in strict)
        return None

    def _propose(self, left: list[int]) -> tuple[list[int], set[int]] | None:
        optimize = z3.Optimize(ctx=z3.Context())
        context = optimize.ctx
        weights = [z3.Int(f"w{k}", context) for k in range(len(self._features))]
        strict = {i: z3.Bool(f"s{i}", context) for i in left}
        for weight in weights:
            optimize.add(weight >= 0, weight <= _LARGEST)
        optimize.add(z3.Or(list(strict.values())))
        for step in self._steps:
            if step.action in strict:
                terms = [gain * weight for gain, weight in zip(step.gains, weights, strict=True) if gain]
                gained = z3.Sum(terms) if terms else z3.IntVal(0, context)
                optimize.add(gained <= 0, z3.Implies(strict[step.action], gained <= -1))
        for literal in strict.values():
            optimize.add_soft(literal, 20)
        for weight in weights:
            optimize.add_soft(weight == 0, 1)
        optimize.set("timeout", 12_000)
        if optimize.check() != z3.sat:
            return None
        model = optimize.model()
        chosen = [model.eval(weight, model_completion=True).as_long() for weight in weights]
        return chosen, {i for i, s in strict.items() if z3.is_true(model.eval(s, model_completion=True))}

    def _refute(self, i: int, weights: list[int], most: int) -> _Step | None:
        """A step of the action that changes the weighted sum by more."""
        gap = total(scale(weight, gain) for weight, gain in zip(weights, self._gap(i), strict=True) if weight)
        goal = self._encoder.declare_literal(f"q{self._asked}")
        self._asked += 1
        self._encoder.line(f"(=> {goal} (> {self._encoder.text(gap, 0)} {number(most)}))")
        self._query.add(self._encoder.take())
        if self._query.check([f"t{i}", goal]) is not Verdict.SAT:
            return None
        state = read_state(self._encoder, self._query, 0)
        params = tuple(read_params(self._encoder, self._query).values())
        return _Step(i, self._gains(i, state, params))

    def _gap(self, i: int) -> list[Expr]:
        if i not in self._gaps:
            self._gaps[i] = [sub(after(self._system.actions[i], f), f) for f in self._features]
        return self._gaps[i]

    def _gains(self, i: int, state: Values, params: Values) -> tuple[int, ...]:
        moved = list(state)
        values = self._updates[i](state, params)
        for name, value in zip(self._system.actions[i].globals, values, strict=True):
            moved[self._places[name]] = value
        before, now = self._values(state, params), self._values(tuple(moved), params)
        return tuple(b - a for a, b in zip(before, now, strict=True))

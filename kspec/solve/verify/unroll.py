"""Unrolling a flat system: copies of the state joined by steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kspec.core.expr import Expr
from kspec.core.flat import Values
from kspec.core.system import System
from kspec.solve.session import Engine, Verdict
from kspec.solve.verify.encode import Encoder, conjunction, disjunction, read_params, read_state
from kspec.solve.verify.query import EFFORT, Query


class Unrolling:
    """A growing run of a system; every step takes at least one action, and all it takes agree."""

    def __init__(self, system: System, lemmas: Sequence[Expr] = (), engine: Engine = Engine.SIMPLEX) -> None:
        """Lemmas are assumed at every moment: they must hold in every reachable state."""
        self.system = system
        self._lemmas = lemmas
        self._encoder = Encoder(system)
        self._encoder.declare_params()
        self.length = 0
        self._moment(0)
        self._query = Query(self._encoder.take(), engine)
        self._asked = 0

    def _moment(self, moment: int) -> None:
        self._encoder.declare_moment(moment)
        for lemma in self._lemmas:
            self._encoder.require(lemma, moment)

    def start(self) -> None:
        """The run begins at the initial state."""
        for equation in self._encoder.start(0):
            self._encoder.line(equation)

    def extend(self) -> None:
        """One more step."""
        before, now = self.length, self.length + 1
        self._moment(now)
        names = []
        for i, action in enumerate(self.system.actions):
            name = self._encoder.declare_literal(f"a{i}_{before}")
            step = [self._encoder.text(action.guard, before), *self._encoder.updates(action, before, now)]
            self._encoder.line(f"(=> {name} {conjunction(step)})")
            names.append(name)
        self._encoder.line(disjunction(names))
        self.length = now

    def require(self, formula: Expr, moment: int) -> None:
        """A formula holds at a moment, from now on."""
        self._encoder.require(formula, moment)

    def ask(self, formula: Expr, moment: int, assumptions: Sequence[str] = (), effort: int = EFFORT) -> Verdict:
        """Can the formula hold at a moment?"""
        return self.check([self.literal(self._encoder.text(formula, moment)), *assumptions], effort)

    def literal(self, formula: str) -> str:
        """A literal that implies a formula in text."""
        name = self._encoder.declare_literal(f"q{self._asked}")
        self._asked += 1
        self._encoder.line(f"(=> {name} {formula})")
        return name

    def check(self, assumptions: Sequence[str], effort: int = EFFORT) -> Verdict:
        """Is there a run under these assumptions?"""
        self._query.add(self._encoder.take())
        return self._query.check(assumptions, effort)

    def at(self, formula: Expr, moment: int) -> str:
        """A formula at a moment as text."""
        return self._encoder.text(formula, moment)

    def param(self, name: str) -> str:
        """A parameter's name in text."""
        return self._encoder.params[name]

    def states(self) -> list[Values]:
        """The run found."""
        return [read_state(self._encoder, self._query, moment) for moment in range(self.length + 1)]

    def params(self) -> Mapping[str, int]:
        """The parameters of the run found."""
        return read_params(self._encoder, self._query)

    def actions(self) -> list[int]:
        """The actions of the run found, one per step."""
        count = range(len(self.system.actions))
        return [next(i for i in count if self._query.truth(f"a{i}_{step}")) for step in range(self.length)]

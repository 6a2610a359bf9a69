"""Many small questions to one solver: like `kspec.solve.session`, but a model's values are read one by one on demand.

Proofs ask hundreds of questions with hundreds of selector literals; printing whole models would cost more than solving.
"""

from __future__ import annotations

from collections.abc import Iterable

import z3

from kspec.solve.session import Engine, Verdict

EFFORT = 50_000_000
"""Resource units for one question: a few seconds."""


class Query:
    """A solver, usually in a fresh context. Text accumulates; assumptions hold for one question."""

    def __init__(self, text: str, engine: Engine = Engine.SIMPLEX, beside: Query | None = None) -> None:
        """A fresh solver; with `beside` in that query's context, which saves some milliseconds and shares no facts."""
        self._context: z3.Context = z3.Context() if beside is None else beside._context
        match engine:
            case Engine.PLAIN:
                self._solver = z3.Solver(ctx=self._context)
            case Engine.SIMPLEX:
                self._solver = z3.SimpleSolver(ctx=self._context)
            case Engine.FINITE:
                self._solver = z3.SolverFor("QF_FD", ctx=self._context)
        self._solver.set("random_seed", 0)
        self._effort = 0
        self.asked = 0
        self._literals: dict[str, z3.BoolRef] = {}
        self._model: z3.ModelRef | None = None
        if text:
            self.add(text)

    def add(self, text: str) -> None:
        """Declarations and assertions."""
        self._solver.from_string(text)

    def check(self, assumptions: Iterable[str] = (), effort: int = EFFORT) -> Verdict:
        """Is everything satisfiable together? Raises `KeyboardInterrupt` where Z3 swallowed one."""
        self.asked += 1
        if effort != self._effort:
            self._solver.set("rlimit", min(effort, 2**32 - 1))
            self._effort = effort
        answer = self._answer([self._literal(name).as_ast() for name in assumptions])
        self._model = self._solver.model() if answer == z3.sat else None
        if answer == z3.sat:
            return Verdict.SAT
        if answer == z3.unsat:
            return Verdict.UNSAT
        if "keyboard" in self._solver.reason_unknown():
            raise KeyboardInterrupt
        return Verdict.UNKNOWN

    def _answer(self, literals: list[z3.Ast]) -> z3.CheckSatResult:
        """`Solver.check` without looking at every literal again: there may be hundreds."""
        array = (z3.Ast * len(literals))(*literals)
        code = z3.Z3_solver_check_assumptions(self._context.ref(), self._solver.solver, len(literals), array)
        return z3.CheckSatResult(code)

    def holds(self, assumptions: Iterable[str] = (), effort: int = EFFORT) -> bool:
        """Nothing satisfies the assumptions: what they negate is proved."""
        return self.check(assumptions, effort) is Verdict.UNSAT

    def core(self) -> frozenset[str]:
        """After an unsatisfiable question: assumptions that suffice."""
        return frozenset(literal.decl().name() for literal in self._solver.unsat_core())

    def integer(self, name: str) -> int:
        """After a satisfiable question: the value of an integer (0 where any would do)."""
        assert self._model is not None
        value = self._model.eval(z3.Int(name, self._context), model_completion=True)
        return int(value.as_long())

    def truth(self, name: str) -> bool:
        """After a satisfiable question: the value of a Boolean (false where any would do)."""
        assert self._model is not None
        return bool(z3.is_true(self._model.eval(self._literal(name), model_completion=True)))

    def _literal(self, name: str) -> z3.BoolRef:
        found = self._literals.get(name)
        if found is None:
            found = self._literals[name] = z3.Bool(name, self._context)
        return found

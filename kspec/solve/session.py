"""A small typed session in front of Z3: SMT-LIB text in, verdicts, values and cores out.

Every session has its own context, and work is bounded by Z3's resource counter rather than by clocks, so the same
question gets the same answer. Text is the way in because it is ten times cheaper than building terms from Python.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction

import z3

Value = bool | Fraction


class Verdict(Enum):
    """What a question came to. `UNKNOWN` is an answer: the budget ran out."""

    SAT = "sat"
    UNSAT = "unsat"
    UNKNOWN = "unknown"


class Engine(Enum):
    """Which of Z3's solvers a session uses."""

    PLAIN = "plain"  # Solver(): chooses by the formula; good for pseudo-Boolean kernels without assumptions
    SIMPLEX = "simplex"  # SimpleSolver(): linear real arithmetic with assumptions and cores
    FINITE = "finite"  # QF_FD: Booleans, bit-vectors and cardinalities, incremental, with cores


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer to one question. `values` is filled when satisfiable, `core` (assumptions) when not.

    `effort` is what the question cost in Z3's resource units.
    """

    verdict: Verdict
    values: Mapping[str, Value] = field(default_factory=dict)
    core: tuple[str, ...] = ()
    effort: int = 0

    @property
    def sat(self) -> bool:
        return self.verdict is Verdict.SAT

    @property
    def unsat(self) -> bool:
        return self.verdict is Verdict.UNSAT

    def truth(self, name: str) -> bool:
        """The value of a Boolean; one that the solver left open counts as false."""
        return self.values.get(name, False) is True

    def number(self, name: str) -> Fraction:
        """The value of a number; one that the solver left open counts as 0."""
        value = self.values.get(name, Fraction(0))
        return Fraction(int(value)) if isinstance(value, bool) else value


class Session:
    """One conversation with Z3 in a fresh context. Assertions accumulate; assumptions hold for one question."""

    def __init__(self, text: str = "", *, engine: Engine = Engine.PLAIN, seed: int = 0) -> None:
        self._context = z3.Context()
        self._solver = _solver(engine, self._context)
        self._solver.set("random_seed", seed)
        if text:
            self.add(text)

    def add(self, text: str) -> None:
        """Add declarations and assertions. Text that Z3 cannot read is the caller's fault: `Z3Exception`."""
        self._solver.from_string(text)

    def check(self, assumptions: Sequence[str] = (), *, effort: int = 0, seconds: float = 0) -> Outcome:
        """Ask. `effort` bounds the work in resource units (0: no bound); `seconds` is a backstop for units gone astray.

        Raises `KeyboardInterrupt` where Z3 swallowed one.
        """
        self._solver.set("rlimit", min(effort, 2**32 - 1))
        self._solver.set("timeout", max(1, int(seconds * 1000)) if seconds else 2**32 - 1)
        before = self._spent()
        answer = self._solver.check(*(z3.Bool(name, self._context) for name in assumptions))
        spent = self._spent() - before
        if answer == z3.sat:
            return Outcome(Verdict.SAT, read_model(self._solver.model().sexpr()), effort=spent)
        if answer == z3.unsat:
            core = tuple(str(literal) for literal in self._solver.unsat_core()) if assumptions else ()
            return Outcome(Verdict.UNSAT, core=core, effort=spent)
        if "keyboard" in self._solver.reason_unknown():
            raise KeyboardInterrupt
        return Outcome(Verdict.UNKNOWN, effort=spent)

    def _spent(self) -> int:
        statistics = self._solver.statistics()
        return int(statistics.get_key_value("rlimit count")) if "rlimit count" in statistics.keys() else 0  # noqa: SIM118


def solve(text: str, *, engine: Engine = Engine.PLAIN, effort: int = 0, seconds: float = 0, seed: int = 0) -> Outcome:
    """One question in a context of its own."""
    return Session(text, engine=engine, seed=seed).check(effort=effort, seconds=seconds)


def minimise(text: str, goal: str, *, effort: int = 0, seconds: float = 0) -> Outcome:
    """A model in which the number `goal` is least, in a context of its own. Linear problems with few disjunctions."""
    context = z3.Context()
    optimizer = z3.Optimize(ctx=context)
    optimizer.set("rlimit", min(effort, 2**32 - 1))
    optimizer.set("timeout", max(1, int(seconds * 1000)) if seconds else 2**32 - 1)
    optimizer.from_string(text)
    optimizer.minimize(z3.Real(goal, context))
    answer = optimizer.check()
    statistics = optimizer.statistics()
    spent = int(statistics.get_key_value("rlimit count")) if "rlimit count" in statistics.keys() else effort  # noqa: SIM118
    if answer == z3.sat:
        return Outcome(Verdict.SAT, read_model(optimizer.model().sexpr()), effort=spent)
    if answer == z3.unsat:
        return Outcome(Verdict.UNSAT, effort=spent)
    if "keyboard" in optimizer.reason_unknown():
        raise KeyboardInterrupt
    return Outcome(Verdict.UNKNOWN, effort=spent)


def _solver(engine: Engine, context: z3.Context) -> z3.Solver:
    match engine:
        case Engine.PLAIN:
            return z3.Solver(ctx=context)
        case Engine.SIMPLEX:
            return z3.SimpleSolver(ctx=context)
        case Engine.FINITE:
            return z3.SolverFor("QF_FD", ctx=context)


_DEFINITION = re.compile(
    r"\(define-fun (\S+) \(\) (?:Bool|Int|Real)\s+((?:[^()]|\([^()]*(?:\([^()]*\)[^()]*)*\))+?)\)\s*(?=\(|\Z)"
)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def read_model(text: str) -> dict[str, Value]:
    """The constants of a printed model. Reading text is several times faster than asking for value after value."""
    return {m[1].strip("|"): _value(m[2]) for m in _DEFINITION.finditer(text)}


def _value(text: str) -> Value:
    text = text.strip()
    if text in ("true", "false"):
        return text == "true"
    numbers = [Fraction(n) for n in _NUMBER.findall(text)]
    magnitude = numbers[0] / numbers[1] if "/" in text else numbers[0]
    return -magnitude if "-" in text else magnitude

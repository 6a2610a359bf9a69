"""Asking Z3 for a placement, completely: placed, impossible, or out of budget."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from kspec.place.exact.circles import circle, forbid
from kspec.place.exact.encode import Encoding
from kspec.place.problem import Attraction, Ints, Mask, Problem
from kspec.solve.script import Script, negate
from kspec.solve.session import Engine, Session, Verdict

_MAX_CIRCLES = 50
NodeLimit = tuple[bool, Sequence[int], int]
"""Whether nodes in use count (or nodes that are there), the weight of each, and the most they may sum up to."""


@dataclass(frozen=True, eq=False)
class Decision:
    """The answer of the exact encoding: `counts` of each group on each site and the sites in use, where there is one.

    `core` are requirements that cannot hold together, if any were guarded. `effort` is in the solver's units.
    """

    verdict: Verdict
    counts: Ints
    there: Mask
    core: tuple[int, ...] = ()
    effort: int = 0


class Decider:
    """One encoding, asked repeatedly under different sets of requirements."""

    def __init__(
        self,
        problem: Problem,
        guarded: Sequence[int] = (),
        *,
        seed: int = 0,
        ordered: bool = True,
        limit: NodeLimit | None = None,
        also: Callable[[Encoding], None] | None = None,
    ) -> None:
        self.problem = problem
        self.encoding = Encoding(problem, guarded, ordered=ordered)
        if limit is not None:
            self.encoding.limit_nodes(*limit)
        if also is not None:
            also(self.encoding)
        finite = guarded and not self.encoding.script.integral
        engine = Engine.FINITE if finite else Engine.PLAIN
        self.session = Session(self.encoding.text, engine=engine, seed=seed)
        self.rules = list(problem.of(Attraction))
        self.circles = 0

    @property
    def size(self) -> int:
        return self.encoding.script.size

    def decide(self, held: Sequence[int] = (), *, effort: int = 0, seconds: float = 0) -> Decision:
        """Whether the pods can be placed while the unguarded requirements and those of `held` are kept."""
        spent = 0
        counts, guards = self.encoding.counts, self.encoding.guards
        nothing: Ints = np.zeros_like(counts.most)
        for _ in range(_MAX_CIRCLES):
            outcome = self.session.check(guards(*held), effort=effort, seconds=seconds)
            spent += outcome.effort
            if not outcome.sat:
                core = tuple(sorted(guards.requirement(literal) for literal in outcome.core))
                return Decision(outcome.verdict, nothing, ~self.problem.optional, core, spent)
            found = counts.read(outcome)
            kept = [r for r in self.rules if r.requirement in held or r.requirement not in guards.of]
            places = circle(self.problem, counts, found, outcome, kept)
            if not places:
                return Decision(Verdict.SAT, found, counts.read_open(outcome), effort=spent)
            more = Script()
            self.circles += 1
            forbid(self.problem, counts, places, more, str(self.circles), guards)
            self.session.add(more.text)
        return Decision(Verdict.UNKNOWN, nothing, ~self.problem.optional, effort=spent)

    def exclude(self, counts: Ints, there: Mask) -> None:
        """Never answer this placement again."""
        most = self.encoding.counts.most
        script, different = Script(), []
        for g, n in zip(*np.nonzero(most), strict=True):
            held = int(counts[g, n])
            if held:
                different.append(f"(not b{g}_{n}_{held})")
            if held < most[g, n]:
                different.append(f"b{g}_{n}_{held + 1}")
        for n, name in self.encoding.counts.open.items():
            different.append(negate(name) if there[n] else name)
        script.clause(different)
        self.session.add(script.text)


def decide(problem: Problem, *, effort: int = 0, seconds: float = 0, seed: int = 0) -> Decision:
    """Whether the pods of a problem can be placed, and how."""
    return Decider(problem, seed=seed).decide(effort=effort, seconds=seconds)

"""Asking Z3 about the relaxation: a plan of how many pods of each group go to each class, or what cannot be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kspec.place.problem import Problem
from kspec.place.relax.capacity import barriers, capacity, floors, replicas, single_nodes
from kspec.place.relax.company import apart, near, together
from kspec.place.relax.rows import Relaxation
from kspec.place.relax.spreading import spread
from kspec.solve.script import Script
from kspec.solve.session import Engine, Outcome, Session, Verdict

_RULES = (replicas, capacity, single_nodes, barriers, floors, apart, near, together, spread)


@dataclass(frozen=True, eq=False)
class Plan:
    """What the relaxation came to: pods per group and class where it can be met, else requirements in conflict."""

    verdict: Verdict
    pods: NDArray[np.float64]
    core: tuple[int, ...] = ()
    effort: int = 0


def relax(problem: Problem, *, explaining: bool = False, thorough: bool = False) -> Relaxation:
    """The relaxation of a problem."""
    relaxation = Relaxation(problem, explaining, thorough)
    for rule in _RULES:
        rule(relaxation)
    return relaxation


class Relaxed:
    """A relaxation in conversation with Z3, asked under different sets of requirements."""

    def __init__(self, relaxation: Relaxation, *, seed: int = 0) -> None:
        self.relaxation = relaxation
        self.session = Session(self._text(), engine=Engine.SIMPLEX, seed=seed)
        self.known = frozenset(self.stated)

    def _text(self) -> str:
        relaxation, script = self.relaxation, Script()
        stated = {r for row in relaxation.rows for r in row.requirements}
        stated |= {r for choice in relaxation.choices for r in choice.requirements}
        for r in sorted(stated):
            script.boolean(f"r{r}")
        for g, c in zip(*np.nonzero(relaxation.open), strict=True):
            script.real(relaxation.variable(int(g), int(c)))
        for row in relaxation.rows:
            script.row(row.formula, [f"r{r}" for r in row.requirements])
        self.stated = tuple(sorted(stated))
        text = "\n".join((*relaxation.declared, *(self._choice(c.formula, c.requirements) for c in relaxation.choices)))
        return f"{script.text}\n{text}"

    @staticmethod
    def _choice(formula: str, requirements: Sequence[int]) -> str:
        guards = " ".join(f"(not r{r})" for r in requirements)
        return f"(assert (or {guards} {formula}))"

    def check(self, held: Sequence[int] | None = None, *, effort: int = 0, seconds: float = 0) -> Plan:
        """Whether these requirements (by default all) can be met together."""
        names = [f"r{r}" for r in (self.stated if held is None else held)]
        outcome = self.session.check(names, effort=effort, seconds=seconds)
        core = tuple(sorted(int(literal[1:]) for literal in outcome.core))
        return Plan(outcome.verdict, self._read(outcome), core, outcome.effort)

    def _read(self, outcome: Outcome) -> NDArray[np.float64]:
        relaxation = self.relaxation
        pods = np.zeros((len(relaxation.problem.groups), len(relaxation.classes)))
        for name, value in outcome.values.items():
            if name[0] == "y":
                group, _, node_class = name[1:].partition("_")
                pods[int(group), int(node_class)] = float(value)
        return pods

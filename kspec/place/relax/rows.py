"""Rows of the relaxation: linear inequalities and choices between them, each with the requirements that state it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from kspec.place.problem import Exclusion, Ints, Mask, Problem
from kspec.place.relax.classes import NodeClass, classes_of
from kspec.solve.script import number, total

Terms = tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """`sum of terms <= bound`, true of every placement that keeps the requirements."""

    terms: Terms
    bound: int
    requirements: tuple[int, ...]
    meaning: str

    @property
    def formula(self) -> str:
        return f"(<= {total(self.terms)} {number(self.bound)})"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several formulas holds in every placement that keeps the requirements."""

    formulas: tuple[str, ...]
    requirements: tuple[int, ...]

    @property
    def formula(self) -> str:
        return f"(or {' '.join(self.formulas)})" if self.formulas else "false"


@dataclass(eq=False)
class Relaxation:
    """Variables `y<g>_<c>` (pods of a group in a class), rows, choices, and further declarations.

    Pods of daemons on optional sites are left out. When `explaining`, barriers are rows like all others, so that a core
    can name them; otherwise pods have variables only where barriers let them be. When `thorough`, rows are kept that
    do not bind while all nodes are in use.
    """

    problem: Problem
    explaining: bool = False
    thorough: bool = False
    rows: list[Row] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    declared: list[str] = field(default_factory=list)

    @cached_property
    def classes(self) -> tuple[NodeClass, ...]:
        return classes_of(self.problem)

    @cached_property
    def allowed(self) -> Mask:
        """Per group and site: whether the group has a variable for it."""
        if not self.explaining:
            return self.problem.allowed
        out: Mask = np.ones_like(self.problem.allowed)
        out[self.problem.everywhere] = self.problem.must[self.problem.everywhere]
        return out

    @cached_property
    def elastic(self) -> frozenset[int]:
        """Daemons with pods on optional sites: how many there are is not known here."""
        on_optional = self.problem.must & self.problem.optional
        return frozenset(np.flatnonzero(self.problem.everywhere & on_optional.any(axis=1)).tolist())

    @cached_property
    def open(self) -> Mask:
        """Per group and class: whether some site of the class is open to the group."""
        return np.array([self.allowed_in(c).any(axis=1) for c in self.classes], dtype=bool).T.reshape(
            len(self.problem.groups), len(self.classes)
        )

    def allowed_in(self, node_class: NodeClass) -> Mask:
        out: Mask = self.allowed[:, list(node_class.sites)]
        return out

    def variable(self, group: int, node_class: int) -> str:
        return f"y{group}_{node_class}"

    def pods(self, group: int, classes: Iterable[int], weight: int = 1) -> list[tuple[int, str]]:
        """Terms for the pods of a group in these classes."""
        return [(weight, self.variable(group, c)) for c in classes if self.open[group, c]]

    def require(self, terms: Sequence[tuple[int, str]], bound: int, requirements: Iterable[int], meaning: str) -> None:
        """Add a row, unless it says nothing."""
        if terms or bound < 0:
            self.rows.append(Row(tuple(terms), bound, tuple(dict.fromkeys(requirements)), meaning))

    @cached_property
    def lone(self) -> dict[int, Exclusion]:
        """Of each group that keeps its own pods on different nodes, the rule that says so for the most nodes."""
        found: dict[int, Exclusion] = {}
        for rule in self.problem.of(Exclusion):
            if rule.a == rule.b and self.problem.topologies[rule.topology].per_site:
                known = found.get(rule.a)
                if known is None or self._covered(rule).sum() > self._covered(known).sum():
                    found[rule.a] = rule
        return found

    def _covered(self, rule: Exclusion) -> Mask:
        inside: Mask = self.problem.topologies[rule.topology].domain >= 0
        return inside

    @cached_property
    def alone(self) -> Mask:
        """Per group and site: whether that rule lets at most one pod of the group stand there."""
        out: Mask = np.zeros((len(self.problem.groups), len(self.problem.sites)), dtype=bool)
        for group, rule in self.lone.items():
            out[group] = self._covered(rule)
        return out

    @cached_property
    def holds(self) -> Ints:
        """Per group and site: how many pods the site can hold, alone with them."""
        out: Ints = np.where(self.allowed, self.problem.room, 0)
        return np.where(self.alone, np.minimum(out, 1), out)

"""How many nodes a placement needs at least: the relaxation with the number of nodes of each class left open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np

from kspec.place.budget import Purse
from kspec.place.problem import Ints, Problem
from kspec.place.relax.classes import NodeClass
from kspec.place.relax.rows import Relaxation, Row
from kspec.place.relax.solve import relax
from kspec.place.search.state import Floats
from kspec.solve.script import Script, number, total
from kspec.solve.session import Engine, Outcome, Session, Verdict

_FAILURES = 3


class Counted(Enum):
    """What is to be few: nodes that carry pods, or nodes that are there (with what they cost)."""

    USED = "used"
    PRESENT = "present"


@dataclass(frozen=True, eq=False)
class Estimate:
    """How many nodes of each class the relaxation needs, and the plan with them."""

    nodes: Floats
    pods: Floats


class Economy:
    """The relaxation with a number `m<c>` of nodes for each class, and their weighted sum bounded.

    With `whole` numbers of nodes bounds are sharper and, in large problems, out of reach.
    """

    def __init__(self, problem: Problem, counted: Counted, weights: Sequence[int], *, whole: bool = False) -> None:
        self.problem, self.counted, self.whole = problem, counted, whole
        self.relaxation = relax(problem)
        self.classes = self.relaxation.classes
        self.weights = tuple(weights[c.sites[0]] for c in self.classes)
        self.session = Session(self._text(), engine=Engine.SIMPLEX)
        self.asked: set[int] = set()

    @property
    def floors(self) -> Ints:
        """The nodes of each class that are counted in any case."""
        sure = [c.sure if self.counted is Counted.PRESENT else 0 for c in self.classes]
        return np.array(sure, dtype=np.int64)

    def _text(self) -> str:
        script = Script()
        for g, c in zip(*np.nonzero(self.relaxation.open), strict=True):
            script.real(self.relaxation.variable(int(g), int(c)))
        for c, floor in zip(self.classes, self.floors.tolist(), strict=True):
            (script.integer if self.whole else script.real)(f"m{c.index}")
            script.row(f"(and (>= m{c.index} {floor}) (<= m{c.index} {c.size}))")
        for row in self.relaxation.rows:
            script.row(self._per_node(row))
        choices = "\n".join(f"(assert {choice.formula})" for choice in self.relaxation.choices)
        declared = "\n".join(self.relaxation.declared)
        spent = total([(w, f"m{c.index}") for w, c in zip(self.weights, self.classes, strict=True)])
        return f"{script.text}\n{declared}\n{choices}\n(declare-const spent Real)(assert (= spent {spent}))"

    def _per_node(self, row: Row) -> str:
        """A row about a class, per node in use, where its nodes are alike; any other row as it is."""
        classes = {int(variable[1:].split("_")[1]) for _, variable in row.terms}
        if len(classes) == 1:
            (c,) = (self.classes[i] for i in classes)
            share = self._share(row, c)
            if share is not None:
                terms = [t for t in row.terms if not self.problem.everywhere[_group(t[1])]]
                return f"(<= {total([*terms, (-share, f'm{c.index}')])} 0)"
        return row.formula

    def _share(self, row: Row, c: NodeClass) -> int | None:
        """What one node of a class contributes to the bound of a row; None where that is not the same for all."""
        if self.problem.nodesets[c.nodeset].nodes not in row.requirements:
            return None
        sites = list(c.sites)
        groups = [_group(v) for _, v in row.terms]
        alike = (self.problem.capacity[sites] == self.problem.capacity[sites[0]]).all()
        allowed = self.problem.allowed[np.ix_(groups, sites)] | self.problem.everywhere[groups][:, None]
        if not alike or not (allowed == allowed[:, :1]).all():
            return None
        daemons = sum(w * c.sure for w, v in row.terms if self.problem.everywhere[_group(v)])
        share, rest = divmod(row.bound - daemons, c.size)
        return share if rest == 0 and share >= 0 else None

    def within(self, budget: int, purse: Purse, part: float = 0.1) -> tuple[Verdict, Estimate]:
        """Whether the weighted number of nodes can be so small, as far as the relaxation sees."""
        name = f"k{budget}"
        if budget not in self.asked:
            self.asked.add(budget)
            self.session.add(f"(declare-const {name} Bool)(assert (=> {name} (<= spent {number(budget)})))")
        effort = purse.share(part)
        outcome = self.session.check([name], effort=effort, seconds=purse.seconds(effort))
        purse.spend(outcome.effort)
        return outcome.verdict, self._read(outcome)

    def _read(self, outcome: Outcome) -> Estimate:
        nodes = np.zeros(len(self.classes))
        pods = np.zeros((len(self.problem.groups), len(self.classes)))
        for name, value in outcome.values.items():
            if name[0] == "m":
                nodes[int(name[1:])] = float(value)
            elif name[0] == "y":
                group, _, node_class = name[1:].partition("_")
                pods[int(group), int(node_class)] = float(value)
        return Estimate(nodes, pods)

    def least(self, most: int, purse: Purse) -> int:
        """A lower bound of the weighted number of nodes: nothing below it is possible.

        Comes down from above in growing steps, because budgets far too small can be as hard as they are hopeless.
        """
        low, high = int((self.floors * np.array(self.weights)).sum()), most
        step, failures = max(1, most // 32), 0
        while low < high and failures < _FAILURES and not purse.empty:
            budget = max(low, high - step)
            verdict, estimate = self.within(budget, purse)
            if verdict is Verdict.SAT:
                reached = int(np.ceil(float(estimate.nodes @ np.array(self.weights)) - 1e-6))
                high, step = min(budget, max(low, reached)), step * 2
            elif verdict is Verdict.UNSAT:
                low, step = budget + 1, max(1, step // 2)
            else:
                self._restart()
                failures, step = failures + 1, max(1, step // 2)
        return low

    def _restart(self) -> None:
        """A fresh session: a tableau that ran out of budget does not recover."""
        self.session = Session(self._text(), engine=Engine.SIMPLEX)
        self.asked.clear()


def _group(variable: str) -> int:
    return int(variable[1:].split("_")[0])


def whole_nodes(
    estimate: Estimate, floors: Ints, classes: Sequence[NodeClass], weights: Sequence[int], budget: int
) -> Ints:
    """Whole numbers of nodes near an estimate: rounded up, then down again where the budget asks for it, where least is
    lost; empty where it cannot be kept."""
    sizes = np.array([c.size for c in classes], dtype=np.int64)
    nodes: Ints = np.clip(np.ceil(estimate.nodes - 1e-6).astype(np.int64), floors, sizes)
    cost = np.array(weights, dtype=np.int64)
    for c in np.argsort(np.where(nodes > floors, estimate.nodes - np.floor(estimate.nodes), 2.0), kind="stable"):
        if int((nodes * cost).sum()) <= budget:
            break
        if nodes[c] > floors[c] and cost[c]:
            nodes[c] -= 1
    spare = budget - int((nodes * cost).sum())
    for c in np.argsort(-(estimate.nodes - nodes), kind="stable").tolist():
        if 0 < cost[c] <= spare and nodes[c] < sizes[c]:
            nodes[c] += 1
            spare -= int(cost[c])
    return nodes


__all__ = ["Counted", "Economy", "Estimate", "Relaxation", "whole_nodes"]

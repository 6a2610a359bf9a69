"""How many nodes a placement needs at least: the relaxation with the number of nodes of each class left open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from math import ceil

import numpy as np

from kspec.place.budget import Purse
from kspec.place.problem import Ints, Problem
from kspec.place.relax.classes import NodeClass
from kspec.place.relax.rows import Row
from kspec.place.relax.solve import relax
from kspec.place.search.state import Floats
from kspec.solve.script import Script, number, total
from kspec.solve.session import Engine, Outcome, Session, Verdict, minimise

_FAILURES = 3
_DEARER = 8  # times that minimising costs what its resource units say


class Counted(Enum):
    """What is to be few: nodes that carry pods, or nodes that are there (with what they cost)."""

    USED = "used"
    PRESENT = "present"


@dataclass(frozen=True, eq=False)
class Estimate:
    """How many nodes of each class the relaxation needs, and the plan with them."""

    nodes: Floats
    pods: Floats
    spent: Fraction = Fraction(0)

    @property
    def bound(self) -> int:
        """No placement spends less."""
        return ceil(self.spent)


class Economy:
    """The relaxation with a number `m<c>` of nodes for each class, and their weighted sum bounded.

    With every row (`thorough`) and with `whole` numbers of nodes bounds are sharper and, in large problems, out of
    reach.
    """

    def __init__(
        self,
        problem: Problem,
        counted: Counted,
        weights: Sequence[int],
        *,
        thorough: bool = False,
        whole: bool = False,
    ) -> None:
        self.problem, self.counted, self.whole, self.thorough = problem, counted, whole, thorough
        self.given_up = 0
        self.relaxation = relax(problem, thorough=thorough)
        self.classes = self.relaxation.classes
        self.weights = tuple(weights[c.sites[0]] for c in self.classes)
        self.session = Session(self._text(), engine=Engine.SIMPLEX)
        self.asked: set[int] = set()

    @property
    def tired(self) -> bool:
        """Whether asking again is likely a waste."""
        return self.given_up >= _FAILURES

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
        daemons = self.problem.everywhere[groups][:, None]
        there = np.where(daemons, self.problem.must[np.ix_(groups, sites)], self.problem.allowed[np.ix_(groups, sites)])
        if not alike or not (there == there[:, :1]).all():
            return None
        taken = sum(w * c.sure for (w, _), one in zip(row.terms, (daemons & there)[:, 0].tolist(), strict=True) if one)
        share, rest = divmod(row.bound - taken, c.size)
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
        if outcome.verdict is Verdict.UNKNOWN:
            self.given_up += 1
            self._restart()
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
        return Estimate(nodes, pods, outcome.number("spent"))

    def least(self, purse: Purse, part: float) -> Estimate | None:
        """The fewest nodes that the relaxation needs; None where that took too long."""
        effort = purse.share(part)
        outcome = minimise(self._text(), "spent", effort=effort, seconds=purse.seconds(effort))
        purse.spend(min(effort, outcome.effort * _DEARER))
        return self._read(outcome) if outcome.sat else None

    def _restart(self) -> None:
        """A fresh session: a tableau that ran out of budget does not recover."""
        self.session = Session(self._text(), engine=Engine.SIMPLEX)
        self.asked.clear()


def _group(variable: str) -> int:
    return int(variable[1:].split("_")[0])


def whole_nodes(economy: Economy, estimate: Estimate, budget: int, *, apart: bool) -> Ints:
    """Whole numbers of nodes near an estimate, if wanted with enough of them for pods that keep apart; rounded down
    again, where least is lost, or up, where most is missing, towards the budget."""
    classes, floors = economy.classes, economy.floors
    sizes = np.array([c.size for c in classes], dtype=np.int64)
    alone = [g for g in economy.relaxation.lone if not economy.problem.everywhere[g]]
    wanted = np.maximum(estimate.nodes, estimate.pods[alone].max(axis=0, initial=0) if apart else 0)
    nodes: Ints = np.clip(np.ceil(wanted - 1e-6).astype(np.int64), floors, sizes)
    cost = np.array(economy.weights, dtype=np.int64)
    loss = np.where(nodes > floors, wanted - np.floor(wanted - 1e-6), 2.0)
    for c in np.argsort(loss, kind="stable").tolist():
        if int((nodes * cost).sum()) <= budget:
            break
        if nodes[c] > floors[c] and cost[c]:
            nodes[c] -= 1
    spare = budget - int((nodes * cost).sum())
    while spare > 0:
        room = [c for c in range(len(classes)) if 0 < cost[c] <= spare and nodes[c] < sizes[c]]
        if not room:
            break
        excess = (nodes - wanted) / np.maximum(1.0, wanted)
        c = min(room, key=lambda c: float(excess[c]))
        nodes[c] += 1
        spare -= int(cost[c])
    return nodes


__all__ = ["Counted", "Economy", "Estimate", "whole_nodes"]

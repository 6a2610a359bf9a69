"""Linear conditions, taken apart: what is known, what is on the bound node, what other workloads' pods contribute."""

from __future__ import annotations

from dataclasses import dataclass, field

from kspec.core.build import le, linear_parts, scale, sub, sum_nodes, total
from kspec.core.expr import FALSE, TRUE, Aggregate, Apply, Expr, Global, Local, Op
from kspec.core.linear import linear
from kspec.core.lower.sums.view import Knowledge, is_linear_sum


@dataclass(slots=True)
class Atom:
    """`known + here + lost + constant <= 0`."""

    constant: int
    known: list[tuple[int, Expr]] = field(default_factory=list)
    """Coefficients of what the view can express."""
    here: dict[Expr, int] = field(default_factory=dict)
    """Coefficients of counters on the bound node of a summed class."""
    lost: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Other workloads: least and greatest coefficient of their pods."""

    def may(self, knowledge: Knowledge) -> Expr:
        """A necessary condition: other pods contribute as little as they can."""
        return self._bounded(knowledge, {w: min(low, 0) for w, (low, _) in self.lost.items()}, TRUE)

    def must(self, knowledge: Knowledge) -> Expr:
        """A sufficient condition: other pods contribute as much as they can."""
        return self._bounded(knowledge, {w: max(high, 0) for w, (_, high) in self.lost.items()}, FALSE)

    def _bounded(self, knowledge: Knowledge, factors: dict[str, int], otherwise: Expr) -> Expr:
        terms: list[Expr | int] = [self.constant, *(scale(factor, expr) for factor, expr in self.known)]
        for workload, factor in factors.items():
            if not factor:
                continue
            bound = knowledge.most(workload)
            if bound is None:
                return otherwise
            terms.append(scale(factor, bound))
        return le(total(terms), 0)


def take_apart(part: Expr, node_class: int | None, knowledge: Knowledge) -> Atom | None:
    """The atom of a comparison, or None where it is not linear in what is known and in pods."""
    if not isinstance(part, Apply) or part.op not in (Op.LE, Op.LT):
        return None
    terms, constant = linear_parts((sub(part.args[0], part.args[1]),))
    atom = Atom(constant + (1 if part.op is Op.LT else 0))
    for expr, factor in terms.items():
        if not _place(atom, expr, factor, node_class, knowledge):
            return None
    return atom


def _place(atom: Atom, expr: Expr, factor: int, node_class: int | None, knowledge: Knowledge) -> bool:
    """Put one term where it belongs; False if nothing is known about it."""
    if isinstance(expr, Local) and node_class in knowledge.view.summed:
        atom.here[expr] = atom.here.get(expr, 0) + factor
        return True
    if isinstance(expr, Aggregate) and is_linear_sum(expr):
        return _sum(atom, expr, factor, knowledge)
    if isinstance(expr, Global | Local):
        workload = knowledge.foreign(expr.name)
        if workload is not None:
            return _lose(atom, workload, expr, factor, knowledge)
    if knowledge.can_express(expr, node_class):
        atom.known.append((factor, expr))
        return True
    return False


def _sum(atom: Atom, expr: Aggregate, factor: int, knowledge: Knowledge) -> bool:
    """A sum over nodes: known counters stay together, other pods are lost."""
    form = linear(expr.body)
    assert form is not None
    kept: list[Expr | int] = [form.constant]
    for place, inner in form.terms.items():
        assert isinstance(place, Local)
        workload = knowledge.foreign(place.name)
        if workload is None:
            kept.append(scale(inner, place))
        elif not _lose(atom, workload, place, factor * inner, knowledge):
            return False
    rest = sum_nodes(expr.classes, total(kept))
    if isinstance(rest, Aggregate) and not knowledge.can_sum(rest):
        return False
    atom.known.append((factor, rest))
    return True


def _lose(atom: Atom, workload: str, place: Expr, factor: int, knowledge: Knowledge) -> bool:
    if not knowledge.natural(place):
        return False
    low, high = atom.lost.get(workload, (0, 0))
    atom.lost[workload] = (min(low, factor), max(high, factor))
    return True

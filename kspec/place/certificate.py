"""Certificates: what makes an answer trustworthy without trusting the solver that gave it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import lcm
from typing import TYPE_CHECKING

from kspec.place.problem import Problem
from kspec.place.relax.rows import Relaxation, Row
from kspec.place.relax.solve import Relaxed, relax
from kspec.solve.script import Script, number, total
from kspec.solve.session import Engine, Verdict, solve

if TYPE_CHECKING:
    from kspec.place.patterns.prove import Prices


@dataclass(frozen=True, slots=True)
class Checked:
    """A placement that the independent checker found nothing wrong with, on the nodes that are there in any case and
    these of pools with a range."""

    pods: int
    nodes: int
    optional: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Linear:
    """Rows, each true of every placement, whose weighted sum says that counts sum up to less than nothing (Farkas).

    `counted` says what the variables count: of which workload, how many pods of it, on which nodes.
    `homeless` are workloads (with their pods) for which no node is left, so that their row counts nothing.
    """

    rows: tuple[tuple[int, Row], ...]
    names: tuple[tuple[str, str], ...] = ()
    counted: tuple[tuple[str, str, int, tuple[str, ...]], ...] = ()
    homeless: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Exhaustive:
    """Z3 found the complete encoding unsatisfiable; checking again means asking again, with another seed and without
    the order among equal nodes that made the first search short.

    `part` is what was asked: `encoding` for the complete one, `relaxation` where choices take part in the proof.
    """

    part: str
    size: int
    effort: int


@dataclass(frozen=True, slots=True)
class Priced:
    """Prices of pods and ceilings of nodes by which the pods are worth more than the nodes (`kspec.place.patterns`)."""

    prices: Prices
    workloads: tuple[tuple[str, int], ...]
    margin: int


Certificate = Checked | Linear | Priced | Exhaustive


def farkas(relaxation: Relaxation, core: Sequence[int], *, effort: int) -> Linear | None:
    """Multipliers that make the rows of a core contradict each other; None where the rows alone do not."""
    wanted = set(core)
    rows = [row for row in relaxation.rows if wanted.issuperset(row.requirements)]
    script = Script()
    columns: dict[str, list[tuple[int, str]]] = {}
    for i, row in enumerate(rows):
        script.real(f"m{i}")
        for weight, variable in row.terms:
            columns.setdefault(variable, []).append((weight, f"m{i}"))
    for terms in columns.values():
        script.row(f"(>= {total(terms)} 0)")
    script.row(f"(<= {total([(row.bound, f'm{i}') for i, row in enumerate(rows) if row.bound])} {number(-1)})")
    outcome = solve(script.text, engine=Engine.SIMPLEX, effort=effort)
    if not outcome.sat:
        return None
    values = [outcome.number(f"m{i}") for i in range(len(rows))]
    scale = lcm(*(v.denominator for v in values))
    used = tuple((int(v * scale), row) for v, row in zip(values, rows, strict=True) if v > 0)
    variables = {variable for _, row in used for _, variable in row.terms}
    empty = {r for _, row in used if not row.terms for r in row.requirements}
    homeless = tuple((g.workload, g.count) for g in relaxation.problem.groups if g.replicas in empty)
    return Linear(used, _names(relaxation, variables), _counted(relaxation, variables), homeless)


def _counted(relaxation: Relaxation, variables: set[str]) -> tuple[tuple[str, str, int, tuple[str, ...]], ...]:
    """What each variable counts, for whoever checks it without knowing groups and classes."""
    problem = relaxation.problem
    found = []
    for variable in sorted(variables):
        g, c = (int(part) for part in variable[1:].split("_"))
        group = problem.groups[g]
        nodes = tuple(problem.sites[n] for n in relaxation.classes[c].sites)
        found.append((variable, group.workload, group.count, nodes))
    return tuple(found)


def _names(relaxation: Relaxation, variables: set[str]) -> tuple[tuple[str, str], ...]:
    """What each variable of a certificate counts."""
    problem = relaxation.problem
    named = []
    for variable in sorted(variables):
        g, c = (int(part) for part in variable[1:].split("_"))
        sites = relaxation.classes[c].sites
        where = f"{problem.sites[sites[0]]} and {len(sites) - 1} more" if len(sites) > 1 else problem.sites[sites[0]]
        named.append((variable, f"pods of {problem.groups[g].workload} on {where}"))
    return tuple(named)


def contradicts(certificate: Linear) -> bool:
    """Whether the weighted sum is impossible: non-negative weights on counts, and less than nothing allowed."""
    left: Counter[str] = Counter()
    bound = 0
    for multiplier, row in certificate.rows:
        if multiplier < 0:
            return False
        bound += multiplier * row.bound
        for weight, variable in row.terms:
            left[variable] += multiplier * weight
    return bound < 0 and all(weight >= 0 for weight in left.values())


def stands(problem: Problem, certificate: Certificate) -> bool:
    """Whether a certificate of infeasibility holds, checked on its own.

    Linear ones by stating the rows anew and adding up integers; exhaustive ones by asking again with another seed. A
    placement's certificate is checked by `kspec.place.checker` when it is made, so it stands.
    """
    match certificate:
        case Checked():
            return True
        case Linear():
            known = set(relax(problem).rows)
            return contradicts(certificate) and all(row in known for _, row in certificate.rows)
        case Priced(prices=prices):
            from kspec.place.patterns.prove import proves

            return proves(problem, prices, seed=7)
        case Exhaustive(part="relaxation"):
            return Relaxed(relax(problem), seed=7).check().verdict is Verdict.UNSAT
        case Exhaustive():
            from kspec.place.exact.decide import Decider

            return Decider(problem, seed=7, ordered=False).decide().verdict is Verdict.UNSAT

"""Certificates: why a property holds, small enough to read and complete enough to check again.

A certificate is an inductive set of lemmas; for a goal also a ranking. `recheck` trusts none of the machinery that
found them: it substitutes updates into lemmas (where the search used copies of the state) and asks fresh solvers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from kspec.core.build import and_, implies, le, not_, or_, sub
from kspec.core.expr import Const, Expr
from kspec.core.flat import after, at_start
from kspec.core.lower.flatten import enabledness
from kspec.core.lower.watch import counted
from kspec.core.property import Property, PropertyKind
from kspec.core.sexpr import digest, read, write
from kspec.core.show import show
from kspec.core.system import ActionKind, System
from kspec.solve.verify.encode import Encoder
from kspec.solve.verify.measures import Ranking
from kspec.solve.verify.query import Query


@dataclass(frozen=True, slots=True)
class Certificate:
    """The reasons for one property of one flat system."""

    property: str
    lemmas: tuple[Expr, ...]
    ranking: Ranking | None
    system: str
    """The digest of the system it is about."""

    def to_json(self) -> dict[str, Any]:
        """For people (`text`) and for the checker (`formula`)."""
        ranking = [
            {"text": show(term), "formula": write(term), "actions": list(actions)}
            for term, actions in (self.ranking.levels if self.ranking is not None else ())
        ]
        lemmas = [{"text": show(lemma), "formula": write(lemma)} for lemma in self.lemmas]
        return {"property": self.property, "system": self.system, "lemmas": lemmas, "ranking": ranking or None}

    @staticmethod
    def from_json(data: dict[str, Any]) -> Certificate:
        """The certificate of a document; raises `KeyError`, `TypeError` or `Unreadable` where it is not one."""
        levels = [(read(level["formula"]), tuple(level["actions"])) for level in data["ranking"] or ()]
        return Certificate(
            data["property"],
            tuple(read(lemma["formula"]) for lemma in data["lemmas"]),
            Ranking(tuple(levels)) if levels else None,
            data["system"],
        )


def claim(system: System, asked: Property) -> Expr:
    """What must hold in every reachable state for a property: the invariant, or never being stuck short of the goal.

    A system with a `LEADS_TO` property must watch it (`kspec.core.lower.watch`).
    """
    if asked.kind is PropertyKind.INVARIANT:
        return implies(asked.premise, asked.formula)
    return or_(enabledness(system), asked.formula)


def recheck(system: System, certificate: Certificate) -> list[str]:
    """What is wrong with a certificate for this system; nothing where it proves its property."""
    if certificate.system != digest(system):
        return ["the certificate is about another system"]
    asked = next((p for p in system.properties if p.name == certificate.property), None)
    if asked is None:
        return [f"there is no property {certificate.property}"]
    return list(_faults(system, certificate, asked))


def _faults(system: System, certificate: Certificate, asked: Property) -> Iterator[str]:
    lemmas = and_(*certificate.lemmas)
    checker = _Checker(system)
    if not checker.valid(at_start(system, lemmas)):
        yield "a lemma does not hold at the start"
    for action in system.actions:
        if not checker.valid(implies(and_(lemmas, action.guard), after(action, lemmas))):
            yield f"{action.label} does not preserve the lemmas"
    if not checker.valid(implies(lemmas, claim(system, asked))):
        yield "the property does not follow from the lemmas"
    if asked.kind in (PropertyKind.GOAL, PropertyKind.LEADS_TO):
        yield from _ranking_faults(checker, certificate, lemmas)


def _ranking_faults(checker: _Checker, certificate: Certificate, lemmas: Expr) -> Iterator[str]:
    actions = checker.system.actions
    left = [i for i, action in enumerate(actions) if action.kind is ActionKind.CONTROLLER]
    for term, settled in certificate.ranking.levels if certificate.ranking is not None else ():
        if not checker.valid(implies(lemmas, le(0, term))):
            yield f"{show(term)} can be negative"
        for i in left:
            most = -1 if i in settled else 0
            lowered = le(sub(after(actions[i], term), term), most)
            if not checker.valid(implies(and_(lemmas, counted(checker.system, actions[i])), lowered)):
                words = "does not lower" if most else "raises"
                yield f"{actions[i].label} {words} {show(term)}"
        left = [i for i in left if i not in settled]
    if left:
        yield f"nothing says that {actions[left[0]].label} happens finitely often"


class _Checker:
    """Decides formulas about a system, each with a solver of its own."""

    def __init__(self, system: System) -> None:
        self.system = system
        self._first = Query("")

    def valid(self, formula: Expr) -> bool:
        """The formula holds in every state and for all parameters."""
        if isinstance(formula, Const):
            return bool(formula.value)
        encoder = Encoder(self.system)
        encoder.declare_params()
        encoder.declare_moment(0)
        encoder.require(not_(formula), 0)
        return Query(encoder.take(), beside=self._first).holds()


def issue(system: System, asked: Property, lemmas: Sequence[Expr], ranking: Ranking | None) -> Certificate:
    """The certificate, with only those lemmas that the property, the ranking and each other need."""
    return Certificate(asked.name, tuple(lemmas), ranking, digest(system))

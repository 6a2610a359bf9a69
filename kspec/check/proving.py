"""Engines that prove: Houdini lemmas, k-induction, rankings, each proof checked again before it counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from kspec.check.explicit import lowered
from kspec.check.options import Clock
from kspec.core.expr import Expr
from kspec.core.property import Property, PropertyKind
from kspec.core.system import System
from kspec.solve.verify.candidates import candidates
from kspec.solve.verify.certificate import Certificate, claim, issue, recheck
from kspec.solve.verify.houdini import Lemmas, Sample, houdini
from kspec.solve.verify.implied import implied
from kspec.solve.verify.kinduction import k_inductive
from kspec.solve.verify.measures import Ranking, rank
from kspec.solve.verify.synthesis import synthesise
from kspec.solve.verify.trim import trim


@dataclass(frozen=True, slots=True)
class Proof:
    """Why a property holds."""

    engine: str
    certificate: Certificate | None
    """None for k-induction with k > 1, which keeps no inductive set."""


@dataclass(slots=True)
class Attempt:
    """What one flat system gave."""

    proofs: dict[str, Proof] = field(default_factory=dict)
    lemmas: tuple[Expr, ...] = ()
    """Hold in every reachable state, whatever became of the properties."""
    tried: list[str] = field(default_factory=list)


def prove(flat: System, properties: Sequence[Property], samples: Sequence[Sample], clock: Clock) -> Attempt:
    """Prove what can be proved of the properties of a flat system: with plain lemmas, then with conditional ones."""
    attempt = Attempt()
    for conditional in (False, True):
        wanted = [p for p in lowered(flat, properties) if p.kind is not PropertyKind.WITNESS]
        wanted = [p for p in wanted if p.name not in attempt.proofs]
        if wanted and clock.left:
            _stage(flat, wanted, samples, clock, attempt, conditional)
    return attempt


def _stage(
    flat: System,
    wanted: Sequence[Property],
    samples: Sequence[Sample],
    clock: Clock,
    attempt: Attempt,
    conditional: bool,
) -> None:
    guesses = candidates(flat, conditional)
    found = houdini(flat, guesses, samples, clock.share(0.6), attempt.lemmas)
    attempt.lemmas = found.formulas
    attempt.tried.append(f"induction over {len(guesses)} candidate lemmas" + ("" if found.complete else ", cut off"))
    ranking: Ranking | None = None
    for asked in wanted:
        if asked.kind is PropertyKind.INVARIANT:
            proof = _invariant(flat, asked, found, last=conditional)
        else:
            if implied(flat, found.formulas, claim(flat, asked)) is None:
                attempt.tried.append(f"{asked.name}: no lemmas that rule out being stuck")
                continue
            ranking = ranking or _ranking(flat, found, clock, last=conditional)
            if ranking is None:
                attempt.tried.append(f"{asked.name}: no ranking of the controllers' steps")
                continue
            proof = _certified(flat, asked, found, ranking)
        if proof is not None:
            attempt.proofs[asked.name] = proof


def _invariant(flat: System, asked: Property, found: Lemmas, last: bool) -> Proof | None:
    if implied(flat, found.formulas, claim(flat, asked)) is not None:
        return _certified(flat, asked, found, None)
    if not last:
        return None
    k = k_inductive(flat, claim(flat, asked), found.formulas)
    return None if k is None else Proof(f"{k}-induction", None)


def _ranking(flat: System, found: Lemmas, clock: Clock, last: bool) -> Ranking | None:
    terms = [term for measure in flat.measures for term in measure.terms]
    stated = rank(flat, found.formulas, terms)
    if isinstance(stated, Ranking):
        return stated
    return synthesise(flat, found.formulas, terms, clock.share(0.5)) if last else None


def _certified(flat: System, asked: Property, found: Lemmas, ranking: Ranking | None) -> Proof | None:
    """The proof, if its trimmed certificate stands up to the checker."""
    needed = trim(flat, found.formulas, claim(flat, asked), ranking)
    if needed is None:
        return None
    certificate = issue(flat, asked, needed, ranking)
    if recheck(flat, certificate):
        return None
    engine = "induction" if ranking is None else "induction, ranking"
    return Proof(engine, certificate)

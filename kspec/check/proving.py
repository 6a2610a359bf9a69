"""Engines that prove: Houdini lemmas, k-induction, rankings, each proof checked again before it counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from kspec.check.options import Clock
from kspec.check.sampling import samples_of
from kspec.check.views import Bounds, flat_views, parts
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
    remarks: tuple[str, ...] = ()
    """What the system it was proved on leaves out."""


@dataclass(slots=True)
class Attempt:
    """What has been tried of one property, and what came of it."""

    proofs: list[Proof] = field(default_factory=list)
    """One for each part of the property; empty where some part is not proved."""
    tried: list[str] = field(default_factory=list)


def prove(reduced: System, asked: Property, bounds: Bounds, clock: Clock) -> Attempt:
    """Prove a property part by part, each on the coarsest view that will do; else as a whole."""
    attempt = Attempt()
    pieces = parts(reduced, asked)
    for claims in [pieces, [asked]] if len(pieces) > 1 else [pieces]:
        proofs = []
        for piece in claims:
            proof = _prove_part(reduced, piece, bounds, clock, attempt.tried)
            if proof is None:
                break
            proofs.append(proof)
        if len(proofs) == len(claims):
            attempt.proofs = proofs
            break
    return attempt


def _prove_part(reduced: System, asked: Property, bounds: Bounds, clock: Clock, tried: list[str]) -> Proof | None:
    for reading in flat_views(reduced, asked, bounds):
        flat = reading.flat
        proof = prove_flat(flat, samples_of(flat), Clock(clock.share(0.5)), tried, reading.thorough)
        if proof is not None:
            return proof
        if not clock.left:
            break
    return None


def prove_flat(
    flat: System, samples: Sequence[Sample], clock: Clock, tried: list[str], thorough: bool = True
) -> Proof | None:
    """Prove the only property of a flat system: with plain lemmas, then (if thorough) with conditional ones."""
    (asked,) = flat.properties
    known: tuple[Expr, ...] = ()
    for conditional in (False, True) if thorough else (False,):
        if not clock.left:
            break
        guesses = candidates(flat, conditional)
        found = houdini(flat, guesses, samples, clock.share(0.6), known)
        known = found.formulas
        size = f"{len(guesses)} candidate lemmas on {len(flat.globals)} variables"
        tried.append(f"{asked.name}: induction over {size}" + ("" if found.complete else ", cut off"))
        if asked.kind is PropertyKind.INVARIANT:
            proof = _invariant(flat, asked, found, last=conditional)
        else:
            proof = _goal(flat, asked, found, clock, tried, last=conditional)
        if proof is not None:
            return proof
    return None


def _goal(flat: System, asked: Property, found: Lemmas, clock: Clock, tried: list[str], last: bool) -> Proof | None:
    if implied(flat, found.formulas, claim(flat, asked)) is None:
        tried.append(f"{asked.name}: no lemmas that rule out being stuck")
        return None
    ranking = _ranking(flat, found, clock, last)
    if ranking is None:
        tried.append(f"{asked.name}: no ranking of the controllers' steps")
        return None
    return _certified(flat, asked, found, ranking)


def _invariant(flat: System, asked: Property, found: Lemmas, last: bool) -> Proof | None:
    if implied(flat, found.formulas, claim(flat, asked)) is not None:
        return _certified(flat, asked, found, None)
    if not last:
        return None
    k = k_inductive(flat, claim(flat, asked), found.formulas)
    return None if k is None else Proof(f"{k}-induction", None, flat.remarks)


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
    return Proof(engine, certificate, flat.remarks)

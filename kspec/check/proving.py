"""Engines that prove: Houdini lemmas, k-induction, Spacer, rankings; each proof is checked again before it counts."""

from __future__ import annotations

from dataclasses import dataclass, field

from kspec.check.options import Clock, Engine
from kspec.check.sampling import samples_of
from kspec.check.views import Bounds, flat_views, parts
from kspec.core.expr import Expr
from kspec.core.property import Property, PropertyKind
from kspec.core.system import System
from kspec.solve.verify.candidates import candidates
from kspec.solve.verify.certificate import Certificate, claim, issue, recheck
from kspec.solve.verify.houdini import houdini, range_lemmas
from kspec.solve.verify.implied import implied
from kspec.solve.verify.kinduction import foreseen, k_inductive
from kspec.solve.verify.measures import Ranking, rank
from kspec.solve.verify.spacer import spacer
from kspec.solve.verify.synthesis import synthesise
from kspec.solve.verify.trim import trim

_SPACER, _SPACER_SECONDS = 0.3, 2.0
"""What of the time left Spacer may use, and no more than so many seconds: what it finds at all, it finds at once."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Why a property holds."""

    engine: str
    certificate: Certificate
    remarks: tuple[str, ...] = ()
    """What the system it was proved on leaves out."""


@dataclass(slots=True)
class Attempt:
    """What has been tried of one property, and what came of it."""

    proofs: list[Proof] = field(default_factory=list)
    """One for each part of the property; empty where some part is not proved."""
    tried: list[str] = field(default_factory=list)


def prove(reduced: System, asked: Property, bounds: Bounds, clock: Clock, engine: Engine = Engine.PORTFOLIO) -> Attempt:
    """Prove a property part by part, each on the coarsest view that will do; else as a whole."""
    attempt = Attempt()
    pieces = parts(reduced, asked)
    for claims in [pieces, [asked]] if len(pieces) > 1 else [pieces]:
        proofs = []
        for piece in claims:
            proof = _prove_part(reduced, piece, bounds, clock, attempt.tried, engine)
            if proof is None:
                break
            proofs.append(proof)
        if len(proofs) == len(claims):
            attempt.proofs = proofs
            break
    return attempt


def _prove_part(
    reduced: System, asked: Property, bounds: Bounds, clock: Clock, tried: list[str], engine: Engine
) -> Proof | None:
    for reading in flat_views(reduced, asked, bounds):
        prover = _Prover(reading.flat, Clock(clock.share(0.5)), tried, engine)
        proof = prover.by_spacer() if engine is Engine.SPACER else prover.by_lemmas(reading.thorough)
        if proof is not None:
            return proof
        if not clock.left:
            break
    return None


@dataclass(frozen=True, slots=True)
class _Reasons:
    """Lemmas from which what is claimed of every state follows, and how it was seen that they do."""

    lemmas: tuple[Expr, ...]
    engine: str


class _Prover:
    """Proves the only property of a flat system."""

    def __init__(self, flat: System, clock: Clock, tried: list[str], engine: Engine) -> None:
        self._flat = flat
        (self._asked,) = flat.properties
        self._claim = claim(flat, self._asked)
        self._clock = clock
        self._tried = tried
        self._engine = engine

    def by_lemmas(self, thorough: bool) -> Proof | None:
        """With plain lemmas, then (if thorough) with conditional ones, then with what else an engine can find."""
        samples = samples_of(self._flat)
        known: tuple[Expr, ...] = ()
        for conditional in (False, True) if thorough else (False,):
            if not self._clock.left:
                break
            guesses = candidates(self._flat, conditional)
            found = houdini(self._flat, guesses, samples, self._clock.share(0.6), known)
            known = found.formulas
            size = f"{len(guesses)} candidate lemmas on {len(self._flat.globals)} variables"
            self._tell(f"induction over {size}" + ("" if found.complete else ", cut off"))
            proof = self._proof(self._reasons(known, last=conditional), last=conditional)
            if proof is not None:
                return proof
        return None

    def by_spacer(self) -> Proof | None:
        """With nothing but what Spacer finds."""
        return self._proof(self._spacer(tuple(range_lemmas(self._flat)), self._clock.left), last=True)

    # ------------------------------------------------------------ what holds in every state

    def _reasons(self, lemmas: tuple[Expr, ...], last: bool) -> _Reasons | None:
        if implied(self._flat, lemmas, self._claim) is not None:
            return _Reasons(lemmas, "induction")
        if not last:
            return None
        k = k_inductive(self._flat, self._claim, lemmas)
        ahead = None if k is None else foreseen(self._flat, self._claim, k)
        if ahead is not None:
            return _Reasons((*lemmas, *ahead), f"{k}-induction")
        return self._spacer(lemmas, self._clock.share(_SPACER)) if self._engine is Engine.PORTFOLIO else None

    def _spacer(self, lemmas: tuple[Expr, ...], seconds: float) -> _Reasons | None:
        found = spacer(self._flat, self._claim, lemmas, min(seconds, _SPACER_SECONDS))
        self._tell(f"Spacer beside {len(lemmas)} lemmas" + ("" if found is not None else ", without an answer"))
        return None if found is None else _Reasons((*lemmas, *found), "spacer")

    # ------------------------------------------------------------ proofs

    def _proof(self, reasons: _Reasons | None, last: bool) -> Proof | None:
        """The proof, if its trimmed certificate stands up to the checker."""
        goal = self._asked.kind is not PropertyKind.INVARIANT
        if reasons is None:
            if goal:
                self._tell("no lemmas that rule out being stuck")
            return None
        ranking = self._ranking(reasons.lemmas, last) if goal else None
        if goal and ranking is None:
            self._tell("no ranking of the controllers' steps")
            return None
        needed = trim(self._flat, reasons.lemmas, self._claim, ranking)
        if needed is None:
            return None
        certificate = issue(self._flat, self._asked, needed, ranking)
        if recheck(self._flat, certificate):
            return None
        return Proof(f"{reasons.engine}, ranking" if goal else reasons.engine, certificate, self._flat.remarks)

    def _ranking(self, lemmas: tuple[Expr, ...], last: bool) -> Ranking | None:
        terms = [term for measure in self._flat.measures for term in measure.terms]
        stated = rank(self._flat, lemmas, terms)
        if isinstance(stated, Ranking):
            return stated
        return synthesise(self._flat, lemmas, terms, self._clock.share(0.5)) if last else None

    def _tell(self, words: str) -> None:
        self._tried.append(f"{self._asked.name}: {words}")

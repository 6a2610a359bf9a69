"""The field `forced` of a placement's answer: examples judged pod by pod, proofs by reading the invariant anew."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.certify.checks import Check, Outcome, Unusable, worst
from kspec.certify.impossibility import impossible
from kspec.certify.standing import fits
from kspec.core.property import Property
from kspec.elaborate.design import Design
from kspec.place.answer import Assigned
from kspec.place.checker.statement import Unjudged
from kspec.place.forced import Example, Extent, How
from kspec.place.forced.ask import ground_of, invariants, judged, said_of_placements
from kspec.place.forced.cases import cases
from kspec.place.forced.formula import FALSE, Formula, negation
from kspec.place.forced.ground import Ground
from kspec.place.forced.possible import asking, with_case
from kspec.place.forced.seats import Unsayable
from kspec.place.forced.translate import TooLarge, premise_and_whole
from kspec.place.problem import Problem
from kspec.solve.session import Verdict
from kspec.source.tree import Json, Object

_AGAIN = "the solver was asked again for one, with another seed and without its order among equal nodes"


def certify_forced(entries: Json, design: Design, problem: Problem) -> Iterator[Check]:
    """For each invariant that the answer says something of: its examples, and its proof."""
    ground = ground_of(design, problem)
    known = {one.property.name.text: one for one in invariants(design)}
    for entry in entries if isinstance(entries, list) else ():
        if not isinstance(entry, dict):
            raise Unusable("an entry of forced is no object")
        name, verdict = str(entry.get("property")), entry.get("verdict")
        if verdict == "unsaid":
            continue
        said = said_of_placements(ground, known[name]) if name in known else None
        if not isinstance(said, Property):
            yield Check(f"{name}: {verdict}", Outcome.BROKEN, "the design has no such invariant about placements")
        elif verdict == Extent.OPEN.value:
            yield Check(f"{name}: {verdict}", Outcome.OPEN, "this claims nothing")
        else:
            yield from _Claim(ground, said, entry).checks(verdict)


class _Claim:
    """What an answer says of one invariant."""

    def __init__(self, ground: Ground, said: Property, entry: Object) -> None:
        self.ground, self.said, self.entry = ground, said, entry

    def checks(self, verdict: Json) -> Iterator[Check]:
        name = self.said.name
        match verdict:
            case "some":
                yield self._example("holds", f"{name} is true in some placement", True)
                yield self._example("breaks", f"{name} is not true in some placement", False)
            case "every":
                yield self._example("holds", f"{name} is true in some placement", True)
                yield self._never(f"{name} is true in every placement", of_opposite=True)
            case "none":
                yield self._example("breaks", f"{name} is not true in some placement", False)
                yield self._never(f"{name} is true in no placement", of_opposite=False)
            case _:
                raise Unusable(f"{verdict!r} is no verdict of an invariant")

    def _example(self, field: str, claim: str, wanted: bool) -> Check:
        told = self.entry.get(field)
        if not isinstance(told, dict):
            return Check(claim, Outcome.BROKEN, "the answer shows none")
        problem = self.ground.problem
        stands = fits(problem, told.get("assignments"), told.get("optional"))
        if stands.outcome is not Outcome.HOLDS:
            return Check(claim, stands.outcome, stands.reason)
        assigned = tuple(Assigned(pod, "", node) for pod, node in stands.assignment.items())
        try:
            found = judged(self.said, self.ground.stills, problem, Example(assigned, stands.optional))
        except Unjudged as error:
            return Check(claim, Outcome.OPEN, f"a placement does not say {error}")
        reason = f"the one that is shown keeps every rule, and there it is {'' if found else 'not '}true"
        return Check(claim, Outcome.HOLDS if found is wanted else Outcome.BROKEN, reason)

    def _never(self, claim: str, *, of_opposite: bool) -> Check:
        certificate = self.entry.get("certificate")
        if not isinstance(certificate, dict):
            return Check(claim, Outcome.OPEN, "the answer has no certificate of it")
        try:
            _, whole = premise_and_whole(self.ground, self.said)
        except (Unsayable, TooLarge) as error:
            return Check(claim, Outcome.OPEN, f"it cannot be read as one about placements: {error}")
        formula = negation(whole) if of_opposite else whole
        match certificate.get("kind"):
            case How.WORDS.value:
                outcome = Outcome.HOLDS if formula == FALSE else Outcome.BROKEN
                return Check(claim, outcome, "read anew, it says the same of every placement")
            case How.CASES.value:
                return self._cases(claim, formula, certificate.get("cases"))
            case "exhaustive":
                decision = asking(self.ground.problem, formula, ordered=False, seed=7).decide()
                outcomes = {Verdict.UNSAT: Outcome.HOLDS, Verdict.SAT: Outcome.BROKEN}
                return Check(claim, outcomes.get(decision.verdict, Outcome.OPEN), _AGAIN)
            case kind:
                return Check(claim, Outcome.OPEN, f"certificates of kind {kind} are not re-checked")

    def _cases(self, claim: str, formula: Formula, certificates: Json) -> Check:
        """One of some cases would have to be: worked out anew, each is impossible by its own certificate."""
        problem = self.ground.problem
        listed = cases(problem, formula, symmetric=self.ground.symmetric)
        given = certificates if isinstance(certificates, list) else []
        if listed is None or len(listed) != len(given):
            return Check(claim, Outcome.BROKEN, f"{len(given)} cases are refuted, and these are not all")
        checks = [
            check
            for case, certificate in zip(listed, given, strict=True)
            for check in impossible({"certificate": certificate}, with_case(problem, case))
        ]
        if worst(checks) is Outcome.HOLDS:
            number = "the one case is" if len(given) == 1 else f"each of {len(given)} cases is"
            return Check(claim, Outcome.HOLDS, f"{number} impossible by its own certificate")
        first = next(check for check in checks if check.outcome is worst(checks))
        return Check(claim, first.outcome, f"a case: {first.claim}: {first.reason}")

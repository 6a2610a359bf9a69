"""Proofs that there is no placement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from kspec.certify.checks import Check, Outcome, Unusable
from kspec.place.certificate import Exhaustive, stands
from kspec.place.problem import Problem
from kspec.place.relax.rows import Row
from kspec.place.relax.solve import relax
from kspec.source.tree import Json, Object


def impossible(document: Object, problem: Problem) -> Iterator[Check]:
    """The certificate, by its kind."""
    certificate = document.get("certificate")
    if not isinstance(certificate, dict):
        raise Unusable("an infeasible answer without a certificate")
    match certificate.get("kind"):
        case "linear":
            rows = list(_rows(certificate.get("rows")))
            yield _sum(rows)
            yield _true(rows, problem)
        case "exhaustive":
            part = str(certificate.get("part"))
            again = stands(problem, Exhaustive(part, 0, 0))
            reason = "asked again with another seed and another order of nodes"
            yield Check("nothing satisfies the encoding", Outcome.HOLDS if again else Outcome.BROKEN, reason)
        case kind:
            yield Check("the certificate", Outcome.OPEN, f"certificates of kind {kind} are not re-checked")


def _rows(value: Json) -> Iterator[tuple[int, Row]]:
    for row in value if isinstance(value, list) else ():
        match row:
            case {"multiplier": int(multiplier), "terms": list(terms), "bound": int(bound), "meaning": str(meaning)}:
                pairs = tuple((w, v) for w, v in (_term(t) for t in terms))
                yield multiplier, Row(pairs, bound, (), meaning)
            case _:
                raise Unusable("a row of the certificate lacks multiplier, terms, bound or meaning")


def _term(value: Json) -> tuple[int, str]:
    match value:
        case [int(weight), str(variable)]:
            return weight, variable
        case _:
            raise Unusable("a term of the certificate is not [weight, variable]")


def _sum(rows: list[tuple[int, Row]]) -> Check:
    """Non-negative weights on counts, and less than nothing allowed."""
    left: Counter[str] = Counter()
    for multiplier, row in rows:
        for weight, variable in row.terms:
            left[variable] += multiplier * weight
    bound = sum(multiplier * row.bound for multiplier, row in rows)
    fine = bound < 0 and min((*left.values(), *(m for m, _ in rows)), default=-1) >= 0
    claim = f"{len(rows)} statements contradict each other"
    return Check(
        claim, Outcome.HOLDS if fine else Outcome.BROKEN, f"they add up to: a sum of counts is at most {bound}"
    )


def _true(rows: list[tuple[int, Row]], problem: Problem) -> Check:
    """Each row is one that the design states."""
    known = {(row.terms, row.bound) for row in relax(problem).rows}
    for _, row in rows:
        if (row.terms, row.bound) not in known:
            return Check("each statement follows from the design", Outcome.BROKEN, f"{row.meaning} does not")
    return Check("each statement follows from the design", Outcome.HOLDS, "stated again")

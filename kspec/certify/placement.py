"""Answers of `kspec place`: a placement judged pod by pod, a proof of infeasibility added up anew."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.certify.checks import Check, Outcome, Unusable
from kspec.certify.forced import certify_forced
from kspec.certify.impossibility import impossible
from kspec.certify.ranges import certify_ranges
from kspec.certify.standing import assigned, fits
from kspec.domain.expansion import Scale
from kspec.elaborate.design import Design
from kspec.place.build import build
from kspec.place.problem import Problem
from kspec.place.question import Existing
from kspec.source.tree import Object


def certify(document: Object, design: Design) -> Iterator[Check]:
    """The verdict, the value of the objective, and what is said of sizes and of invariants."""
    problem = build(
        design.resources,
        design.cluster,
        origins=design.pool_origins,
        scale=_scale(document),
        existing=_existing(document),
    )
    if not isinstance(problem, Problem):
        raise Unusable("the design has no placement problem: " + "; ".join(d.message for d in problem))
    match document.get("verdict"):
        case "placed":
            yield _placed(document, problem)
            yield from _objective(document)
            if "forced" in document:
                yield from certify_forced(document["forced"], design, problem)
        case "infeasible":
            yield from impossible(document, problem)
        case verdict:
            yield Check("the verdict", Outcome.OPEN, f"{verdict} claims nothing")
    if "ranges" in document:
        yield from certify_ranges(document["ranges"], problem)


def _existing(document: Object) -> Existing:
    return Existing.MOVABLE if document.get("existing") == "movable" else Existing.FIXED


def _scale(document: Object) -> Scale:
    match document.get("scale"):
        case "low":
            return Scale.LOW
        case "high":
            return Scale.HIGH
        case _:
            return Scale.DECLARED


def _placed(document: Object, problem: Problem) -> Check:
    """Every pod has a node on which every rule lets it stand, on the nodes that the answer says are there."""
    certificate = document.get("certificate")
    named = certificate.get("optional") if isinstance(certificate, dict) else None
    found = fits(problem, document.get("assignments"), named)
    return Check(f"{len(found.assignment)} pods are placed", found.outcome, found.reason)


def _objective(document: Object) -> Iterator[Check]:
    """The value, counted again; that it is the best possible is not part of the certificate."""
    objective = document.get("objective")
    if isinstance(objective, dict) and objective.get("name") == "nodes":
        daemons = ("DaemonSet",)
        used = {
            a["node"] for a in assigned(document.get("assignments")) if str(a["workload"]).split("/")[1] not in daemons
        }
        fine = objective.get("value") == len(used)
        outcome = Outcome.HOLDS if fine else Outcome.BROKEN
        yield Check(f"the pods stand on {objective.get('value')} nodes", outcome, f"{len(used)} counted")

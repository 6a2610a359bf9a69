"""Answers of `kspec place`: a placement judged pod by pod, a proof of infeasibility added up anew."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.certify.checks import Check, Outcome, Unusable
from kspec.certify.impossibility import impossible
from kspec.domain.expansion import Scale
from kspec.elaborate.design import Design
from kspec.place.build import build
from kspec.place.checker import check
from kspec.place.problem import Problem
from kspec.place.question import Existing
from kspec.source.tree import Json, Object


def certify(document: Object, design: Design) -> Iterator[Check]:
    """The verdict, and the value of the objective."""
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
        case "infeasible":
            yield from impossible(document, problem)
        case verdict:
            yield Check("the verdict", Outcome.OPEN, f"{verdict} claims nothing")


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
    assert problem.inventory is not None
    assignment = {str(a["pod"]): str(a["node"]) for a in _objects(document.get("assignments"))}
    running = {pod.pod: node for pod, node in problem.fixed}
    moved = [pod for pod, node in running.items() if assignment.get(pod) != node]
    claim = f"{len(assignment)} pods are placed"
    if moved:
        return Check(claim, Outcome.BROKEN, f"{moved[0]} runs on {running[moved[0]]}; the answer does not say so")
    certificate = document.get("certificate")
    named = certificate.get("optional") if isinstance(certificate, dict) else None
    in_use = {str(n) for n in named} if isinstance(named, list) else set(assignment.values())
    pairs = zip(problem.sites, problem.optional.tolist(), strict=True)
    nodes = [site for site, optional in pairs if not optional or site in in_use]
    wrong = check(problem.inventory, nodes, {pod: node for pod, node in assignment.items() if pod not in running})
    if wrong:
        first = wrong[0]
        more = f" ({len(wrong)} in all)" if len(wrong) > 1 else ""
        return Check(claim, Outcome.BROKEN, f"{first.pod} on {first.node}: {first.filter}: {first.message}{more}")
    return Check(claim, Outcome.HOLDS, f"every rule holds for every pod on {len(nodes)} nodes")


def _objective(document: Object) -> Iterator[Check]:
    """The value, counted again; that it is the best possible is not part of the certificate."""
    objective = document.get("objective")
    if isinstance(objective, dict) and objective.get("name") == "nodes":
        daemons = ("DaemonSet",)
        used = {
            a["node"] for a in _objects(document.get("assignments")) if str(a["workload"]).split("/")[1] not in daemons
        }
        fine = objective.get("value") == len(used)
        outcome = Outcome.HOLDS if fine else Outcome.BROKEN
        yield Check(f"the pods stand on {objective.get('value')} nodes", outcome, f"{len(used)} counted")


def _objects(value: Json) -> Iterator[Object]:
    for item in value if isinstance(value, list) else ():
        if not isinstance(item, dict) or not {"pod", "workload", "node"} <= item.keys():
            raise Unusable("an entry of assignments lacks pod, workload or node")
        yield item

"""Whether pods may stand where an answer says: judged by the independent checker."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kspec.certify.checks import Outcome, Unusable
from kspec.place.checker import check
from kspec.place.problem import Problem
from kspec.source.tree import Json, Object


@dataclass(frozen=True, slots=True)
class Standing:
    """Pods on nodes, the nodes in use that need not be, and what became of the claim that this is a placement."""

    outcome: Outcome
    reason: str
    assignment: Mapping[str, str]
    optional: tuple[str, ...] = ()


def fits(problem: Problem, assignments: Json, named: Json) -> Standing:
    """Whether every pod has a node on which every rule lets it stand, on the nodes that are there in any case and those
    `named`; without a list of these, on those that pods are assigned to. Raises `Unusable`."""
    assert problem.inventory is not None
    assignment = {str(a["pod"]): str(a["node"]) for a in assigned(assignments)}
    running = {pod.pod: node for pod, node in problem.fixed}
    moved = [pod for pod, node in running.items() if assignment.get(pod) != node]
    if moved:
        reason = f"{moved[0]} runs on {running[moved[0]]}; the answer does not say so"
        return Standing(Outcome.BROKEN, reason, assignment)
    in_use = {str(n) for n in named} if isinstance(named, list) else set(assignment.values())
    pairs = list(zip(problem.sites, problem.optional.tolist(), strict=True))
    nodes = [site for site, optional in pairs if not optional or site in in_use]
    more = tuple(site for site, optional in pairs if optional and site in in_use)
    wrong = check(problem.inventory, nodes, {pod: node for pod, node in assignment.items() if pod not in running})
    if wrong:
        first = wrong[0]
        others = f" ({len(wrong)} in all)" if len(wrong) > 1 else ""
        reason = f"{first.pod} on {first.node}: {first.filter}: {first.message}{others}"
        return Standing(Outcome.BROKEN, reason, assignment, more)
    return Standing(Outcome.HOLDS, f"every rule holds for every pod on {len(nodes)} nodes", assignment, more)


def assigned(value: Json) -> Iterator[Object]:
    """The entries of a list of assignments. Raises `Unusable`."""
    for item in value if isinstance(value, list) else ():
        if not isinstance(item, dict) or not {"pod", "workload", "node"} <= item.keys():
            raise Unusable("an entry of assignments lacks pod, workload or node")
        yield item

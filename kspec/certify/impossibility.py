"""Proofs that there is no placement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from kspec.certify.asked import follows
from kspec.certify.checks import Check, Outcome, Unusable
from kspec.certify.rows import Count, Statement, reason, without_a_node
from kspec.certify.world import World
from kspec.place.certificate import Exhaustive, stands
from kspec.place.patterns.prove import Prices, domain_rows, proves
from kspec.place.problem import Problem
from kspec.source.tree import Json, Object

_AGAIN = "the solver was asked again, with another seed and without its order among equal nodes"
Weighed = tuple[int, str]


def impossible(document: Object, problem: Problem) -> Iterator[Check]:
    """The certificate, by its kind. Only that of linear statements does without the solver."""
    certificate = document.get("certificate")
    if not isinstance(certificate, dict):
        raise Unusable("an infeasible answer without a certificate")
    match certificate.get("kind"):
        case "linear":
            rows = list(_rows(certificate.get("rows")))
            yield _sum(rows)
            yield _true(rows, certificate, problem)
        case "exhaustive":
            part = str(certificate.get("part"))
            again = stands(problem, Exhaustive(part, 0, 0))
            yield Check("nothing satisfies the encoding", Outcome.HOLDS if again else Outcome.BROKEN, _AGAIN)
        case "priced":
            yield _priced(certificate, problem)
        case kind:
            yield Check("the certificate", Outcome.OPEN, f"certificates of kind {kind} are not re-checked")


def _rows(value: Json) -> Iterator[tuple[int, tuple[Weighed, ...], int, str]]:
    """Multiplier, terms, bound and meaning of each statement."""
    for row in value if isinstance(value, list) else ():
        match row:
            case {"multiplier": int(multiplier), "terms": list(terms), "bound": int(bound), "meaning": str(meaning)}:
                yield multiplier, tuple(_term(t) for t in terms), bound, meaning
            case _:
                raise Unusable("a row of the certificate lacks multiplier, terms, bound or meaning")


def _term(value: Json) -> Weighed:
    match value:
        case [int(weight), str(variable)]:
            return weight, variable
        case _:
            raise Unusable("a term of the certificate is not [weight, variable]")


def _sum(rows: list[tuple[int, tuple[Weighed, ...], int, str]]) -> Check:
    """Non-negative weights on counts, and less than nothing allowed."""
    left: Counter[str] = Counter()
    for multiplier, terms, _, _ in rows:
        for weight, variable in terms:
            left[variable] += multiplier * weight
    bound = sum(multiplier * row_bound for multiplier, _, row_bound, _ in rows)
    fine = bound < 0 and min((*left.values(), *(m for m, _, _, _ in rows)), default=-1) >= 0
    claim = f"{len(rows)} statements contradict each other"
    added = f"they add up to: a sum of counts is at most {bound}"
    return Check(claim, Outcome.HOLDS if fine else Outcome.BROKEN, added)


def _true(rows: list[tuple[int, tuple[Weighed, ...], int, str]], certificate: Object, problem: Problem) -> Check:
    """Each statement follows from the design, by a reason that is worked out from it."""
    assert problem.inventory is not None
    optional = dict(zip(problem.sites, problem.optional.tolist(), strict=True))
    world = World(problem.inventory, optional)
    claim = "each statement follows from the design"
    known = _counts(certificate.get("counts"), world)
    named = certificate.get("homeless")
    homeless = [world.asker(w, k) for w, k in named.items() if isinstance(k, int)] if isinstance(named, dict) else []
    reasons: Counter[str] = Counter()
    for _, terms, bound, meaning in rows:
        told = [(weight, known.get(variable)) for weight, variable in terms]
        pairs = tuple((weight, count) for weight, count in told if count is not None)
        statement = Statement(pairs, bound, meaning)
        found = reason(world, statement) if len(pairs) == len(told) else ""
        if not terms and any(asker is not None and without_a_node(world, asker, bound) for asker in homeless):
            found = "no node is left"
        if not found and len(pairs) == len(told) and follows(problem, statement):
            found = "what is asked"
        if not found:
            return Check(claim, Outcome.OPEN, f"no reason is known here for `{meaning}`, at most {bound}")
        reasons[found] += 1
    return Check(claim, Outcome.HOLDS, ", ".join(f"{name} ({n})" for name, n in sorted(reasons.items())))


def _counts(value: Json, world: World) -> Mapping[str, Count]:
    """What variables count, as far as it can be told."""
    found: dict[str, Count] = {}
    for variable, told in value.items() if isinstance(value, dict) else ():
        match told:
            case {"workload": str(workload), "pods": int(pods), "nodes": list(nodes)}:
                asker = world.asker(workload, pods)
                names = tuple(str(n) for n in nodes)
                if asker is not None and all(n in world.nodes for n in names):
                    found[variable] = Count(asker, names)
            case _:
                raise Unusable("an entry of counts lacks workload, pods or nodes")
    return found


def _priced(certificate: Object, problem: Problem) -> Check:
    """Prices: an integer sum, and for each kind of node the solver's word that nothing worth more fits on it."""
    known = {(r.terms, r.bound): r for r in domain_rows(problem)[1]}
    rows = [(m, known.get((terms, bound))) for m, terms, bound, _ in _rows(certificate.get("rows"))]
    pods, ceilings = _integers(certificate.get("pods")), _integers(certificate.get("ceilings"))
    stated = tuple((m, row) for m, row in rows if row is not None)
    fine = (
        len(stated) == len(rows)
        and len(pods) == len(problem.groups)
        and proves(problem, Prices(pods, stated, ceilings), seed=7)
    )
    reason = "added up anew; what fits on a node was asked of the solver again"
    return Check("the pods are worth more than the nodes", Outcome.HOLDS if fine else Outcome.BROKEN, reason)


def _integers(value: Json) -> tuple[int, ...]:
    if not isinstance(value, list) or not all(isinstance(v, int) for v in value):
        raise Unusable("prices and ceilings are lists of whole numbers")
    return tuple(v for v in value if isinstance(v, int))

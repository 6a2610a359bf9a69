"""Proofs that there is no placement: linear ones, and those by prices."""

from __future__ import annotations

import numpy as np

from kspec.place.budget import Purse
from kspec.place.certificate import Certificate, Exhaustive, Priced, farkas
from kspec.place.patterns.prove import Prices, Proof, margin
from kspec.place.problem import Barrier, Exclusion, Problem
from kspec.place.relax.rows import Relaxation
from kspec.place.relax.solve import Plan
from kspec.place.verdicts import Impossible


def certificate_of(relaxation: Relaxation, plan: Plan, purse: Purse, certify: bool) -> Certificate:
    """Multipliers for the conflict that the simplex found, or its word where choices take part in it."""
    certificate = farkas(relaxation, plan.core, effort=purse.share(0.2)) if certify else None
    return certificate or Exhaustive("relaxation", len(relaxation.rows) + len(relaxation.choices), plan.effort)


def by_prices(problem: Problem, purse: Purse) -> Impossible | None:
    """A proof by what single nodes can hold."""
    part = Purse(purse.share(0.2))
    proof = Proof(problem, part)
    prices = proof.search()
    purse.spend(part.spent)
    if prices is None:
        return None
    named = tuple((g.workload, p) for g, p in zip(problem.groups, prices.pods, strict=True) if p)
    core = _priced_core(problem, prices)
    return Impossible(Priced(prices, named, margin(problem, proof.shapes, prices)), core)


def _priced_core(problem: Problem, prices: Prices) -> tuple[int, ...]:
    """The requirements that a proof by prices uses: its rows, and whatever bounds how priced pods fill a node."""
    priced = {g for g, price in enumerate(prices.pods) if price}
    core = {problem.groups[g].replicas for g in priced} | {r for _, row in prices.rows for r in row.requirements}
    for rule in problem.rules:
        match rule:
            case Barrier(requirement=requirement, group=g) if g in priced:
                core.add(requirement)
            case Exclusion(requirement=requirement, a=a, b=b) if a in priced and b in priced:
                core.add(requirement)
            case _:
                pass
    asked = np.flatnonzero(problem.request[sorted(priced)].any(axis=0)).tolist()
    for nodeset in problem.nodesets:
        core |= {nodeset.nodes, *(nodeset.resources[r] for r in asked)}
    return tuple(sorted(core))

"""Does a placement survive a loss, does another one, and what would mend it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from kspec.place.answer import Goal, Placement, Repair
from kspec.place.budget import Purse
from kspec.place.build import build
from kspec.place.certificate import Certificate, Exhaustive
from kspec.place.decide import decide
from kspec.place.exact.decide import Decider
from kspec.place.explain import explain
from kspec.place.fleets import expanded
from kspec.place.goals.pursue import pursue
from kspec.place.problem import Attraction, Mask, Problem, Spread
from kspec.place.question import Existing, Question
from kspec.place.repair.mend import Attempts
from kspec.place.repair.mend import repairs as mend
from kspec.place.restrict import with_sites
from kspec.place.survive.answer import Failure, Fate, Reach, Survival
from kspec.place.survive.losses import Loss, Lost
from kspec.place.survive.refit import Refit, Standing
from kspec.place.survive.trial import Trial, attempt
from kspec.place.verdicts import Impossible, Solution, violations
from kspec.solve.session import Verdict

_SMALL = 300
"""Count variables up to which every placement is tried, one after another."""
_MOST_PLACEMENTS = 60
_LEVELLED = 5_000
"""Groups times sites up to which loads are levelled in search of a placement that survives."""
_ASSUMED = (
    "pods on nodes that are left stay where they are; those of lost nodes are made anew, with the same templates",
    "lost nodes are gone, with their zones if those have no other node; no node is added meanwhile",
    "volumes follow their pods wherever their class or their own topology allows it",
)


def survive(
    problem: Problem, first: Placement, loss: Loss, *, budget: float, repairs: bool = True
) -> tuple[Placement, Survival]:
    """The fate of a placement; where it breaks, of others, and what would mend it.

    Answers the placement that the fate is about: another one than the first where that one survives. Raises
    `NoSuchLoss`.
    """
    purse = Purse.of(budget)
    free = movable(problem)
    standing = standing_of(free, {a.pod: a.node for a in first.assignments}, first.certificate)
    trial = attempt(standing, loss, purse)
    if trial.broken is None:
        return first, _told(loss, trial)
    every = hopeless(free, trial.broken[0], purse)
    if every is None:
        better = _better(problem, free, loss, purse)
        match better:
            case (Placement() as placement, Trial() as survived):
                return placement, replace(_told(loss, survived), chosen=True)
            case Exhaustive():
                every = better
            case _:
                pass
    failure, core = _failure(free.sites, trial.broken, every, purse)
    lost = [free.nodesets[s].nodes for s in sorted(set(free.nodeset_of[trial.broken[0].sites].tolist()))]
    mended = _repairs(free, tuple(dict.fromkeys((*core, *lost))), loss, Purse.of(budget / 10)) if repairs else ()
    return first, replace(_told(loss, trial), failure=failure, repairs=mended)


def movable(problem: Problem) -> Problem:
    """The problem in which pods that run may be placed anew, as they are when their nodes are lost."""
    assert problem.inventory is not None
    question = problem.inventory.question
    assert question is not None
    if not problem.fixed or question.existing is Existing.MOVABLE:
        return problem
    free = _built(replace(question, existing=Existing.MOVABLE))
    assert free is not None
    return free


def standing_of(problem: Problem, where: Mapping[str, str], certificate: Certificate | None) -> Standing:
    """A placement by names; nodes of ranges are there that the certificate names, or that pods stand on."""
    named = set(getattr(certificate, "optional", ())) | set(where.values())
    there = np.array([not o or s in named for s, o in zip(problem.sites, problem.optional, strict=True)], dtype=bool)
    return Standing(problem, where, there)


def _built(question: Question) -> Problem | None:
    problem = build(
        question.resources,
        question.cluster,
        origins=question.origins,
        scale=question.scale,
        existing=question.existing,
        more=question.more,
    )
    return problem if isinstance(problem, Problem) else None


def _told(loss: Loss, trial: Trial) -> Survival:
    open_ = bool(trial.undecided) or trial.cut or trial.served < trial.ways
    fate = Fate.BREAKS if trial.broken else Fate.OPEN if open_ else Fate.SURVIVES
    return Survival(
        str(loss), fate, trial.ways, trial.served, trial.checked, _ASSUMED, undecided=tuple(trial.undecided)
    )


def hopeless(problem: Problem, lost: Lost, purse: Purse) -> Certificate | None:
    """A proof that no placement survives a loss: not even everything placed anew fits on what is left.

    Rules that pods which stay need not keep (spread, company) are left out, so that the proof holds for each of them.
    """
    left: Mask = ~lost.sites
    if len(lost.places) > 1 and problem.optional[lost.sites].any():
        return None  # a placement may do without one of the places, and then loses another
    rules = tuple(r for r in problem.rules if not isinstance(r, (Spread, Attraction)))
    part = replace(with_sites(replace(problem, rules=rules), left), inventory=None)
    share = Purse(purse.share(0.1))
    outcome = decide(part, share)
    purse.spend(share.spent)
    return outcome.certificate if isinstance(outcome, Impossible) else None


def _better(problem: Problem, free: Problem, loss: Loss, purse: Purse) -> tuple[Placement, Trial] | Exhaustive | None:
    """Another placement that survives, or word that none of all there are does."""
    for solution in _others(problem, purse):
        found = _placement(problem, solution)
        trial = attempt(standing_of(free, {a.pod: a.node for a in found.assignments}, found.certificate), loss, purse)
        if trial.broken is None and not trial.undecided and not trial.cut:
            return found, trial
        if purse.empty:
            return None
    return _any(problem, free, loss, purse)


def _others(problem: Problem, purse: Purse) -> Iterator[Solution]:
    """Placements with room on every node, then on all the nodes that there may be."""
    fleets = [~problem.optional, np.ones(len(problem.sites), dtype=bool)]
    for there in fleets if problem.optional.any() else fleets[:1]:
        if not there.any():
            continue
        share = Purse(purse.share(0.2))
        part = with_sites(problem, there)
        start = decide(part, share, certify=False)
        if isinstance(start, Solution):
            if len(problem.groups) * len(problem.sites) <= _LEVELLED:
                start, _ = pursue(part, Goal.BALANCE, start, share)
            yield Solution(expanded(problem, there, start.counts), there)
        purse.spend(share.spent)


def _first_and_fullest(problem: Problem, first: Solution, purse: Purse) -> Iterator[Solution]:
    """A placement as it was found, and one on all the nodes that there may be."""
    yield first
    if problem.optional.any() and not first.there.all():
        full = np.ones(len(problem.sites), dtype=bool)
        part = Purse(purse.share(0.2))
        outcome = decide(with_sites(problem, full), part, certify=False)
        purse.spend(part.spent)
        if isinstance(outcome, Solution):
            yield Solution(outcome.counts, full)


def _placement(problem: Problem, solution: Solution) -> Placement:
    from kspec.place.solve import placement

    return placement(problem, solution)


def _any(problem: Problem, free: Problem, loss: Loss, purse: Purse) -> tuple[Placement, Trial] | Exhaustive | None:
    """Every placement there is, where there are few: each that breaks is ruled out, until one survives or none is."""
    if int(np.where(problem.allowed, problem.room, 0).sum()) > _SMALL:
        return None
    decider = Decider(problem, ordered=loss.kind != "node" or not loss.name)
    for tried in range(_MOST_PLACEMENTS):
        share = purse.share(0.2)
        decision = decider.decide(effort=share, seconds=purse.seconds(share))
        purse.spend(decision.effort)
        if decision.verdict is Verdict.UNSAT:
            return Exhaustive("placements", tried, decision.effort)
        if decision.verdict is not Verdict.SAT or purse.empty:
            return None
        if not violations(problem, decision.counts, decision.there):
            found = _placement(problem, Solution(decision.counts, decision.there))
            where = {a.pod: a.node for a in found.assignments}
            trial = attempt(standing_of(free, where, found.certificate), loss, purse)
            if trial.broken is None:
                return (found, trial) if not trial.undecided and not trial.cut else None
        decider.exclude(decision.counts, decision.there)
    return None


def _failure(
    sites: Sequence[str], broken: tuple[Lost, Refit], every: Certificate | None, purse: Purse
) -> tuple[Failure, Sequence[int]]:
    lost, found = broken
    assert isinstance(found.outcome, Impossible)
    told = explain(found.part, found.outcome.core, Purse(purse.units // 4))
    nodes = [site for site, gone in zip(sites, lost.sites.tolist(), strict=True) if gone]
    reach = Reach.EVERY if every is not None else Reach.THIS
    certificate = every or found.outcome.certificate
    failure = Failure(
        str(lost), tuple(nodes), found.displaced, told.core, told.summary, told.minimal, certificate, reach
    )
    return failure, told.indices


def _repairs(problem: Problem, core: Sequence[int], loss: Loss, purse: Purse) -> tuple[Repair, ...]:
    """Changes after which a placement is found that survives; each was tried."""

    def placed(free: Problem, purse: Purse) -> bool:
        assert free.inventory is not None and free.inventory.question is not None
        fixed = _built(replace(free.inventory.question, existing=Existing.FIXED)) if free.current else free
        part = Purse(purse.share(0.2))
        outcome = decide(fixed, part, certify=False) if fixed is not None else None
        purse.spend(part.spent)
        if fixed is None or not isinstance(outcome, Solution):
            return False
        for solution in _first_and_fullest(fixed, outcome, purse):
            found = _placement(fixed, solution)
            standing = standing_of(free, {a.pod: a.node for a in found.assignments}, found.certificate)
            part = Purse(purse.share(0.2))
            trial = attempt(standing, loss, part, look=False)
            purse.spend(part.spent)
            if trial.broken is None and trial.served == trial.ways:
                return True
        return False

    return mend(problem, core, Attempts(_built, placed, lambda problem, purse: (), purse))

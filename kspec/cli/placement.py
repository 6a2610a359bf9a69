"""What `kspec place` is asked, and how it is answered: the placement first, then what was asked about it."""

from __future__ import annotations

from dataclasses import dataclass

import click

from kspec.cli.exits import Exit
from kspec.cli.session import Session
from kspec.emit.answers.headroom import headroom_text
from kspec.emit.answers.placement import placement_text
from kspec.emit.answers.survival import survival_text
from kspec.place import Answer, Goal, Infeasible, Placement, Problem, Unknown, build, solve
from kspec.place.headroom import headroom, headroom_json
from kspec.place.report import to_json
from kspec.place.survive import Fate, Loss, NoSuchLoss, Survival, parse
from kspec.place.survive import survive as outlive
from kspec.place.survive.report import survival_json
from kspec.source.tree import Object


@dataclass(frozen=True, slots=True)
class Wishes:
    """The options of the verb; `budget` is in seconds and for each question."""

    budget: float
    objective: str
    survive: str | None
    headroom: bool


@dataclass
class Told:
    """An answer as JSON and as text, and the exit code that goes with it."""

    document: Object
    text: str
    code: Exit

    def worsen(self, code: Exit) -> None:
        """A finding outweighs what is undecided."""
        if Exit.FINDINGS in (self.code, code):
            self.code = Exit.FINDINGS
        elif code is not Exit.CLEAN:
            self.code = code


def place(session: Session, wishes: Wishes) -> Told:
    """The answer to everything that was asked."""
    loss = _loss(wishes.survive) if wishes.survive else None
    design = session.design()
    problem = build(design.resources, design.cluster, origins=design.pool_origins)
    if not isinstance(problem, Problem):
        raise session.refuse(list(problem))
    with session.progress("placing"):
        answer = solve(problem, budget=wishes.budget, goal=Goal(wishes.objective))
    survival: Survival | None = None
    if loss is not None and isinstance(answer, Placement):
        with session.progress(f"losing {loss}"):
            answer, survival = _survival(problem, answer, loss, wishes.budget)
    told = Told(to_json(answer), placement_text(answer), code_of(answer))
    if survival is not None:
        told.document["survive"] = survival_json(survival)
        told.text += survival_text(survival)
        told.worsen(_FATES[survival.fate])
    if wishes.headroom and isinstance(answer, Placement):
        with session.progress("measuring headroom"):
            room = headroom(problem, budget=wishes.budget)
        told.document["headroom"] = [headroom_json(r) for r in room]
        told.text += headroom_text(room)
    return told


_FATES = {Fate.SURVIVES: Exit.CLEAN, Fate.BREAKS: Exit.FINDINGS, Fate.OPEN: Exit.UNDECIDED}


def code_of(answer: Answer) -> Exit:
    """The exit code of a placement."""
    match answer:
        case Infeasible():
            return Exit.FINDINGS
        case Unknown():
            return Exit.UNDECIDED
        case Placement():
            return Exit.CLEAN


def _loss(text: str) -> Loss:
    try:
        return parse(text)
    except NoSuchLoss as error:
        raise click.BadParameter(str(error), param_hint="--survive") from error


def _survival(problem: Problem, answer: Placement, loss: Loss, budget: float) -> tuple[Placement, Survival]:
    try:
        return outlive(problem, answer, loss, budget=budget)
    except NoSuchLoss as error:
        raise click.BadParameter(str(error), param_hint="--survive") from error

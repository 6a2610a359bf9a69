"""What `kspec place` is asked, and how it is answered: the placement first, then what was asked about it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from kspec.cli.exits import Exit
from kspec.cli.session import Session
from kspec.domain.expansion import Scale
from kspec.domain.node import Node
from kspec.emit.answers.headroom import headroom_text
from kspec.emit.answers.placement import moved, placement_text
from kspec.emit.answers.stranding import stranding_json, stranding_text
from kspec.emit.answers.survival import survival_text
from kspec.place import Answer, Existing, Goal, Infeasible, Placement, Problem, Unknown, build, in_order, solve
from kspec.place.existing import with_earlier
from kspec.place.headroom import headroom, headroom_json
from kspec.place.report import to_json
from kspec.place.survive import Fate, Loss, NoSuchLoss, Survival, parse
from kspec.place.survive import survive as outlive
from kspec.place.survive.choose import standing_of
from kspec.place.survive.report import survival_json
from kspec.scheduler.stranding import search
from kspec.source.tree import Object


@dataclass(frozen=True, slots=True)
class Wishes:
    """The options of the verb; `budget` is in seconds and for each question."""

    budget: float
    objective: str
    existing: str
    earlier: str | None
    move_costs: tuple[str, ...]
    scale: str
    survive: str | None
    headroom: bool
    stuck_order: int | None
    fix: bool
    diff: bool
    repair: int | None


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
    goals, costs = _goals(wishes.objective), dict(_cost(c) for c in wishes.move_costs)
    earlier = _earlier(wishes.earlier) if wishes.earlier else {}
    movable = wishes.existing == "movable" or Goal.MOVES in goals
    design = session.design()
    problem = build(
        design.resources,
        design.cluster,
        origins=design.pool_origins,
        scale=Scale(wishes.scale),
        existing=Existing.MOVABLE if movable else Existing.FIXED,
    )
    if not isinstance(problem, Problem):
        raise session.refuse(list(problem))
    problem = with_earlier(problem, earlier)
    costs = _known(problem, costs)
    today = {pod.pod: node for pod, node in problem.current}
    with session.progress("placing"):
        answer = solve(problem, budget=wishes.budget, goal=goals, costs=costs)
    survival: Survival | None = None
    if loss is not None and isinstance(answer, Placement):
        with session.progress(f"losing {loss}"):
            answer, survival = _survival(problem, answer, loss, wishes.budget)
    told = Told(to_json(answer), placement_text(answer, today), code_of(answer))
    if wishes.scale != Scale.DECLARED.value:
        told.document["scale"] = wishes.scale
    if movable:
        told.document["existing"] = Existing.MOVABLE.value
    if today and isinstance(answer, Placement):
        told.document["moves"] = [{"pod": p, "from": a, "to": b} for p, a, b in moved(answer.assignments, today)]
    if survival is not None:
        told.document["survive"] = survival_json(survival)
        told.text += survival_text(survival)
        told.worsen(_FATES[survival.fate])
    if wishes.headroom and isinstance(answer, Placement):
        with session.progress("measuring headroom"):
            room = headroom(problem, budget=wishes.budget)
        told.document["headroom"] = [headroom_json(r) for r in room]
        told.text += headroom_text(room)
    if wishes.stuck_order and isinstance(answer, Placement):
        with session.progress("looking for an order that strands pods"):
            orders = search(design, nodes_in_use(problem, answer), tries=wishes.stuck_order)
        told.document["stuckOrder"] = stranding_json(orders)
        told.text += stranding_text(orders)
        told.worsen(Exit.FINDINGS if orders.found else Exit.CLEAN)
    if wishes.fix or wishes.diff:
        _fix(session, wishes, problem, answer, survival, told)
    return told


def nodes_in_use(problem: Problem, answer: Placement) -> list[Node]:
    """The nodes that a placement is on: all that are there in any case, and those it opens of ranges."""
    assert problem.inventory is not None
    standing = standing_of(problem, {a.pod: a.node for a in answer.assignments}, answer.certificate)
    return [node for node, there in zip(problem.inventory.nodes, standing.there.tolist(), strict=True) if there]


def _fix(
    session: Session, wishes: Wishes, problem: Problem, answer: Answer, survival: Survival | None, told: Told
) -> None:
    """Write a repair into the design's files, or show what would be written."""
    from kspec.cli.fixing import find_fix

    repairs = answer.repairs if isinstance(answer, Infeasible) else survival.repairs if survival else ()
    if not repairs:
        told.text += "\nnothing to fix\n" if told.code is Exit.CLEAN else "\nno repair is known\n"
        return
    assert problem.inventory is not None and problem.inventory.question is not None
    with session.progress("fixing"):
        fix = find_fix(session, problem.inventory.question, repairs, wishes.repair)
    if fix is None:
        which = "this repair" if wishes.repair else "any of these repairs"
        raise click.ClickException(f"kspec does not know how to write {which} into the files; change them by hand")
    told.document["fix"] = {
        "repair": fix.number,
        "written": not wishes.diff,
        "files": list(fix.changed),
        "diff": fix.diff(),
    }
    also = f" (the same text is about {', '.join(fix.also)}; everything was placed with that)" if fix.also else ""
    verb = "would write" if wishes.diff else "written"
    told.text += f"\n{verb}: {fix.repair.description}{also}\n{fix.diff()}"
    if not wishes.diff:
        fix.write()
        told.code = Exit.CLEAN


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


def _goals(text: str) -> tuple[Goal, ...]:
    known = [g.value for g in Goal]
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if name not in known:
            raise click.BadParameter(f"{name!r} is no goal; there are {', '.join(known)}", param_hint="--objective")
    goals = tuple(Goal(name) for name in names)
    if wrong := in_order(goals):
        raise click.BadParameter(wrong, param_hint="--objective")
    return goals


def _cost(text: str) -> tuple[str, int]:
    workload, equals, cost = text.partition("=")
    if not equals or not cost.isdigit() or not workload:
        raise click.BadParameter(f"{text!r} is not NAMESPACE/NAME=COST", param_hint="--move-cost")
    return workload, int(cost)


def _known(problem: Problem, costs: Mapping[str, int]) -> dict[str, int]:
    """Costs by workload (`namespace/Kind/name`), given by `namespace/name` or in full."""
    found: dict[str, int] = {}
    for name, cost in costs.items():
        meant = [g.workload for g in problem.groups if name in (g.label, g.workload)]
        if not meant:
            raise click.BadParameter(f"the design has no workload {name}", param_hint="--move-cost")
        found |= dict.fromkeys(meant, cost)
    return found


def _earlier(path: str) -> dict[str, str]:
    """The nodes of pods in an earlier answer."""
    try:
        document = json.loads(Path(path).read_text(encoding="utf-8"))
        return {str(a["pod"]): str(a["node"]) for a in document["assignments"]}
    except OSError as error:
        raise click.BadParameter(f"cannot read {path}: {error.strerror}", param_hint="--from") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise click.BadParameter(f"{path} is no answer of kspec place --format json", param_hint="--from") from error


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

"""What `kspec place` is asked, and how it is answered: the placement first, then what was asked about it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kspec.cli.exits import Exit
from kspec.cli.session import Session
from kspec.cli.told import Told as Kept
from kspec.cli.told import told
from kspec.domain.expansion import Scale
from kspec.emit.answers.placement import moved, placement_text
from kspec.place import Answer, Existing, Goal, Infeasible, Placement, Problem, Unknown, build, in_order, solve
from kspec.place.existing import with_earlier
from kspec.place.report import to_json
from kspec.source.tree import Object

if TYPE_CHECKING:
    from kspec.elaborate.design import Design
    from kspec.place.survive import Loss, Survival


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
    for_range: bool
    forced: bool
    stuck_order: int | None
    explain: bool
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


def remembered(session: Session, wishes: Wishes) -> Kept:
    """The answer, from an earlier run if nothing that it depends on has changed.

    What writes files, or depends on a file that is not of the design, is asked anew.
    """

    def find_out() -> Kept:
        found = place(session, wishes)
        return Kept(found.text, found.document, int(found.code), final=found.code is not Exit.UNDECIDED)

    if wishes.fix or wishes.diff or wishes.earlier:
        return find_out()
    return told(session, ("place", session.format == "json", wishes), find_out)


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
    if Goal.COST in goals and not any(s.price for s in problem.nodesets):
        problem = replace(problem, notes=(*problem.notes, "no pool has a price, so that every placement costs nothing"))
    costs = _known(problem, costs)
    today = {pod.pod: node for pod, node in problem.current}
    with session.progress("placing"):
        answer = solve(problem, budget=wishes.budget, goal=goals, costs=costs)
    survival: Survival | None = None
    if loss is not None and isinstance(answer, Placement):
        with session.progress(f"losing {loss}"):
            answer, survival = _survival(problem, answer, loss, wishes.budget)
    text = placement_text(answer, today) if session.format != "json" else ""
    told = Told(to_json(answer), text, code_of(answer))
    if wishes.scale != Scale.DECLARED.value:
        told.document["scale"] = wishes.scale
    if movable:
        told.document["existing"] = Existing.MOVABLE.value
    if today and isinstance(answer, Placement):
        told.document["moves"] = [{"pod": p, "from": a, "to": b} for p, a, b in moved(answer.assignments, today)]
    if survival is not None:
        _tell_survival(survival, told)
    if wishes.explain:
        _explain(problem, answer, told)
    if wishes.headroom and isinstance(answer, Placement):
        with session.progress("measuring headroom"):
            _headroom(problem, wishes.budget, told)
    if wishes.for_range:
        with session.progress("placing every size of autoscaled workloads"):
            _ranges(problem, wishes.budget, told)
    if wishes.forced and isinstance(answer, Placement):
        with session.progress("asking for placements that break invariants"):
            _forced(design, problem, answer, wishes.budget, told)
    if wishes.stuck_order and isinstance(answer, Placement):
        with session.progress("looking for an order that strands pods"):
            _stuck_order(design, problem, answer, wishes.stuck_order, told)
    if wishes.fix or wishes.diff:
        _fix(session, wishes, problem, answer, survival, told)
    return told


def _explain(problem: Problem, answer: Answer, told: Told) -> None:
    from kspec.emit.answers.choices import Explained, explained_json, explained_text
    from kspec.place.explain.choices import choices, loads

    assigned = () if isinstance(answer, Infeasible) else answer.assignments
    explained = Explained(choices(problem, assigned), loads(problem, assigned))
    told.document["explain"] = explained_json(explained)
    told.text += explained_text(explained)


def _tell_survival(survival: Survival, told: Told) -> None:
    from kspec.emit.answers.survival import survival_text
    from kspec.place.survive import Fate
    from kspec.place.survive.report import survival_json

    told.document["survive"] = survival_json(survival)
    told.text += survival_text(survival)
    told.worsen({Fate.SURVIVES: Exit.CLEAN, Fate.BREAKS: Exit.FINDINGS, Fate.OPEN: Exit.UNDECIDED}[survival.fate])


def _headroom(problem: Problem, budget: float, told: Told) -> None:
    from kspec.emit.answers.headroom import headroom_text
    from kspec.place.headroom import headroom, headroom_json

    room = headroom(problem, budget=budget)
    told.document["headroom"] = [headroom_json(r) for r in room]
    told.text += headroom_text(room)


def _ranges(problem: Problem, budget: float, told: Told) -> None:
    from kspec.emit.answers.ranges import ranges_text
    from kspec.place.ranges import Enough, ranges
    from kspec.place.ranges.report import range_json

    found = list(ranges(problem, budget=budget))
    told.document["ranges"] = [range_json(one) for one in found]
    told.text += ranges_text(found)
    codes = {Enough.YES: Exit.CLEAN, Enough.NO: Exit.FINDINGS, Enough.OPEN: Exit.UNDECIDED}
    for one in found:
        told.worsen(codes[one.whole.enough])


def _forced(design: Design, problem: Problem, answer: Placement, budget: float, told: Told) -> None:
    from kspec.emit.answers.forced import forced_text
    from kspec.place.forced import Extent, Forced, forced
    from kspec.place.forced.report import forced_json

    found = list(forced(design, problem, answer, budget=budget))
    told.document["forced"] = [forced_json(one) for one in found]
    told.text += forced_text(found, answer)
    codes = {Extent.EVERY: Exit.CLEAN, Extent.OPEN: Exit.UNDECIDED}
    for one in found:
        if isinstance(one, Forced):
            told.worsen(codes.get(one.extent, Exit.FINDINGS))


def _stuck_order(design: Design, problem: Problem, answer: Placement, tries: int, told: Told) -> None:
    from kspec.emit.answers.stranding import stranding_json, stranding_text
    from kspec.place.survive.choose import standing_of
    from kspec.scheduler.stranding import search

    assert problem.inventory is not None
    standing = standing_of(problem, {a.pod: a.node for a in answer.assignments}, answer.certificate)
    pairs = zip(problem.inventory.nodes, standing.there.tolist(), strict=True)
    orders = search(design, [node for node, there in pairs if there], tries=tries)
    told.document["stuckOrder"] = stranding_json(orders)
    told.text += stranding_text(orders)
    told.worsen(Exit.FINDINGS if orders.found else Exit.CLEAN)


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
    from kspec.place.survive import NoSuchLoss, parse

    try:
        return parse(text)
    except NoSuchLoss as error:
        raise click.BadParameter(str(error), param_hint="--survive") from error


def _survival(problem: Problem, answer: Placement, loss: Loss, budget: float) -> tuple[Placement, Survival]:
    from kspec.place.survive import NoSuchLoss, survive

    try:
        return survive(problem, answer, loss, budget=budget)
    except NoSuchLoss as error:
        raise click.BadParameter(str(error), param_hint="--survive") from error

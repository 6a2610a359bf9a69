"""`kspec simulate`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kspec.cli.exits import Exit, Stop
from kspec.cli.options import design_options
from kspec.cli.session import Session

if TYPE_CHECKING:
    from kspec.elaborate.design import Design
    from kspec.emit.trace.render import View
    from kspec.run.trace import Trace
    from kspec.source.tree import Object


@click.command("simulate", short_help="The trace of all components, from apply to a settled cluster.")
@design_options(("text", "json", "markdown", "itf", "mermaid"))
@click.option("--case", metavar="DIR", help="A folder with case.yaml and input/, instead of paths.")
@click.option("--steps", metavar="FILE", help="Then do the steps of this file, with the objects that are written.")
@click.option("--scenario", metavar="NAME", help="Then play this scenario of the design.")
@click.option("--course", type=click.IntRange(min=1), default=1, help="Which course of a scenario with choices.")
@click.option("--only", metavar="NAME", help="Only steps about objects whose name contains this.")
@click.option("--component", metavar="NAME", help="Only steps of components whose name contains this.")
@click.option("--changes/--no-changes", default=None, help="Only steps that change a field; leave out the fields.")
@click.option("--state-at", type=click.IntRange(min=0), metavar="N", help="The objects after step N instead of steps.")
@click.option("--limit", type=click.IntRange(min=1), default=100_000, show_default=True, help="Actions at most.")
def command(
    session: Session,
    case: str | None,
    steps: str | None,
    scenario: str | None,
    course: int,
    only: str | None,
    component: str | None,
    changes: bool | None,
    state_at: int | None,
    limit: int,
) -> None:
    """Run a design step by step, in the voice of every component.

    With --steps, the design is applied to a cluster whose controllers write what the real ones write (statuses,
    conditions, events), and then the steps are done to it, each an item of a YAML list: apply, patch (with body),
    scale, delete, evict, cordon, uncordon, stopKubelet, startKubelet, deleteNode, sleepSeconds, waitUntil,
    waitQuietSeconds. A --case is a folder with such steps in case.yaml and the nodes and objects in input/. The JSON
    then also has `log` and `final`, as a client sees them that watches.

    Exit code 0: the cluster settled; 3: it had not when the limit was reached.

    \b
    Examples:
      kspec simulate shop.kspec --only web
      kspec simulate shop.kspec --component kube-scheduler
      kspec simulate shop.kspec --scenario upgrade --changes
      kspec simulate shop.kspec --only web --format mermaid
      kspec simulate k8s/ nodes.yaml --steps rollout.yaml --format json
      kspec simulate --case cases/rollout --format json
    """
    from kspec.emit.trace.render import View

    watched: Object = {}
    if case is not None:
        name, trace, watched = _case(session, case)
        title = name
    elif steps is not None:
        name, trace, watched = _steps(session, steps)
        title = name
    else:
        with session.progress("simulating"):
            name, trace = _told(session, scenario, course, limit)
        title = f"{name}: from apply to a settled cluster" + (f", then scenario {scenario}" if scenario else "")
    if state_at is not None:
        _show_state(session, trace, name, state_at)
    elif watched and session.format == "json":
        session.answer_json({**trace.to_json(), **watched})
    else:
        _tell(session, trace, title, View(only, component, changes is not False, changes is True))
    if not trace.settled and not watched:
        raise Stop(Exit.UNDECIDED)


def _case(session: Session, folder: str) -> tuple[str, Trace, Object]:
    """A recorded scenario: its title, what the components do, and what a client sees that watches."""
    from kspec.cluster.case import Simulation, run_case

    with session.progress("simulating"):
        run = run_case(Path(folder))
    if not isinstance(run, Simulation):
        raise session.refuse(list(run))
    return run.title, run.trace, run.watched()


def _steps(session: Session, path: str) -> tuple[str, Trace, Object]:
    """The same for a design and steps of one's own."""
    from kspec.cluster.case import play
    from kspec.cluster.design import script_of
    from kspec.cluster.scenario import Script

    script = script_of(session.design(), Path(path))
    if not isinstance(script, Script):
        raise session.refuse(list(script))
    with session.progress("simulating"):
        run = play(script)
    return run.title, run.trace, run.watched()


def _told(session: Session, scenario: str | None, course: int, limit: int) -> tuple[str, Trace]:
    """The name of the design, and its trace: kept, as people look at the same one from several sides."""
    from kspec.cache.plain import Form
    from kspec.run.trace import FieldChange, ObjectRef, Step, Trace

    def find_out() -> tuple[str, Trace]:
        design = session.design()
        if scenario is None:
            return design.name, _settling(session, design, limit)
        return design.name, _playing(session, design, scenario, course, limit)

    form = Form([Trace, Step, FieldChange], shared=[ObjectRef])
    answers, question = session.answers, session.question("simulate", scenario, course, limit)
    kept = answers.recall(question)
    if kept is None:
        kept = form.write(answers.noting(find_out))
        answers.keep(question, kept)
    found: tuple[str, Trace] = form.read(kept)
    return found


def _settling(session: Session, design: Design, limit: int) -> Trace:
    from kspec.scheduler.simulation import simulate

    simulated = simulate(design, limit)
    if simulated.trace is None:
        raise session.refuse(list(simulated.diagnostics))
    return simulated.trace


def _playing(session: Session, design: Design, name: str, number: int, limit: int) -> Trace:
    from kspec.scheduler.rehearsal import rehearse

    chosen = next((s for s in design.scenarios if s.name.text == name), None)
    if chosen is None:
        known = ", ".join(s.name.text for s in design.scenarios) or "none"
        raise click.UsageError(f"the design has no scenario {name!r}; it has: {known}")
    played = rehearse(design, chosen, limit=limit)
    if played.diagnostics.has_errors:
        raise session.refuse(list(played.diagnostics))
    if number > len(played.courses):
        raise click.UsageError(f"scenario {name} has {len(played.courses)} courses")
    return played.courses[number - 1].trace


def _tell(session: Session, trace: Trace, title: str, view: View) -> None:
    from kspec.emit.trace.itf import itf
    from kspec.emit.trace.mermaid import mermaid
    from kspec.emit.trace.render import markdown, text

    match session.format:
        case "json":
            session.answer_json(trace.to_json())
        case "itf":
            session.answer_json(itf(trace, title, view))
        case "mermaid":
            session.answer(mermaid(trace, title, view))
        case "markdown":
            session.answer(markdown(trace, title, view))
        case _:
            session.answer(text(trace, title, view))


def _show_state(session: Session, trace: Trace, name: str, number: int) -> None:
    from kspec.emit.trace.state import state_at, state_json, state_text

    if session.format not in ("text", "json"):
        raise click.UsageError("--state-at answers as text or json")
    if number > len(trace.steps):
        raise click.UsageError(f"the trace has {len(trace.steps)} steps")
    state = state_at(trace.steps, number)
    if session.format == "json":
        session.answer_json(state_json(state, number))
    else:
        session.answer(state_text(state, f"{name} after step {number} of {len(trace.steps)}"))

"""`kspec simulate`."""

from __future__ import annotations

import click

from kspec.cli.exits import Exit, Stop
from kspec.cli.options import design_options
from kspec.cli.session import Session


@click.command("simulate", short_help="The trace of all components, from apply to a settled cluster.")
@design_options(("text", "json", "markdown"))
@click.option("--only", metavar="NAME", help="Only steps about objects whose name contains this.")
@click.option("--component", metavar="NAME", help="Only steps of components whose name contains this.")
@click.option("--no-changes", is_flag=True, help="Leave out which fields changed.")
@click.option("--limit", type=click.IntRange(min=1), default=100_000, show_default=True, help="Actions at most.")
def command(session: Session, only: str | None, component: str | None, no_changes: bool, limit: int) -> None:
    """Run a design step by step, in the voice of every component.

    Exit code 0: the cluster settled; 3: it had not when the limit was reached.

    \b
    Examples:
      kspec simulate shop.kspec --only web
      kspec simulate shop.kspec --component kube-scheduler
    """
    from kspec.emit.trace.render import View, markdown, text
    from kspec.scheduler.simulation import simulate

    design = session.design()
    with session.progress("simulating"):
        simulated = simulate(design, limit)
    trace = simulated.trace
    if trace is None:
        raise session.refuse(list(simulated.diagnostics))
    view = View(only, component, not no_changes)
    if session.format == "json":
        session.answer_json(trace.to_json())
    else:
        render = text if session.format == "text" else markdown
        session.answer(render(trace, f"{design.name}: from apply to a settled cluster", view))
    if not trace.settled:
        raise Stop(Exit.UNDECIDED)

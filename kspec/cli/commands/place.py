"""`kspec place`."""

from __future__ import annotations

import click

from kspec.cli.exits import Exit, Stop
from kspec.cli.options import design_options
from kspec.cli.session import Session


@click.command("place", short_help="Solve the placement: where can everything run?")
@design_options()
@click.option("--budget", type=click.FloatRange(min=0.1), default=30.0, show_default=True, help="Seconds of work.")
@click.option(
    "--objective",
    type=click.Choice(["feasible", "nodes", "cost", "balance"]),
    default="feasible",
    show_default=True,
    help="What a placement is to be good at.",
)
def command(session: Session, budget: float, objective: str) -> None:
    """Decide exactly whether and where every pod can run.

    Exit code 0: placed; 1: infeasible, with a minimal conflict and repairs; 3: undecided within the budget.

    \b
    Examples:
      kspec place shop.kspec
      kspec place k8s/ nodes.yaml --format json
    """
    from kspec.emit.answers.placement import placement_text
    from kspec.place import Goal, Infeasible, Problem, Unknown, build, solve
    from kspec.place.report import to_json

    design = session.design()
    problem = build(design.resources, design.cluster, origins=design.pool_origins)
    if not isinstance(problem, Problem):
        raise session.refuse(list(problem))
    with session.progress("placing"):
        answer = solve(problem, budget=budget, goal=Goal(objective))
    if session.format == "json":
        session.answer_json(to_json(answer))
    else:
        session.answer(placement_text(answer))
    if isinstance(answer, Infeasible):
        raise Stop(Exit.FINDINGS)
    if isinstance(answer, Unknown):
        raise Stop(Exit.UNDECIDED)

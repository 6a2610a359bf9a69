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
    metavar="GOAL,...",
    default="feasible",
    show_default=True,
    help="What a placement is to be good at, the first goal first: feasible, priority (the most important pods, where "
    "not all fit), nodes (fewest), cost (lowest), balance (level loads), moves (fewest).",
)
@click.option(
    "--existing",
    type=click.Choice(["fixed", "movable"]),
    default="fixed",
    show_default=True,
    help="Whether pods that run already may move; with the goal moves they may.",
)
@click.option("--from", "earlier", metavar="FILE", help="Today's places: an earlier answer in JSON.")
@click.option(
    "--move-cost", "move_costs", multiple=True, metavar="WORKLOAD=N", help="What moving one of its pods costs."
)
@click.option(
    "--scale",
    type=click.Choice(["declared", "low", "high"]),
    default="declared",
    show_default=True,
    help="The size of autoscaled workloads: as declared, or at an end of their range.",
)
@click.option(
    "--survive",
    metavar="LOSS",
    help="Prove that everything finds a place again after a loss: '1 node' (any one), '2 nodes' (any one or two), "
    "'1 zone', 'pool NAME', 'zone NAME', 'node NAME'.",
)
@click.option("--headroom", is_flag=True, help="Tell how many more replicas of each workload fit, each on its own.")
@click.option(
    "--for-range",
    "for_range",
    is_flag=True,
    help="Tell how few nodes will do for every size that an autoscaler may choose, and for all of them together.",
)
@click.option(
    "--forced",
    is_flag=True,
    help="Tell of each invariant whether it is true in every placement, only in some (with examples), or in none.",
)
@click.option(
    "--stuck-order",
    "stuck_order",
    type=click.IntRange(min=1),
    metavar="N",
    help="Try N orders of arrival: does kube-scheduler strand pods in one, though everything fits?",
)
@click.option(
    "--explain",
    is_flag=True,
    help="Tell per workload which nodes are open to it and what closes the others, and per node how full it is.",
)
@click.option("--fix", is_flag=True, help="Write a repair into the design's files: the first that can be written.")
@click.option("--diff", is_flag=True, help="Show what --fix would write, and write nothing.")
@click.option(
    "--repair", type=click.IntRange(min=1), metavar="N", help="With --fix or --diff: the repair of that number."
)
def command(
    session: Session,
    budget: float,
    objective: str,
    existing: str,
    earlier: str | None,
    move_costs: tuple[str, ...],
    scale: str,
    survive: str | None,
    headroom: bool,
    for_range: bool,
    forced: bool,
    stuck_order: int | None,
    explain: bool,
    fix: bool,
    diff: bool,
    repair: int | None,
) -> None:
    """Decide exactly whether and where every pod can run.

    Exit code 0: placed (and survives, no order strands a pod, and invariants are true wherever the scheduler puts the
    pods, if that was asked); 1: infeasible, with a minimal conflict and repairs, or not so; 3: undecided within the
    budget.

    \b
    Examples:
      kspec place shop.kspec
      kspec place k8s/ nodes.yaml --format json
      kspec place shop.kspec --explain
      kspec place shop.kspec --objective cost
      kspec place cluster.yaml --objective nodes,moves --move-cost shop/db=10
      kspec place shop.kspec --survive "1 zone"
      kspec place shop.kspec --headroom
      kspec place shop.kspec --for-range
      kspec place shop.kspec --forced
      kspec place shop.kspec --stuck-order 50
      kspec place crowded.kspec --diff
      kspec place crowded.kspec --fix --repair 2
    """
    from kspec.cli.placement import Wishes, remembered

    wishes = Wishes(
        budget,
        objective,
        existing,
        earlier,
        move_costs,
        scale,
        survive,
        headroom,
        for_range,
        forced,
        stuck_order,
        explain,
        fix,
        diff,
        repair,
    )
    outcome = remembered(session, wishes)
    if session.format == "json":
        session.answer_json(outcome.document)
    else:
        session.answer(outcome.text)
    if outcome.code:
        raise Stop(Exit(outcome.code))

"""`kspec schedule`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kspec.cli.exits import Exit, Stop
from kspec.cli.options import design_options
from kspec.cli.session import Session

if TYPE_CHECKING:
    from kspec.scheduler.case import Schedule
    from kspec.scheduler.configuration import Configuration
    from kspec.source.diagnostic import Diagnostic


@click.command("schedule", short_help="What kube-scheduler would do, pod after pod.")
@design_options()
@click.option("--case", metavar="DIR", help="A folder with case.yaml and input/, instead of paths.")
@click.option("--choices", metavar="FILE", help='Nodes to take: {"default/web-1": ["node-2"]}.')
@click.option("--config", metavar="FILE", help="A KubeSchedulerConfiguration.")
@click.option("--seed", type=int, help="Break ties at random, with this seed.")
@click.option("--all-nodes", is_flag=True, help="Look at every node, however large the cluster.")
def command(
    session: Session, case: str | None, choices: str | None, config: str | None, seed: int | None, all_nodes: bool
) -> None:
    """Predict what the real scheduler does: filters with reasons, scores, the choice, preemption, messages.

    Exit code 0: every pod found a node; 1: one did not.

    \b
    Examples:
      kspec schedule shop.kspec
      kspec schedule pods.yaml nodes.yaml --format json --seed 7
    """
    from kspec.scheduler.case import Schedule, run_case

    configuration = _configuration(session, config)
    given = _choices(choices)
    outcome: Schedule | tuple[Diagnostic, ...]
    if case:
        outcome = run_case(Path(case), given, configuration)
    else:
        outcome = _of_design(session, configuration, seed, all_nodes=all_nodes)
    if not isinstance(outcome, Schedule):
        raise session.refuse(list(outcome))
    if session.format == "json":
        session.answer_json(outcome.as_json())
    else:
        from kspec.emit.answers.schedule import schedule_text

        session.answer(schedule_text(outcome))
    if any(isinstance(where, dict) and not where.get("node") for where in outcome.final.values()) and not case:
        raise Stop(Exit.FINDINGS)


def _of_design(session: Session, configuration: Configuration | None, seed: int | None, *, all_nodes: bool) -> Schedule:
    from kspec.scheduler.case import run_list
    from kspec.scheduler.design import snapshot_of

    snapshot, pods = snapshot_of(session.design())
    return run_list(snapshot, pods, configuration, seed, all_nodes=all_nodes)


def _choices(file: str | None) -> dict[str, list[str]] | None:
    if file is None:
        return None
    try:
        read = json.loads(Path(file).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise click.UsageError(f"--choices {file}: {error}") from error
    if not isinstance(read, dict) or not all(isinstance(v, list) for v in read.values()):
        raise click.UsageError(f'--choices {file} wants {{"namespace/pod": ["node", ...]}}')
    return {str(k): [str(n) for n in v] for k, v in read.items()}


def _configuration(session: Session, file: str | None) -> Configuration | None:
    from kspec.scheduler.configuration import read_configuration
    from kspec.scheduler.inputs import load

    if file is None:
        return None
    resources, found = load(Path(file))
    if len(resources) != 1 or any(d.is_error for d in found):
        raise session.refuse(found) if found else click.UsageError(f"--config {file}: one configuration is wanted")
    read = read_configuration(resources[0])
    if isinstance(read, tuple):
        raise session.refuse(list(read))
    return read

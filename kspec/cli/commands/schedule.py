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
    from kspec.domain.objects import Resource
    from kspec.scheduler.case import Schedule
    from kspec.scheduler.configuration import Configuration
    from kspec.source.diagnostic import Diagnostic


@click.command("schedule", short_help="What kube-scheduler would do, pod after pod.")
@design_options()
@click.option("--case", metavar="DIR", help="A folder with case.yaml and input/, instead of paths.")
@click.option("--choices", metavar="FILE", help='Nodes to take: {"default/web-1": ["node-2"]}.')
@click.option("--config", metavar="FILE", help="A KubeSchedulerConfiguration.")
@click.option("--seed", type=int, help="Break ties at random, with this seed.")
@click.option(
    "--explain", "explained", multiple=True, metavar="POD", help="A table of this pod's decision, node by node."
)
@click.option("--what-if", metavar="FILE", help="With --explain: what these changed objects would make different.")
@click.option("--all-nodes", is_flag=True, help="Look at every node, however large the cluster.")
def command(
    session: Session,
    case: str | None,
    choices: str | None,
    config: str | None,
    seed: int | None,
    explained: tuple[str, ...],
    what_if: str | None,
    all_nodes: bool,
) -> None:
    """Predict what the real scheduler does: filters with reasons, scores, the choice, preemption, messages.

    Exit code 0: every pod found a node; 1: one did not.

    \b
    Examples:
      kspec schedule shop.kspec
      kspec schedule pods.yaml nodes.yaml --format json --seed 7
      kspec schedule shop.kspec --explain shop/web-1 --what-if bigger-node.yaml
    """
    if not (case or choices or config or explained or what_if):
        _remembered(session, seed, all_nodes=all_nodes)
        return
    from kspec.scheduler.case import Schedule, run_case

    configuration = _configuration(session, config)
    given = _choices(choices)
    if what_if is not None and not explained:
        raise click.UsageError("--what-if tells about the pod of --explain")
    outcome: Schedule | tuple[Diagnostic, ...]
    if case:
        outcome = run_case(Path(case), given, configuration)
    else:
        outcome = _of_design(session, configuration, seed, frozenset(explained), all_nodes=all_nodes)
    if not isinstance(outcome, Schedule):
        raise session.refuse(list(outcome))
    if explained and session.format == "text":
        _explain(session, outcome, explained, what_if, configuration)
        return
    if session.format == "json":
        session.answer_json(outcome.as_json())
    else:
        from kspec.emit.answers.schedule import schedule_text

        session.answer(schedule_text(outcome))
    if not case and _strands(outcome):
        raise Stop(Exit.FINDINGS)


def _remembered(session: Session, seed: int | None, *, all_nodes: bool) -> None:
    """The plain answer, from an earlier run if nothing that it depends on has changed."""
    from kspec.cli.told import Told, told

    def find_out() -> Told:
        from kspec.emit.answers.schedule import schedule_text

        schedule = _of_design(session, None, seed, frozenset(), all_nodes=all_nodes)
        code = Exit.FINDINGS if _strands(schedule) else Exit.CLEAN
        if session.format == "json":
            return Told("", schedule.as_json(), int(code))
        return Told(schedule_text(schedule), None, int(code))

    answer = told(session, ("schedule", session.format == "json", seed, all_nodes), find_out)
    if session.format == "json":
        session.answer_json(answer.document)
    else:
        session.answer(answer.text)
    if answer.code:
        raise Stop(Exit(answer.code))


def _strands(schedule: Schedule) -> bool:
    return any(isinstance(where, dict) and not where.get("node") for where in schedule.final.values())


def _of_design(
    session: Session,
    configuration: Configuration | None,
    seed: int | None,
    explain: frozenset[str],
    *,
    all_nodes: bool,
) -> Schedule:
    from kspec.scheduler.case import run_list
    from kspec.scheduler.design import snapshot_of

    snapshot, pods = snapshot_of(session.design())
    return run_list(snapshot, pods, configuration, seed, all_nodes=all_nodes, explain=explain)


def _explain(
    session: Session,
    schedule: Schedule,
    pods: tuple[str, ...],
    what_if: str | None,
    configuration: Configuration | None,
) -> None:
    from kspec.emit.answers.explanation import explanation_text

    for pod in pods:
        explanation = schedule.explained.get(pod)
        if explanation is None:
            known = ", ".join(sorted(schedule.final)[:6])
            raise click.UsageError(f"no pod {pod!r} is scheduled; there is {known}")
        session.answer(explanation_text(explanation))
        if what_if is not None:
            session.answer(_what_if(session, schedule, pod, what_if, configuration))


def _what_if(session: Session, schedule: Schedule, pod: str, file: str, configuration: Configuration | None) -> str:
    """The differences for a pod, in the cluster in which all other pods are where they were scheduled."""
    from dataclasses import replace

    from kspec.emit.answers.explanation import changes_text
    from kspec.scheduler.design import snapshot_of
    from kspec.scheduler.inputs import load
    from kspec.scheduler.what_if import what_if

    resources, found = load(Path(file))
    if any(d.is_error for d in found):
        raise session.refuse(found)
    snapshot, pods = snapshot_of(session.design())
    where = {name: str(at.get("node") or "") for name, at in schedule.final.items() if isinstance(at, dict)}
    placed = [
        p.model_copy(update={"spec": p.spec.model_copy(update={"node_name": where.get(p.key, "")})})
        for p in pods
        if p.key != pod and where.get(p.key)
    ]
    asked = next(p for p in pods if p.key == pod)
    now = replace(snapshot, pods=(*snapshot.pods, *placed))
    other = next((r for r in resources if r.kind == "KubeSchedulerConfiguration"), None)
    objects = [r.view for r in resources if r is not other]
    changed = _read(session, other) if other is not None else None
    return changes_text(what_if(now, asked, objects, configuration, changed).changes)


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
    from kspec.scheduler.inputs import load

    if file is None:
        return None
    resources, found = load(Path(file))
    if len(resources) != 1 or any(d.is_error for d in found):
        raise session.refuse(found) if found else click.UsageError(f"--config {file}: one configuration is wanted")
    return _read(session, resources[0])


def _read(session: Session, resource: Resource) -> Configuration:
    from kspec.scheduler.configuration import read_configuration

    read = read_configuration(resource)
    if isinstance(read, tuple):
        raise session.refuse(list(read))
    return read

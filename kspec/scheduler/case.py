"""Recorded cases: a folder with a cluster, pods and the steps in which things happened.

`input/00-nodes.yaml` are the nodes, `input/10-setup.yaml` what else was there, `input/20-pods.yaml` the pods that
`case.yaml` creates; objects that it creates later are in the file it names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from kspec.api.schema import DEFAULT_VERSION
from kspec.api.schema import load as load_schemas
from kspec.api.server import Server
from kspec.domain.objects import Resource
from kspec.domain.pod import Pod
from kspec.domain.snapshot import Snapshot
from kspec.scheduler.admission import DEFAULT_NAMESPACE, admit_claim, admit_node
from kspec.scheduler.budgets import with_status
from kspec.scheduler.configuration import Configuration
from kspec.scheduler.driver import Driver
from kspec.scheduler.explain import Explanation
from kspec.scheduler.framework.catalog import Catalog
from kspec.scheduler.framework.pick import FirstPick, RecordedPick, SeededPick
from kspec.scheduler.inputs import check_objects, load, load_plain, views
from kspec.scheduler.scheduler import Scheduler
from kspec.source.diagnostic import Diagnostic
from kspec.source.rules import UNREADABLE_INPUT
from kspec.source.text import Span
from kspec.source.tree import Json, Object
from kspec.source.yaml.scalars import Dialect

Choices = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Schedule:
    """What happened: the log, where every pod stands at the end, and the events about pods."""

    log: list[Object]
    final: Object
    events: list[Object]
    explained: Mapping[str, Explanation] = field(default_factory=dict)

    def as_json(self) -> Object:
        """The `kspec/schedule/v1` contract."""
        return {
            "schema": "kspec/schedule/v1",
            "log": list[Json](self.log),
            "final": self.final,
            "events": list[Json](self.events),
        }


def run_case(
    folder: Path, choices: Choices | None = None, configuration: Configuration | None = None
) -> Schedule | tuple[Diagnostic, ...]:
    """Replay a case. `choices` has per pod (`namespace/name`) the nodes of its successful attempts, in order."""
    files = sorted((folder / "input").glob("*.yaml"))
    objects: list[Resource] = []
    found: list[Diagnostic] = []
    by_file: dict[str, list[Resource]] = {}
    for file in files:
        resources, diagnostics = load(file, Dialect.LETTERS_ARE_TEXT)
        by_file[f"input/{file.name}"] = resources
        found += diagnostics
        if not file.name.startswith(("20-", "3")):
            objects += resources
    steps, diagnostics = _steps(folder / "case.yaml")
    found += [*diagnostics, *check_objects(r for resources in by_file.values() for r in resources)]
    if any(d.is_error for d in found):
        return tuple(found)
    pods = {_key(r): r for r in by_file.get("input/20-pods.yaml", ())}
    pick = RecordedPick(choices) if choices is not None else FirstPick()
    driver = Driver(Scheduler(prepared(views(objects)), configuration, pick=pick))
    server = Server(load_schemas(DEFAULT_VERSION))
    for resource in objects:
        server.put(resource.manifest)
    for step in steps:
        problem = _run(step, driver, pods, by_file, server)
        if problem:
            return (Diagnostic(UNREADABLE_INPUT, problem, Span.point(str(folder / "case.yaml"), 1, 1)),)
    return Schedule(driver.log, driver.final(), driver.events)


def run_list(
    snapshot: Snapshot,
    pods: Iterable[Pod] = (),
    configuration: Configuration | None = None,
    seed: int | None = None,
    *,
    all_nodes: bool = False,
    record: bool = True,
    explain: frozenset[str] = frozenset(),
) -> Schedule:
    """Schedule pods in the order of the queue: those of the snapshot that have no node, and `pods`.

    `record` keeps every node's verdicts and scores in the log; pods in `explain` (`namespace/name`) are explained.
    """
    waiting = [pod for pod in snapshot.pods if not pod.spec.node_name]
    placed = tuple(pod for pod in snapshot.pods if pod.spec.node_name)
    waiting += pods
    budgets = with_status(snapshot.budgets, (*placed, *waiting))
    start = prepared(replace(snapshot, pods=placed, budgets=budgets))
    pick = FirstPick() if seed is None else SeededPick(seed)
    driver = Driver(Scheduler(start, configuration, pick=pick, all_nodes=all_nodes), record=record, explain=explain)
    driver.create_pods(waiting)
    return Schedule(driver.log, driver.final(), driver.events, driver.explained)


def prepared(snapshot: Snapshot) -> Snapshot:
    """The snapshot as admission and the node controller would leave it. Pods are admitted as they are created."""
    catalog = Catalog.of(snapshot)
    return replace(
        snapshot,
        nodes=tuple(admit_node(node) for node in snapshot.nodes),
        claims=tuple(admit_claim(claim, catalog) for claim in snapshot.claims),
    )


def _run(
    step: Object,
    driver: Driver,
    pods: Mapping[str, Resource],
    files: Mapping[str, Sequence[Resource]],
    server: Server,
) -> str:
    """One step of `case.yaml`. Returns what is wrong with it, if anything is."""
    name, target = next(iter(step.items()))
    match name, target:
        case "createPod", str(key):
            if key not in pods:
                return f"no pod `{key}` in input/20-pods.yaml"
            _create(pods[key], driver, server, wait="wait" in step)
        case "deletePod", str(key):
            driver.delete_pod(key)
        case "ungate", str(key):
            gate = step.get("gate")
            driver.ungate(key, gate if isinstance(gate, str) else "", wait="wait" in step)
        case "setStartTime", str(key):
            driver.set_start_time(key, str(step.get("startTime", "")))
        case "settleSeconds", int(seconds) | float(seconds):
            driver.wait(seconds)
        case "cordon" | "uncordon", str(node):
            driver.cordon(node, cordoned=name == "cordon")
        case "labelNode", str(node):
            rest = {key: value for key, value in step.items() if key != name}
            driver.label_node(node, _labels(rest), rest)
        case "deleteNode", str(node):
            driver.delete_node(node)
        case "createObject", str(what):
            kind, _, called = what.partition("/")
            resources = files.get(str(step.get("file", "")), ())
            found = next((r for r in resources if (r.kind, r.name) == (kind, called.rpartition("/")[2])), None)
            if found is None:
                return f"no {what} in `{step.get('file')}`"
            server.put(found.manifest)
            driver.create_object(found.view)
        case "evictionResult" | "refused" | "note", _:
            pass
        case _:
            return f"a step `{name}` is not known"
    return ""


def _create(resource: Resource, driver: Driver, server: Server, *, wait: bool) -> None:
    """A pod as the API server takes it, or does not."""
    outcome = server.create(resource.manifest).lenient
    if outcome.manifest is None:
        message = outcome.refusal.message if outcome.refusal else ""
        driver.create_pod(resource.as_(Pod), refusal=message, wait=wait)
        return
    server.cluster.put(outcome.manifest)
    driver.create_pod(Resource(outcome.manifest).as_(Pod), wait=wait)


def _labels(step: Object) -> dict[str, str | None]:
    """The labels of a step: a mapping (null takes a label away), or kubectl's `key=value` and `key-`."""
    labels: dict[str, str | None] = {}
    for key, value in step.items():
        match value:
            case dict():
                labels |= {k: None if v is None else str(v) for k, v in value.items()}
            case str() if "=" in value:
                name, _, text = value.partition("=")
                labels[name] = text
            case str() if value.endswith("-"):
                labels[value[:-1]] = None
            case str() | None:
                labels[key] = value
            case _:
                continue
    return labels


def _steps(file: Path) -> tuple[list[Object], list[Diagnostic]]:
    value, diagnostics = load_plain(file)
    steps = value.get("steps") if isinstance(value, dict) else None
    return ([s for s in steps if isinstance(s, dict) and s] if isinstance(steps, list) else []), diagnostics


def _key(resource: Resource) -> str:
    return f"{resource.namespace or DEFAULT_NAMESPACE}/{resource.name}"

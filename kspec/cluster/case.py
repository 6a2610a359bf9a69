"""Recorded cases of controllers: a folder with nodes, objects, and the steps in which things were done.

`case.yaml` has the namespace and the steps; `input/00-nodes.yaml` are the nodes, the other files what steps apply.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kspec.cluster.scenario import Scenario, Script
from kspec.cluster.steps import Apply, CreateNode, Told, read_steps
from kspec.domain.objects import Resource
from kspec.run.trace import Trace
from kspec.scheduler.inputs import check_objects, load, load_plain
from kspec.source.diagnostic import Diagnostic
from kspec.source.rules import UNREADABLE_INPUT
from kspec.source.text import Span
from kspec.source.tree import Json, Object
from kspec.source.yaml.scalars import Dialect


@dataclass(frozen=True, slots=True)
class Simulation:
    """What happened: the log, what is left, and the same as a trace."""

    title: str
    log: list[Object]
    final: Object
    trace: Trace

    def watched(self) -> Object:
        """What stands next to the trace: the log in the form of the recordings, and what is left."""
        return {"log": list[Json](self.log), "final": self.final}


def run_case(folder: Path) -> Simulation | tuple[Diagnostic, ...]:
    """Play a case. What is wrong with its files is told instead."""
    script = read_script(folder)
    return script if isinstance(script, tuple) else play(script)


def play(script: Script) -> Simulation:
    """Play a scenario to its end."""
    scenario = Scenario(script)
    scenario.run()
    log = scenario.plane.log
    trace = Trace(tuple(log.steps), settled=scenario.settled)
    return Simulation(script.title, log.entries(), log.final(), trace)


def read_script(folder: Path) -> Script | tuple[Diagnostic, ...]:
    """The scenario in a folder."""
    path = folder / "case.yaml"
    described, found = load_plain(path)
    nodes: dict[str, Object] = {}
    files: dict[str, list[Object]] = {}
    for file in sorted((folder / "input").glob("*.yaml")):
        resources, diagnostics = load(file, Dialect.LETTERS_ARE_TEXT)
        found += [*diagnostics, *check_objects(resources)]
        files[f"input/{file.name}"] = [r.manifest for r in resources]
        nodes |= {r.name: r.manifest for r in resources if r.kind == "Node"}
    steps: list[Told] = []
    case = described if isinstance(described, dict) else {}
    if not any(d.is_error for d in found):
        written = case.get("steps")
        try:
            steps = read_steps(written if isinstance(written, list) else [])
            _check(steps, nodes, files)
        except ValueError as error:
            found.append(Diagnostic(UNREADABLE_INPUT, str(error), Span.point(str(path), 1, 1)))
    if any(d.is_error for d in found):
        return tuple(found)
    namespace = str(case.get("namespace") or _namespace(files))
    return Script(str(case.get("title") or folder.name), (namespace,), nodes, files, tuple(steps))


def _check(steps: list[Told], nodes: dict[str, Object], files: dict[str, list[Object]]) -> None:
    for told in steps:
        match told.step:
            case Apply(target, file) if not any(_is(target.kind, target.name, m) for m in files.get(file, ())):
                raise ValueError(f"no {target.kind}/{target.name} in `{file}`")
            case CreateNode(node) if node not in nodes:
                raise ValueError(f"no node `{node}` in the input")
            case _:
                pass


def _is(kind: str, name: str, manifest: Object) -> bool:
    resource = Resource(manifest)
    return (resource.kind, resource.name) == (kind, name)


def _namespace(files: dict[str, list[Object]]) -> str:
    """The namespace of the first object that has one."""
    named = (Resource(m).namespace for manifests in files.values() for m in manifests)
    return next((n for n in named if n), "default")

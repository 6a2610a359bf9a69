"""A design as a scenario of objects: its nodes join, its objects are applied in order, then steps are done.

The steps are in a YAML file: a list as `case.yaml` has it, or a mapping with `steps` and, if wanted, the `namespace`
that is told of. What a step applies is named relative to the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from kspec.cluster.scenario import Script
from kspec.cluster.steps import Apply, Target, Told, read_steps
from kspec.domain.node import Node
from kspec.elaborate.design import Design
from kspec.scheduler.inputs import check_objects, load, load_plain
from kspec.source.diagnostic import Diagnostic
from kspec.source.rules import UNREADABLE_INPUT
from kspec.source.text import Span
from kspec.source.tree import Json, Object
from kspec.source.yaml.scalars import Dialect

_READY: Object = {"type": "Ready", "status": "True", "reason": "KubeletReady"}


def script_of(design: Design, path: Path) -> Script | tuple[Diagnostic, ...]:
    """The scenario of a design and a file of steps; what is wrong with the file is told instead."""
    described, found = load_plain(path)
    case = described if isinstance(described, dict) else {"steps": described}
    files: dict[str, list[Object]] = {}
    steps: list[Told] = []
    if not any(d.is_error for d in found):
        try:
            written = case.get("steps")
            steps = read_steps(written if isinstance(written, list) else [])
        except ValueError as error:
            found.append(Diagnostic(UNREADABLE_INPUT, str(error), Span.point(str(path), 1, 1)))
        for name in dict.fromkeys(_applied(steps)):
            resources, diagnostics = load(path.parent / name, Dialect.LETTERS_ARE_TEXT)
            found += [*diagnostics, *check_objects(resources)]
            files[name] = [r.manifest for r in resources]
    if any(d.is_error for d in found):
        return tuple(found)
    first = list(_first_steps(design, files))
    namespace = str(case.get("namespace") or _namespace(design))
    nodes = {node.name: _joined(node) for node in design.cluster.at_minimum()}
    return Script(design.name, namespace, nodes, files, (*first, *steps))


def _applied(steps: Iterable[Told]) -> Iterator[str]:
    for told in steps:
        if isinstance(told.step, Apply) and told.step.file:
            yield told.step.file


def _first_steps(design: Design, files: dict[str, list[Object]]) -> Iterator[Told]:
    """The design's objects, each applied in a step of its own; namespaces first."""
    objects = [r for r in design.written if r.kind not in ("Node", "CustomResourceDefinition")]
    for resource in sorted(objects, key=lambda r: r.kind != "Namespace"):
        name = f"{resource.kind}/{resource.namespace or ''}/{resource.name}"
        files[name] = [resource.manifest]
        target = Target(resource.kind, resource.name)
        yield Told(Apply(target, name), {"apply": f"{resource.kind}/{resource.name}"})


def _namespace(design: Design) -> str:
    """The namespace of the first object that has one: the one that is told of."""
    return next((r.namespace for r in design.resources if r.namespace), "default")


def _joined(node: Node) -> Object:
    """A node as it joins: ready."""
    manifest: Object = node.model_dump(by_alias=True, mode="json", exclude_none=True, exclude_defaults=True)
    status = manifest.get("status")
    conditions: list[Json] = [_READY]
    return {**manifest, "status": {**(status if isinstance(status, dict) else {}), "conditions": conditions}}

"""A design as a scenario of objects: its nodes join, it is applied, and then the steps of a file are done to it.

The file is YAML: a list of steps as `case.yaml` has it, or a mapping with `steps` and, if wanted, the `namespace` of
steps that name none. What a step applies is in the `file` that it names, relative to the steps; without one it is an
object of the design, which is then not applied before.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kspec.api.schema import DEFAULT_VERSION, resolve_version
from kspec.api.schema import load as load_schemas
from kspec.cluster.scenario import Script
from kspec.cluster.steps import Apply, Target, Told, WaitQuiet, read_steps
from kspec.domain.node import Node
from kspec.domain.objects import Resource
from kspec.elaborate.design import Design
from kspec.scheduler.inputs import check_objects, in_namespace, load, load_plain
from kspec.source.diagnostic import Diagnostic
from kspec.source.rules import UNREADABLE_INPUT
from kspec.source.text import Span
from kspec.source.tree import Json, Object
from kspec.source.yaml.scalars import Dialect

_CALM = 3.0
"""The cluster is left alone until nothing has happened for so many seconds, before the steps and after them."""
_LAST = 1000
_DEFAULT = "default"


def script_of(design: Design, path: Path) -> Script | tuple[Diagnostic, ...]:
    """The scenario of a design and a file of steps; what is wrong with the file is told instead."""
    described, found = load_plain(path)
    case = described if isinstance(described, dict) else {"steps": described}
    files: dict[str, list[Object]] = {}
    resources = [in_namespace(r) for r in design.written if r.kind != "Node"]
    own = {str(r.ref): [r.manifest] for r in sorted(resources, key=_order)}
    steps: list[Told] = []
    try:
        written = case.get("steps")
        for told in read_steps(written if isinstance(written, list) else []):
            if isinstance(told.step, Apply) and not told.step.file:
                told = Told(Apply(told.step.target, _find(told.step.target, own)), told.written)
            steps.append(told)
    except ValueError as error:
        found.append(Diagnostic(UNREADABLE_INPUT, str(error), Span.point(str(path), 1, 1)))
    wanted = [told.step.file for told in steps if isinstance(told.step, Apply)]
    for name in (name for name in wanted if name not in own and name not in files):
        read, diagnostics = load(path.parent / name, Dialect.LETTERS_ARE_TEXT)
        found += [*diagnostics, *check_objects(read)]
        files[name] = [r.manifest for r in read]
        resources += read
    if any(d.is_error for d in found):
        return tuple(found)
    calm = Told(WaitQuiet(_CALM), {"waitQuietSeconds": _CALM})
    return Script(
        design.name,
        _namespaces(str(case.get("namespace") or ""), resources),
        {node.name: _joined(node) for node in design.cluster.at_minimum()},
        {**own, **files},
        (*(_apply(name) for name in own if name not in wanted), calm, *steps, calm),
        load_schemas(resolve_version(design.kubernetes) or DEFAULT_VERSION).with_crds(resources),
    )


def _namespaces(first: str, resources: Iterable[Resource]) -> tuple[str, ...]:
    """The namespaces that are told of; steps without one are about the first."""
    named = [r.namespace for r in resources if r.namespace]
    return tuple(dict.fromkeys([first, *named] if first else named)) or (_DEFAULT,)


def _order(resource: Resource) -> int:
    return resource.builtin.order if resource.builtin is not None else _LAST


def _apply(name: str) -> Told:
    kind, *place, called = name.split("/")
    return Told(Apply(Target(kind, called, "".join(place)), name), {"apply": name})


def _find(target: Target, names: Iterable[str]) -> str:
    """The object of the design that a step means."""
    for name in names:
        kind, *place, called = name.split("/")
        if (kind, called) == (target.kind, target.name) and target.namespace in ("", "".join(place)):
            return name
    raise ValueError(f"the design has no {target.kind}/{target.name} to apply; name a `file` that has")


def _joined(node: Node) -> Object:
    """A node as it joins: with what the design says of it, and ready."""
    manifest: Object = node.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    status = manifest.get("status")
    ready: list[Json] = [{"type": "Ready", "status": "True", "reason": "KubeletReady"}]
    given = status if isinstance(status, dict) else {}
    return {**manifest, "apiVersion": "v1", "kind": "Node", "status": {**given, "conditions": ready}}

"""A field states what it would be without being stated.

It says nothing, and hides what is meant. Found by leaving the field out and letting the API server's defaults fill it
in again.

Fails:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          restartPolicy: Always
          containers:
            - name: web
              image: "web:1.4"

Passes:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers:
            - name: web
              image: "web:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy

from kspec.api.defaulting import default
from kspec.domain.objects import Resource, get
from kspec.lint.index import Index
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity
from kspec.source.tree import Json, Path

RULE = rule("KS0008", "shadowed-default", Severity.INFO, __doc__)
_IDENTITY = frozenset({"apiVersion", "kind", "metadata", "status", "data", "stringData"})


def check(index: Index) -> Iterator[Diagnostic]:
    """Fields that a default would set to the same."""
    for resource in index.resources:
        written = index.as_written(resource)
        if resource.builtin is None or resource.kind == "CustomResourceDefinition" or written is resource.manifest:
            continue
        stated = [path for path in _leaves(written, ()) if path[0] not in _IDENTITY]
        bare = _without(written, stated)
        filled = default(Resource(bare), index.version).manifest if stated else {}
        for path in stated:
            value = get(written, path)
            if get(filled, path) == value and _restored(written, path, index.version) == value:
                message = f"{resource.kind} {resource.name} states {path[-1]}: {value}, which is the default"
                yield on(RULE, resource, path, message, "leave it out", key=True)


def _leaves(value: Json, path: Path) -> Iterator[Path]:
    """The paths of all single values that are fields, not items."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if isinstance(inner, dict | list):
                yield from _leaves(inner, (*path, name))
            elif inner is not None:
                yield (*path, name)
    elif isinstance(value, list):
        for i, item in enumerate(value):
            if isinstance(item, dict | list):
                yield from _leaves(item, (*path, i))


def _without(manifest: dict[str, Json], paths: list[Path]) -> dict[str, Json]:
    bare = deepcopy(manifest)
    for path in paths:
        owner = get(bare, path[:-1])
        if isinstance(owner, dict):
            del owner[str(path[-1])]
    return bare


def _restored(manifest: dict[str, Json], path: Path, version: str) -> Json:
    """What a field becomes when it alone is left out: defaults may hang together."""
    return get(default(Resource(_without(manifest, [path])), version).manifest, path)

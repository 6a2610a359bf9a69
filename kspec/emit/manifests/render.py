"""Manifests as YAML text, in the order in which they can be applied.

Law: parsing a rendered manifest gives back the object it was rendered from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kspec.domain.objects import Resource
from kspec.emit.manifests.order import ordered
from kspec.emit.templating import template

_UNKNOWN_ORDER = 30
_UNSAFE = re.compile(r"[^a-z0-9.-]+")


@dataclass(frozen=True, slots=True)
class Manifest:
    """A rendered object: the name of its file and its text."""

    file: str
    text: str


def apply_order(resources: Iterable[Resource]) -> list[Resource]:
    """Definitions before what uses them: namespaces, classes, configuration, services, workloads; else as written."""
    return sorted(resources, key=lambda r: r.builtin.order if r.builtin else _UNKNOWN_ORDER)


def render(resource: Resource, comments: Sequence[str] = ()) -> str:
    """One object as a YAML document. `comments` stand above it."""
    return template("manifests/object.yaml.j2").render(manifest=ordered(resource.manifest), comments=comments)


def render_all(resources: Iterable[Resource]) -> list[Manifest]:
    """Every object, numbered in apply order: `NN-kind-namespace-name.yaml`."""
    in_order = apply_order(resources)
    width = max(2, len(str(len(in_order))))
    return [Manifest(_file(i, width, r), render(r, _source(r))) for i, r in enumerate(in_order, 1)]


def _file(number: int, width: int, resource: Resource) -> str:
    words = [resource.kind, resource.namespace, resource.name]
    name = "-".join(_UNSAFE.sub("-", w.lower()) for w in words if w)
    return f"{number:0{width}}-{name}.yaml"


def _source(resource: Resource) -> tuple[str, ...]:
    span = resource.at()
    return (f"Made by kspec from {span.file}:{span.line}; change it there.",) if span else ()

"""Manifests as a kspec text: namespaces as blocks, what belongs together side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kspec.domain.objects import Resource, get
from kspec.elaborate.groups import BUILT_IN_NAMESPACES
from kspec.elaborate.objects.kinds import Kinds
from kspec.emit.language import literals
from kspec.emit.language.comments import attach
from kspec.emit.language.folding import fold
from kspec.emit.language.forms import FORMS
from kspec.emit.language.objects import object_part
from kspec.emit.language.part import Part, render
from kspec.emit.language.selectors import labels_of, only_labels
from kspec.emit.language.writer import Port, Surroundings, Workload, Writer
from kspec.source.tree import Json, Object
from kspec.source.yaml.comments import Comment
from kspec.syntax.format import format_text

_SELECTING = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController")


@dataclass(frozen=True, slots=True)
class Manifest:
    """An object to write, with its comments. `plain` writes every field under its own name."""

    value: Object
    comments: tuple[Comment, ...] = ()
    plain: bool = field(default=False, compare=False)

    @property
    def namespace(self) -> str:
        return Resource(self.value).namespace

    @property
    def is_namespace(self) -> bool:
        return (self.value.get("apiVersion"), self.value.get("kind")) == ("v1", "Namespace")


def text_of(manifests: Sequence[Manifest], kinds: Kinds, *, folded: bool = True) -> str:
    """The kspec text that makes these objects, formatted. With `folded`, API defaults are left out."""
    if folded:
        version = kinds.catalogue.version
        manifests = [Manifest(fold(m.value, version), m.comments, m.plain) for m in manifests]
    return format_text("\n".join(render([part]) for part in _parts(manifests, kinds)))


def _parts(manifests: Sequence[Manifest], kinds: Kinds) -> list[Part]:
    """The parts of the text: objects outside of namespaces, and a block for each namespace, in order of appearance."""
    around = surroundings(manifests)
    spaces = {
        Resource(m.value).name: m
        for m in manifests
        if m.is_namespace and Resource(m.value).name not in BUILT_IN_NAMESPACES
    }
    blocks: dict[str, Part] = {}
    parts: list[Part] = []
    for manifest in manifests:
        writer = Writer(kinds.catalogue, {} if manifest.plain else FORMS, around)
        name = Resource(manifest.value).name
        space = name if manifest.is_namespace and spaces.get(name) is manifest else manifest.namespace
        inside = bool(space) and (manifest.is_namespace or _in_namespaces(manifest, kinds))
        if manifest.is_namespace and spaces.get(name) is not manifest:
            inside = False
        if not inside:
            parts.append(_written(manifest, kinds, writer, ""))
            continue
        block = blocks.get(space)
        if block is None:
            block = blocks[space] = _namespace(space, spaces.get(space), kinds, around)
            parts.append(block)
        if not manifest.is_namespace:
            assert block.inner is not None
            part = _written(manifest, kinds, writer, space)
            part.apart = bool(block.inner)
            block.inner.append(part)
    return parts


def _in_namespaces(manifest: Manifest, kinds: Kinds) -> bool:
    return kinds.namespaced(str(manifest.value.get("apiVersion")), str(manifest.value.get("kind")))


def _written(manifest: Manifest, kinds: Kinds, writer: Writer, namespace: str) -> Part:
    part = object_part(manifest.value, kinds, writer, namespace)
    attach(part, manifest.comments)
    return part


def _namespace(name: str, declared: Manifest | None, kinds: Kinds, around: Surroundings) -> Part:
    """The block of a namespace, with what its own manifest says; `@existing` where there is none."""
    head = f"namespace {literals.name(name)} {{"
    if declared is None:
        prefix = "" if name in BUILT_IN_NAMESPACES else "@existing "
        return Part(f"{prefix}{head}", (), [], "}", broken=True)
    part = _written(declared, kinds, Writer(kinds.catalogue, FORMS, around), "")
    part.head, part.broken = head, True
    return part


def surroundings(manifests: Iterable[Manifest]) -> Surroundings:
    """What the short forms of these objects may refer to."""
    workloads: dict[tuple[str, str], tuple[Workload, ...]] = {}
    services: dict[tuple[str, str], tuple[Port, ...]] = {}
    for manifest in manifests:
        resource = Resource(manifest.value)
        key = resource.namespace, resource.name
        if resource.kind in _SELECTING and resource.builtin is not None and not manifest.plain:
            found = Workload(resource.api_version, resource.kind, resource.name, _selected(resource))
            workloads[key] = (*workloads.get(key, ()), found)
        elif (resource.api_version, resource.kind) == ("v1", "Service"):
            services[key] = tuple(_ports(get(resource.manifest, ("spec", "ports"))))
    return Surroundings(workloads, services)


def _selected(resource: Resource) -> dict[str, str]:
    selector = get(resource.manifest, ("spec", "selector"))
    if resource.kind == "ReplicationController":
        return labels_of(selector)
    return only_labels(selector) or {}


def _ports(value: Json) -> Iterable[Port]:
    for item in value if isinstance(value, list) else ():
        if isinstance(item, dict) and isinstance(number := item.get("port"), int):
            yield Port(str(item.get("name") or ""), number)

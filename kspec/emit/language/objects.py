"""Objects as blocks: workloads flat, what belongs to the pod beside what belongs to the object."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kspec.api.schema import ListSchema, ObjectSchema, Schema
from kspec.domain.objects import get
from kspec.elaborate.objects.flat import View, field_of, flatten, template_path
from kspec.elaborate.objects.kinds import Kinds
from kspec.emit.language import labels, literals
from kspec.emit.language.part import Part
from kspec.emit.language.writer import ANYTHING, Subject, Writer
from kspec.source.tree import Json, Object, Path

_WORDS = {"PodDisruptionBudget": "pdb", "HorizontalPodAutoscaler": "hpa"}
_SILENT = {
    "PodDisruptionBudget": ("selector", "selector: null"),
    "PersistentVolumeClaim": ("accessModes", "accessModes: []"),
}
"""Fields that kspec fills in where nothing is said, and what says that there is nothing."""


def object_part(manifest: Object, kinds: Kinds, writer: Writer, namespace: str = "") -> Part:
    """An object as a block; `namespace` is that of the block around it."""
    api_version, kind = str(manifest.get("apiVersion")), str(manifest.get("kind"))
    metadata = manifest.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    name = str(metadata.get("name") or "")
    manifest = labels.with_selector(manifest)
    schema = kinds.by_name(api_version, kind).schema
    known = schema is not None and not kinds.catalogue.is_custom(api_version, kind)
    body = _Body(writer, manifest, namespace)
    inner = list(body.flat(schema, name) if known and schema is not None else body.whole())
    if not name and "name" not in metadata:
        inner.insert(0, Part("name: null" if known else "metadata.name: null", ()))
    head = f"{_word(api_version, kind, kinds)} {literals.name(name)} {{"
    return Part(head, (), inner, "}", broken=len(inner) > 2)


def whole_part(manifest: Object, kinds: Kinds, writer: Writer) -> Part:
    """An object as a block in which every field stands at its place, below `metadata` and `spec`."""
    api_version, kind = str(manifest.get("apiVersion")), str(manifest.get("kind"))
    metadata = manifest.get("metadata")
    name = str(metadata.get("name") or "") if isinstance(metadata, dict) else ""
    schema = kinds.by_name(api_version, kind).schema
    inner = list(_Body(writer, manifest, "").whole(schema or ANYTHING))
    plan = labels.plan(manifest, schema, name) if schema is not None else None
    template = template_path(schema) if schema is not None else None
    for path in [("metadata", "labels"), (*template, "metadata", "labels")] if template else [("metadata", "labels")]:
        gone = labels.gone(plan, path) if plan is not None else ()
        if gone:
            parts = [_label(key, None, (*path, key)) for key in gone]
            inner.append(Part(f"{'.'.join(path)}: {{", path, parts, "}", commas=True))
    field, text = _SILENT.get(kind, ("", ""))
    if field and get(manifest, ("spec", field)) is None:
        inner.append(Part(f"spec.{text}", ()))
    return Part(f"{_word(api_version, kind, kinds)} {literals.name(name)} {{", (), inner, "}", broken=True)


def _word(api_version: str, kind: str, kinds: Kinds) -> str:
    """The word of the kind, or `resource` with its version and name."""
    word = _WORDS.get(kind, kind.lower())
    found = kinds.by_word(word)
    custom = kinds.catalogue.is_custom(api_version, kind)
    if found is not None and (found.api_version, found.kind) == (api_version, kind) and not custom:
        return word if literals.is_bare(word) else f"resource {literals.version(api_version)} {kind}"
    return f"resource {literals.version(api_version)} {kind}"


class _Body:
    """The parts of one object."""

    def __init__(self, writer: Writer, manifest: Object, namespace: str) -> None:
        self.writer = writer
        self.manifest = manifest
        self.namespace = namespace

    def whole(self, schema: Schema = ANYTHING) -> Iterator[Part]:
        """All fields in their places; without a schema, as of a kind that nobody has described."""
        for key, value in self.manifest.items():
            if key == "metadata" and isinstance(value, dict):
                rest = {k: v for k, v in value.items() if not self._said(k, v)}
                inner = field_of(schema, "metadata") or ANYTHING
                yield from self.writer.plain("metadata", inner, rest, ("metadata",)) if rest else ()
            elif key not in ("apiVersion", "kind"):
                yield from self.writer.plain(key, field_of(schema, key) or ANYTHING, value, (key,))

    def _said(self, key: str, value: Json) -> bool:
        """Whether a field of the metadata is said by the block and what is around it."""
        return value is None or (key == "name" and value != "") or (key == "namespace" and value == self.namespace)

    def flat(self, schema: ObjectSchema, name: str) -> Iterator[Part]:
        """The fields of a kind of Kubernetes, as near to the object as they may stand."""
        views = {view.path: view for view in flatten(schema)}
        homes: dict[str, Path] = {}
        for path, view in views.items():
            for field in view.schema.fields if isinstance(view.schema, ObjectSchema) else ():
                homes.setdefault(field, path)
        self.views, self.homes, self.template = views, homes, template_path(schema)
        self.plan = labels.plan(self.manifest, schema, name)
        selects = self.plan.selects if self.plan is not None else {}
        kind = str(self.manifest.get("kind"))
        self.writer = replace(self.writer, subject=Subject(self.namespace_of(), name, kind, selects))
        yield from self._labels()
        yield from self._level(View((), schema), self.manifest)
        field, text = _SILENT.get(kind, ("", ""))
        if field and get(self.manifest, ("spec", field)) is None:
            yield Part(text, ())

    def namespace_of(self) -> str:
        metadata = self.manifest.get("metadata")
        return str(metadata.get("namespace") or "") if isinstance(metadata, dict) else ""

    def _labels(self) -> Iterator[Part]:
        if self.plan is not None:
            for word, path, written in labels.places(self.plan, self.template):
                entries = [_label(key, value, (*path, key)) for key, value in written.items()]
                yield Part(f"{word}: {{", path, entries, "}", commas=True)

    def _level(self, view: View, owner: Object) -> Iterator[Part]:
        """The fields of one struct that is flat, and of those inside it that are flat too."""
        for key, value in owner.items():
            path = (*view.path, key)
            if value is None or self._said_elsewhere(path, value):
                continue
            inner = self.views.get(path)
            if value == {} and key in ("spec", "template"):
                yield self._dotted(path, field_of(view.schema, key) or ANYTHING, value)
            elif inner is not None and isinstance(value, dict):
                yield from self._level(inner, value)
            elif self.template is not None and path in _on_the_way(self.template) and isinstance(value, dict):
                yield from self._level(View(path, field_of(view.schema, key) or ANYTHING), value)
            elif self.homes.get(key) == view.path:
                yield from self.writer.field(view.schema, owner, path)
            else:
                yield self._dotted(path, field_of(view.schema, key) or ANYTHING, value)

    def _said_elsewhere(self, path: Path, value: Json) -> bool:
        match path:
            case ("apiVersion",) | ("kind",):
                return True
            case ("metadata", str(key)):
                return self._said(key, value) or (self.plan is not None and key == "labels")
            case ("spec", "selector") if self.plan is not None:
                return not self.plan.selector and self.manifest.get("kind") not in ("Job", "CronJob")
            case _ if self.plan is not None and self.template is not None:
                return path == (*self.template, "metadata", "labels")
            case _:
                return False

    def _dotted(self, path: Path, schema: Schema, value: Json) -> Part:
        """A field by its path from the object."""
        parts = [str(p) for p in path]
        word = ".".join(
            parts[1:] if parts[0] == "spec" and len(parts) > 2 and self.homes.get(parts[1]) == ("spec",) else parts
        )
        if not all(literals.opens_block(p) for p in parts):
            return self.writer.value(schema, value, parts[-1], path).under(literals.key(parts[-1]))
        if isinstance(value, dict) and value and not isinstance(schema, ListSchema):
            return Part(f"{word} {{", path, self.writer.struct(schema, value, path), "}")
        return self.writer.value(schema, value, parts[-1], path).under(word)


def _on_the_way(template: Path) -> list[Path]:
    """The structs between an object and the spec of its pod template that have no fields of their own there."""
    return [template[:i] for i in range(1, len(template) + 1)] + [(*template, "metadata")]


def _label(key: str, value: Json, path: Path) -> Part:
    text = literals.name(value) if isinstance(value, str) else literals.scalar(value, ANYTHING, "", path).head
    return Part(f"{literals.key(key)}: {text}", path)

"""What stands in a pod: containers, volumes, claims of a StatefulSet."""

from __future__ import annotations

from kspec.api.schema import ObjectSchema
from kspec.elaborate.objects.flat import flatten
from kspec.emit.language import literals
from kspec.emit.language.forms.common import names, schema_of, text_of
from kspec.emit.language.part import Part
from kspec.emit.language.writer import Form, Forms, Writer
from kspec.source.tree import Json, Object, Path


def _containers(word: str) -> Form:
    def form(writer: Writer, owner: Object, path: Path) -> list[Part] | None:
        items = names(owner[str(path[-1])], "name")
        if items is None:
            return None
        schema = schema_of(writer, "Container")
        parts = []
        for index, (item, name) in enumerate(items):
            at = (*path, index)
            rest = {k: v for k, v in item.items() if k != "name"}
            inner = writer.struct(schema, rest, at)
            parts.append(Part(f"{word} {literals.name(name)} {{", at, inner, "}", broken=len(inner) > 2))
        return parts

    return form


_SOURCES = {
    "configMap": ("configmap", "name"),
    "secret": ("secret", "secretName"),
    "persistentVolumeClaim": ("claim", "claimName"),
}


def _volumes(writer: Writer, owner: Object, path: Path) -> list[Part] | None:
    items = names(owner["volumes"], "name")
    if items is None:
        return None
    parts = []
    for index, (item, name) in enumerate(items):
        at, head = (*path, index), f"volume {literals.name(name)}"
        source = _source({k: v for k, v in item.items() if k != "name"})
        if source is not None:
            parts.append(Part(f"{head}: {source}", at))
        else:
            rest = {k: v for k, v in item.items() if k != "name"}
            parts.append(Part(f"{head} {{", at, writer.struct(schema_of(writer, "Volume"), rest, at), "}"))
    return parts


def _source(volume: Object) -> str | None:
    """`configmap(site)`: what a volume holds, if its name is all there is to say."""
    if len(volume) != 1:
        return None
    kind, source = next(iter(volume.items()))
    function, key = _SOURCES.get(kind, ("", ""))
    if not function or not isinstance(source, dict) or set(source) != {key} or not text_of(source, key):
        return None
    return f"{function}({literals.name(text_of(source, key))})"


def _claims(writer: Writer, owner: Object, path: Path) -> list[Part] | None:
    templates = owner["volumeClaimTemplates"]
    if not isinstance(templates, list):
        return None
    parts = []
    seen: set[str] = set()
    for index, template in enumerate(templates):
        metadata = template.get("metadata") if isinstance(template, dict) else None
        name = text_of(metadata, "name")
        if not isinstance(template, dict) or not name or name in seen:
            return None
        seen.add(name)
        parts.append(_claim(writer, template, name, (*path, index)))
    return parts


def _claim(writer: Writer, template: Object, name: str, path: Path) -> Part:
    schema = schema_of(writer, "PersistentVolumeClaim")
    assert isinstance(schema, ObjectSchema)
    inner: list[Part] = []
    for view in flatten(schema)[:3]:
        struct: Json = template
        for part in view.path:
            struct = struct.get(str(part)) if isinstance(struct, dict) else None
        if not isinstance(struct, dict):
            continue
        said = ("metadata", "spec", "apiVersion", "kind", "status") if not view.path else ("name",)
        rest = {k: v for k, v in struct.items() if k not in said}
        inner += writer.struct(view.schema, rest, (*path, *view.path))
        if view.path == ("spec",) and struct.get("accessModes") is None:
            inner.append(Part("accessModes: []", path))
    return Part(f"claim {literals.name(name)} {{", path, inner, "}")


def _storage(writer: Writer, owner: Object, path: Path) -> list[Part] | None:
    """`storage: 50Gi` for the request of a claim."""
    value = owner["resources"]
    requests = value.get("requests") if isinstance(value, dict) else None
    if not isinstance(value, dict) or set(value) != {"requests"} or not isinstance(requests, dict):
        return None
    shown = literals.amount(requests.get("storage"))
    if set(requests) != {"storage"} or shown is None:
        return None
    return [Part(f"storage: {shown}", path)]


def _class(writer: Writer, owner: Object, path: Path) -> list[Part] | None:
    value = owner["storageClassName"]
    return [Part(f"class: {literals.name(value)}", path)] if isinstance(value, str) and value else None


def _access(writer: Writer, owner: Object, path: Path) -> list[Part] | None:
    """`ReadWriteOnce` is what kspec gives a claim that says nothing."""
    own = path[:-1] == ("spec",) or "volumeClaimTemplates" in path
    return [] if own and owner["accessModes"] == ["ReadWriteOnce"] else None


FORMS: Forms = {
    ("PodSpec", "containers"): _containers("container"),
    ("PodSpec", "initContainers"): _containers("init"),
    ("PodSpec", "volumes"): _volumes,
    ("StatefulSetSpec", "volumeClaimTemplates"): _claims,
    ("PersistentVolumeClaimSpec", "resources"): _storage,
    ("PersistentVolumeClaimSpec", "storageClassName"): _class,
    ("PersistentVolumeClaimSpec", "accessModes"): _access,
}

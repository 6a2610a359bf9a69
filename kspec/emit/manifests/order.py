"""The order in which people write the fields of a manifest. Builders apply it; templates only lay out."""

from __future__ import annotations

from kspec.source.tree import Json, Object

# The first fields of a structure; the others follow as they were written.
_OBJECT = (
    "apiVersion",
    "kind",
    "metadata",
    "type",
    "immutable",
    "provisioner",
    "value",
    "roleRef",
    "subjects",
    "rules",
)
_METADATA = ("name", "generateName", "namespace", "labels", "annotations")
_NAMED = ("name", "image", "imagePullPolicy", "command", "args", "ports", "env", "envFrom", "resources", "volumeMounts")
_WORKLOAD = ("replicas", "selector", "serviceName", "strategy", "updateStrategy", "template")


def ordered(manifest: Object) -> Object:
    """The manifest with its fields in customary order, at every depth; nothing is added, lost or changed."""
    out = _first(manifest, _OBJECT)
    return {name: _inside(name, value) for name, value in out.items()}


def _inside(name: str, value: Json) -> Json:
    if isinstance(value, list):
        return [_item(name, item) for item in value]
    if not isinstance(value, dict):
        return value
    if name in _DATA:
        return value
    first = {"metadata": _METADATA, "spec": _WORKLOAD}.get(name, ())
    return {k: _inside(k, v) for k, v in _first(value, first).items()}


def _item(name: str, item: Json) -> Json:
    if not isinstance(item, dict):
        return item
    first = _NAMED if name in ("containers", "initContainers") else ("apiVersion", "kind", "name", "metadata")
    return {k: _inside(k, v) for k, v in _first(item, first).items()}


_DATA = frozenset({"data", "stringData", "binaryData", "labels", "annotations", "matchLabels", "nodeSelector"})


def _first(value: Object, names: tuple[str, ...]) -> Object:
    front = {name: value[name] for name in names if name in value}
    return front | {name: v for name, v in value.items() if name not in front}

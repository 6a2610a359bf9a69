"""Whether two parts of an object mean the same.

Upstream: apimachinery/pkg/api/equality (v1.36): absent, null and empty are equal, quantities compare by amount.
"""

from __future__ import annotations

from kspec.api.wire.table import table
from kspec.source.tree import Json, Object


def differ(struct: str, new: Json, old: Json) -> bool:
    """Whether two values of a wire struct (`core/v1.PodSpec`) differ in meaning."""
    shape = table().struct(struct)
    return _reduced(shape.encode(new)) != _reduced(shape.encode(old))


def _reduced(value: Json) -> Json:
    if isinstance(value, dict):
        pairs = ((k, _reduced(v)) for k, v in value.items())
        return {k: v for k, v in pairs if v is not None and v != []}
    if isinstance(value, list):
        return [_reduced(v) for v in value]
    return value


def spec_of(manifest: Object) -> Object:
    """`spec`, empty where absent."""
    spec = manifest.get("spec")
    return spec if isinstance(spec, dict) else {}

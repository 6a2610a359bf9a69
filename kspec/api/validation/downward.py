"""Files of the downward API.

Upstream: pkg/apis/core/validation/validation.go, validateDownwardAPIVolumeFile (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.cause import Cause, FieldPath, invalid, required
from kspec.api.fields import maybe, number, objects, text
from kspec.api.validation.env import VOLUME_FIELDS, check_field_ref, check_resource_ref
from kspec.api.validation.paths import file_mode, local_non_reserved
from kspec.source.tree import Object


def check_downward(at: FieldPath, source: Object) -> Iterator[Cause]:
    """A downward API volume. Upstream does not print which of its items is meant."""
    yield from file_mode(at / "defaultMode", number(source, "defaultMode"))
    for item in objects(source, "items"):
        yield from check_downward_file(at, item)


def check_downward_file(at: FieldPath, item: Object) -> Iterator[Cause]:
    path, field, resource = text(item, "path"), maybe(item, "fieldRef"), maybe(item, "resourceFieldRef")
    if not path:
        yield required(at / "path")
    yield from local_non_reserved(at / "path", path)
    if field is not None:
        yield from check_field_ref(at / "fieldRef", field, VOLUME_FIELDS)
        if resource is not None:
            yield invalid(at, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously")
    elif resource is not None:
        yield from check_resource_ref(at / "resourceFieldRef", resource, volume=True)
    else:
        yield required(at, "one of fieldRef and resourceFieldRef is required")
    yield from file_mode(at / "mode", number(item, "mode"))

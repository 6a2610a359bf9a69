"""Claims that are to grow, and whether their class lets them."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.fields import mapping, text
from kspec.diff.effects.both import Both
from kspec.diff.rules import EXPAND
from kspec.domain.objects import Resource
from kspec.domain.quantity import Quantity
from kspec.domain.storage import StorageClass
from kspec.lint.index import Index
from kspec.lint.rule import on
from kspec.source.diagnostic import Diagnostic

_SIZE = ("spec", "resources", "requests", "storage")


def grown_claims(both: Both) -> Iterator[Diagnostic]:
    """Claims whose size grows although their class does not allow expansion; classes that are not here may."""
    for altered in both.altered:
        new = altered.after
        if altered.before is None or new is None or new.kind != "PersistentVolumeClaim":
            continue
        storage = _class_of(both.after, new)
        if storage is None or storage.allow_volume_expansion:
            continue
        before, after = _size(altered.before), _size(new)
        if before is not None and after is not None and after > before:
            message = f"claim {new.name} is to grow, and class {storage.metadata.name} does not allow expansion"
            yield on(EXPAND, new, _SIZE, message, "set allowVolumeExpansion in the class")


def _class_of(index: Index, claim: Resource) -> StorageClass | None:
    wanted = text(claim.manifest, "spec", "storageClassName")
    for resource, storage in index.of("StorageClass", StorageClass):
        if resource.name == wanted or (not wanted and storage.is_default):
            return storage
    return None


def _size(claim: Resource) -> Quantity | None:
    written = mapping(claim.manifest, *_SIZE[:3]).get("storage")
    return Quantity.parse(written) if written is not None else None

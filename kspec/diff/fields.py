"""What differs between two versions of an object, field by field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kspec.source.tree import Json, Object, Path, named

_KEYS = ("name", "mountPath", "devicePath", "containerPort", "port", "key", "topologyKey", "host", "path", "ip", "uid")
_NOT_OURS = frozenset({"uid", "resourceVersion", "generation", "creationTimestamp", "managedFields", "selfLink"})
_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that differs. `name` is its path with items by their names; None stands for absent.

    `path` leads to it in the new object, or in the old one where it is gone.
    """

    name: str
    before: Json
    after: Json
    path: Path
    gone: bool = False


def field_changes(old: Object, new: Object) -> tuple[FieldChange, ...]:
    """The differences, in order of the new object; none if and only if the objects are the same.

    What the server keeps for itself (status, uid, managed fields) does not count.
    """
    return tuple(_Comparison(ours(old), ours(new)).changes())


def ours(manifest: Object) -> Object:
    """An object without what only the server writes, and without its namespace, which is part of its name."""
    metadata = manifest.get("metadata")
    kept: Object = {}
    for key, value in metadata.items() if isinstance(metadata, dict) else ():
        if key == "annotations" and isinstance(value, dict):
            value = {k: v for k, v in value.items() if k != _LAST_APPLIED}
        if key not in _NOT_OURS and key != "namespace":
            kept[key] = value
    return {k: (kept if k == "metadata" else v) for k, v in manifest.items() if k != "status"}


@dataclass(frozen=True, slots=True)
class _Comparison:
    old: Object
    new: Object

    def changes(self) -> Iterator[FieldChange]:
        yield from self._values(self.old, self.new, (), ())

    def _values(self, old: Json, new: Json, old_path: Path, new_path: Path) -> Iterator[FieldChange]:
        match old, new:
            case dict(), dict():
                yield from self._maps(old, new, old_path, new_path)
            case list(), list() if (keys := _keys(old, new)) is not None:
                yield from self._items(keys, old, new, old_path, new_path)
            case _ if old != new or type(old) is not type(new):
                yield FieldChange(named(self.new, new_path), old, new, new_path)
            case _:
                pass

    def _maps(self, old: Object, new: Object, old_path: Path, new_path: Path) -> Iterator[FieldChange]:
        for key in [*new, *(k for k in old if k not in new)]:
            at, was_at = (*new_path, key), (*old_path, key)
            if key not in old:
                yield FieldChange(named(self.new, at), None, new[key], at)
            elif key not in new:
                yield FieldChange(named(self.old, was_at), old[key], None, was_at, gone=True)
            else:
                yield from self._values(old[key], new[key], was_at, at)

    def _items(
        self, keys: str, old: list[Json], new: list[Json], old_path: Path, new_path: Path
    ) -> Iterator[FieldChange]:
        before, after = _places(old, keys), _places(new, keys)
        for key, place in after.items():
            at = (*new_path, place)
            if key in before:
                yield from self._values(old[before[key]], new[place], (*old_path, before[key]), at)
            else:
                yield FieldChange(named(self.new, at), None, new[place], at)
        for key, place in before.items():
            if key not in after:
                was_at = (*old_path, place)
                yield FieldChange(named(self.old, was_at), old[place], None, was_at, gone=True)
        stayed, now = [k for k in before if k in after], [k for k in after if k in before]
        if stayed != now:
            order = f"{named(self.new, new_path)} (order)"
            yield FieldChange(order, [str(k) for k in stayed], [str(k) for k in now], new_path)


def _keys(old: list[Json], new: list[Json]) -> str | None:
    """The field by which the items of both lists can be told apart."""
    items = [item for item in (*old, *new) if isinstance(item, dict)]
    if not items or len(items) < len(old) + len(new):
        return None
    for key in _KEYS:
        usable = all(isinstance(item.get(key), str | int) for item in items)
        if usable and len(_places(old, key)) == len(old) and len(_places(new, key)) == len(new):
            return key
    return None


def _places(items: list[Json], key: str) -> dict[Json, int]:
    return {item[key]: place for place, item in enumerate(items) if isinstance(item, dict)}

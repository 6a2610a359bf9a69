"""Filling in what was left out. These functions write into the manifest they are given."""

from __future__ import annotations

from kspec.domain.quantity import Quantity
from kspec.source.tree import Json, Object


def fill(target: Object, **values: Json) -> None:
    """Set each field that is absent (Go: a nil pointer). An underscore at the end of a name is not part of it."""
    for name, value in values.items():
        field = name.rstrip("_")
        if target.get(field) is None:
            target[field] = value


def fill_empty(target: Object, **values: Json) -> None:
    """Set each field that is absent or zero (Go: a plain value)."""
    for name, value in values.items():
        field = name.rstrip("_")
        if not target.get(field):
            target[field] = value


def child(target: Json, name: str) -> Object:
    """The object in a field, made if it is absent: for struct values and for what is always given."""
    if not isinstance(target, dict):
        return {}
    found = target.get(name)
    if not isinstance(found, dict):
        found = target[name] = {}
    return found


def children(target: Json, name: str) -> list[Object]:
    """The objects in a list field."""
    found = target.get(name) if isinstance(target, dict) else None
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def existing(target: Json, name: str) -> Object | None:
    """The object in a field, for writing, or None where it is absent."""
    found = target.get(name) if isinstance(target, dict) else None
    return found if isinstance(found, dict) else None


def round_resources(target: Json, *names: str) -> None:
    """Round resource lists up to thousandths (upstream SetDefaults_ResourceList)."""
    for name in names:
        resources = existing(target, name)
        for key, value in (resources or {}).items():
            if isinstance(value, str) and value.endswith(("n", "u")):
                quantity = Quantity.parse(value)
                rounded = Quantity.parse(f"{quantity.milli}m")
                (resources or {})[key] = str(Quantity(rounded.amount, quantity.format))

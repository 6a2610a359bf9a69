"""Reading manifests whose shape is already known to be right: absent and null are the zero value.

Manifests reach defaulting, admission and validation after `kspec.api.wire` has read them, so a field is of its type
or absent.
"""

from __future__ import annotations

from kspec.source.tree import Json, Object

EMPTY: Object = {}


def obj(value: Json, *names: str) -> Object:
    """The object at a path of fields; empty where absent. Not for writing."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else EMPTY


def maybe(value: Json, name: str) -> Object | None:
    """The object in a field, or None where it is absent: for Go's pointers."""
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else None


def objects(value: Json, *names: str) -> list[Object]:
    """The list of objects at a path of fields."""
    found = _last(value, names)
    return [item if isinstance(item, dict) else EMPTY for item in found] if isinstance(found, list) else []


def text(value: Json, *names: str) -> str:
    """The text at a path of fields, empty where absent."""
    found = _last(value, names)
    return found if isinstance(found, str) else ""


def maybe_text(value: Json, name: str) -> str | None:
    """The text in a field, or None where it is absent."""
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, str) else None


def texts(value: Json, *names: str) -> list[str]:
    """The list of texts at a path of fields."""
    found = _last(value, names)
    return [item for item in found if isinstance(item, str)] if isinstance(found, list) else []


def number(value: Json, *names: str) -> int | None:
    """The integer at a path of fields, or None where it is absent."""
    found = _last(value, names)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def integer(value: Json, *names: str) -> int:
    """The integer at a path of fields, 0 where it is absent."""
    return number(value, *names) or 0


def integers(value: Json, *names: str) -> list[int]:
    """The list of integers at a path of fields."""
    found = _last(value, names)
    return [n for n in found if isinstance(n, int)] if isinstance(found, list) else []


def flag(value: Json, *names: str) -> bool | None:
    """The boolean at a path of fields, or None where it is absent."""
    found = _last(value, names)
    return found if isinstance(found, bool) else None


def mapping(value: Json, *names: str) -> dict[str, str]:
    """The map of texts at a path of fields (labels, annotations, quantities)."""
    found = _last(value, names)
    return {k: v for k, v in found.items() if isinstance(v, str)} if isinstance(found, dict) else {}


def _last(value: Json, names: tuple[str, ...]) -> Json:
    if len(names) == 1:  # nearly always
        return value.get(names[0]) if isinstance(value, dict) else None
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value

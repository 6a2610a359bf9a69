"""What turns one manifest into another, as a JSON patch (RFC 6902)."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.source.tree import Json, Object


def patch(old: Json, new: Json) -> list[Object]:
    """The operations, in the order in which they apply."""
    return list(_changes(old, new, ""))


def _changes(old: Json, new: Json, path: str) -> Iterator[Object]:
    match old, new:
        case dict(), dict():
            for name in old:
                if name not in new:
                    yield {"op": "remove", "path": _inside(path, name)}
            for name, value in new.items():
                if name in old:
                    yield from _changes(old[name], value, _inside(path, name))
                else:
                    yield {"op": "add", "path": _inside(path, name), "value": value}
        case list(), list():
            both = min(len(old), len(new))
            for index in range(both):
                yield from _changes(old[index], new[index], f"{path}/{index}")
            for index in reversed(range(both, len(old))):
                yield {"op": "remove", "path": f"{path}/{index}"}
            for value in new[both:]:
                yield {"op": "add", "path": f"{path}/-", "value": value}
        case _ if type(old) is not type(new) or old != new:
            yield {"op": "replace", "path": path, "value": new}


def _inside(path: str, name: str) -> str:
    return f"{path}/{name.replace('~', '~0').replace('/', '~1')}"

"""`kind: List` and its typed siblings: envelopes around objects, which kubectl opens."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.source.tree import Json, Path


def expand(value: Json, path: Path = ()) -> Iterator[tuple[Json, Path]]:
    """The objects in a value, each with its path. What is no list is itself.

    Items of a typed list (`DeploymentList`) that do not state their kind take it from the list, as in the decoder of
    unstructured lists (k8s.io/apimachinery, `unstructured/helpers.go`, v1.36).
    """
    if not isinstance(value, dict) or not is_list(value):
        yield value, path
        return
    items = value["items"]
    assert isinstance(items, list)
    for index, item in enumerate(items):
        yield from expand(_with_kind(item, value), (*path, "items", index))


def is_list(value: Json) -> bool:
    """Whether a value is a List of objects."""
    if not isinstance(value, dict):
        return False
    kind = value.get("kind")
    return isinstance(kind, str) and kind.endswith("List") and isinstance(value.get("items"), list)


def _with_kind(item: Json, outer: dict[str, Json]) -> Json:
    kind = outer["kind"]
    assert isinstance(kind, str)
    if kind == "List" or not isinstance(item, dict) or item.get("kind"):
        return item
    return {"apiVersion": outer.get("apiVersion"), "kind": kind.removesuffix("List"), **item}

"""What the writer of an unknown field probably meant."""

from __future__ import annotations

import difflib
from collections import deque
from collections.abc import Iterable, Mapping
from functools import lru_cache

from kspec.api.schema.types import ListSchema, MapSchema, ObjectSchema, Schema
from kspec.source.tree import Path

_MOVED = {
    ("IngressBackend", "serviceName"): "service.name",
    ("IngressBackend", "servicePort"): "service.port.number",
    ("HorizontalPodAutoscalerSpec", "targetCPUUtilizationPercentage"): "metrics",
    ("JobSpec", "schedule"): "spec.schedule of a CronJob",
    ("CustomResourceDefinitionSpec", "version"): "versions[].name",
    ("CustomResourceDefinitionSpec", "validation"): "versions[].schema",
    ("CustomResourceDefinitionSpec", "subresources"): "versions[].subresources",
    ("CustomResourceDefinitionSpec", "additionalPrinterColumns"): "versions[].additionalPrinterColumns",
}
"""Fields that a newer version of the same struct has elsewhere: struct, old name, new place."""

_DEEPEST = 9
_NOT_WRITTEN = frozenset(("status", "managedFields"))


def close_match(word: str, words: Iterable[str]) -> str | None:
    """The word that was probably meant: the same in another letter case, or else a similar one."""
    candidates = sorted(words)
    folded = {c.lower(): c for c in candidates}
    if word.lower() in folded:
        return folded[word.lower()]
    close = difflib.get_close_matches(word.lower(), folded, n=1, cutoff=0.75)
    return folded[close[0]] if close else None


def field_help(name: str, here: ObjectSchema, root: ObjectSchema, path: Path) -> str | None:
    """Help for the unknown field `name` of the object at `path`: where it lives, or which field is meant."""
    if moved := _MOVED.get((here.short_name, name)):
        return f"its place is now `{moved}`"
    same = next((f for f in here.fields if f.lower() == name.lower()), None)
    if same is not None:
        return f"did you mean `{same}`? Field names are case-sensitive"
    if home := _nearest_home(name, root, path):
        return f"`{name}` belongs in {home}"
    close = close_match(name, here.fields)
    return f"did you mean `{close}`?" if close else None


def _nearest_home(name: str, root: ObjectSchema, path: Path) -> str | None:
    """The place in the root's tree that has a field `name` and is nearest to `path`."""
    places = _homes(root).get(name)
    if not places:
        return None
    here = tuple("[]" if isinstance(part, int) else part for part in path)

    def distance(place: tuple[str, ...]) -> tuple[int, int]:
        shared = next(
            (i for i, (a, b) in enumerate(zip(here, place, strict=False)) if a != b), min(len(here), len(place))
        )
        return len(here) + len(place) - 2 * shared, len(place)

    nearest = min(places, key=lambda place: (distance(place), place))
    if distance(nearest)[0] > 5:
        return None
    return f"`{_text(nearest)}`" if nearest else "the object itself, next to `spec`"


def _text(place: tuple[str, ...]) -> str:
    return "".join(part if part == "[]" else f".{part}" for part in place).removeprefix(".")


@lru_cache(maxsize=32)
def _homes(root: ObjectSchema) -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """Field name -> the places below `root` that have such a field, each struct at its shortest path only."""
    homes: dict[str, list[tuple[str, ...]]] = {}
    seen: set[int] = set()
    queue: deque[tuple[Schema, tuple[str, ...]]] = deque([(root, ())])
    while queue:
        schema, place = queue.popleft()
        match schema:
            case ListSchema():
                queue.append((schema.items, (*place, "[]")))
            case MapSchema():
                queue.append((schema.values, (*place, "{}")))
            case ObjectSchema() if id(schema) not in seen and len(place) < _DEEPEST:
                seen.add(id(schema))
                for name in schema.fields:
                    if name not in _NOT_WRITTEN:
                        homes.setdefault(name, []).append(place)
                        queue.append((schema.fields[name], (*place, name)))
            case _:
                pass
    return {name: tuple(places) for name, places in homes.items()}

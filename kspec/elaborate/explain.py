"""Where a value comes from: every line that had a say, in order, the winner last."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kspec.domain.objects import Resource, get
from kspec.elaborate.objects.layers import Write
from kspec.elaborate.objects.provenance import Provenance
from kspec.elaborate.world import YAML_LAYER
from kspec.source.tree import Json, Path

_PART = re.compile(r"\[([^\]]*)\]|([^.\[\]]+)")
_NAMES = ("name", "mountPath", "containerPort", "port", "topologyKey", "key", "host", "path")


def history(resource: Resource, path: Path) -> Sequence[Write]:
    """The writes to a path of an object; what kspec filled in by itself is of the layer `generated`."""
    origin = resource.origin
    if isinstance(origin, Provenance):
        return origin.writers(path)
    span = origin.at(path)
    found = get(resource.manifest, path)
    return [Write(YAML_LAYER, span, origin.key(path), found)] if span is not None else []


def find_path(manifest: Json, text: str) -> Path | None:
    """The path that a user means with `spec.template.spec.containers[app].image`; None where it leads nowhere.

    Items of lists are given by number or by what names them. Keys with dots stand in brackets: `labels[a.b/c]`.
    """
    path: list[str | int] = []
    here = manifest
    for match in _PART.finditer(text):
        part = (match[1] if match[1] is not None else match[2]).strip("\"'")
        if isinstance(here, dict) and part in here:
            path.append(part)
            here = here[part]
        elif isinstance(here, list) and (index := _index(here, part)) is not None:
            path.append(index)
            here = here[index]
        else:
            return None
    return tuple(path)


def _index(items: list[Json], part: str) -> int | None:
    for index, item in enumerate(items):
        if isinstance(item, dict) and any(str(item.get(name)) == part for name in _NAMES):
            return index
    return int(part) if part.isdigit() and len(part) < 10 and int(part) < len(items) else None

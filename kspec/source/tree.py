"""Plain data with positions: what a manifest is, wherever it came from.

A manifest is JSON-shaped data. Next to it stands an `Origin` that tells, for a path into the data, where it was
written: a YAML document answers from its node graph, a kspec block from the provenance its evaluation kept.
"""

from __future__ import annotations

from typing import Protocol, TypeAlias

from kspec.source.text import Span

Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None
Object: TypeAlias = dict[str, Json]
Path: TypeAlias = tuple[str | int, ...]


class Origin(Protocol):
    """Answers where a part of a manifest was written."""

    def at(self, path: Path) -> Span | None:
        """The span of the value at `path`, or of its nearest enclosing value that was written down."""

    def key(self, path: Path) -> Span | None:
        """The span of the key that introduces the value at `path`; falls back to `at`."""


class Nowhere:
    """The origin of data that nobody wrote."""

    def at(self, path: Path) -> Span | None:
        return None

    def key(self, path: Path) -> Span | None:
        return None


NOWHERE = Nowhere()


def dotted(path: Path) -> str:
    """`spec.containers[0].image`, as the API server prints paths."""
    out = ""
    for part in path:
        out += f"[{part}]" if isinstance(part, int) else (f".{part}" if out else part)
    return out


_NAMES = ("name", "mountPath", "key", "containerPort", "port", "host", "path", "topologyKey")


def named(value: Json, path: Path) -> str:
    """`spec.containers[app].image`: a path whose list items go by their names, so that it stays when items move."""
    out = ""
    for part in path:
        if isinstance(part, str):
            value = value.get(part) if isinstance(value, dict) else None
            out += f".{part}" if out else part
        else:
            value = value[part] if isinstance(value, list) and 0 <= part < len(value) else None
            out += f"[{_name(value, part)}]"
    return out


def _name(item: Json, number: int) -> str:
    if not isinstance(item, dict):
        return str(item) if isinstance(item, str) else str(number)
    return next((str(item[n]) for n in _NAMES if isinstance(item.get(n), str | int)), str(number))

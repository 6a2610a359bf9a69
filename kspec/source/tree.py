"""Plain data with positions: what a manifest is, wherever it came from.

A manifest is JSON-shaped data. Next to it stands an `Origin` that tells, for a path into the data, where it was written:
a YAML document answers from its node graph, a kspec block from the provenance its evaluation kept.
"""

from __future__ import annotations

from typing import Protocol, TypeAlias

from kspec.source.text import Span

Json: TypeAlias = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
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

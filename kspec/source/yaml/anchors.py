"""Anchors and aliases of one document, and how far they may expand it."""

from __future__ import annotations

from dataclasses import dataclass

from kspec.source.limits import MAX_DEPTH, excessive_aliasing
from kspec.source.tree import Json
from kspec.source.yaml.events import TooMuch, YamlError


@dataclass(frozen=True, slots=True)
class Anchored:
    """What an anchor stands for: the value, how many nodes it has when expanded, and how deep it is."""

    value: Json
    nodes: int = 1
    height: int = 0


class Anchors:
    """The anchors seen so far. An anchor may be defined again; an alias means the latest one, as in go-yaml v2.

    Values are shared between an anchor and its aliases, so expansion costs nothing here; it is counted for the sake of
    whoever walks the value later.
    """

    def __init__(self) -> None:
        self._known: dict[str, Anchored | None] = {}
        self.nodes = 0
        self._aliased = 0

    def open(self, name: str) -> None:
        """The value of anchor `name` starts here."""
        self._known[name] = None

    def close(self, name: str, anchored: Anchored) -> None:
        """The value of anchor `name` is complete."""
        self._known[name] = anchored

    def follow(self, name: str, offset: int, depth: int) -> Anchored:
        """What the alias `*name`, at `offset` and `depth` levels deep, stands for. Raises `YamlError` if it may not."""
        if name not in self._known:
            message = f"yaml: unknown anchor '{name}' referenced"
            raise YamlError(f"there is no anchor `&{name}` before this alias", offset, message)
        anchored = self._known[name]
        if anchored is None:
            message = f"yaml: anchor '{name}' value contains itself"
            raise YamlError(f"the anchor `&{name}` contains itself", offset, message)
        self.nodes += anchored.nodes + 1
        self._aliased += anchored.nodes
        if excessive_aliasing(self._aliased, self.nodes):
            problem = "the aliases of this document expand to far more than is written down"
            raise TooMuch(problem, offset, "yaml: document contains excessive aliasing")
        check_depth(depth + anchored.height, offset)
        return anchored


def check_depth(depth: int, offset: int) -> None:
    """Raises `TooMuch` for a value `depth` levels deep that is deeper than kspec reads."""
    if depth > MAX_DEPTH:
        problem = f"the document nests more than {MAX_DEPTH} levels deep"
        raise TooMuch(problem, offset, f"yaml: exceeded max depth of {MAX_DEPTH}")

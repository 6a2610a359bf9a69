"""Layers: who wrote a value, and which of two writers wins.

Writes happen in the order of their layers: what kspec generates, a module's body, the body of its instance, an
environment, the environment that extends it. A later layer overrides an earlier one; inside one layer nothing says
which of two counts.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kspec.source.text import Span
from kspec.source.tree import Json


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One writer; compared by identity. `name` is for people: `env dev`, `define web_service`.

    The body of a module is written for an instance: `made_at` is where that stands, `inside` the layer it stands in.
    """

    name: str
    made_at: Span | None = None
    inside: Layer | None = None


GENERATED = Layer("generated")
"""What kspec writes by itself: labels, selectors, defaults of short forms. Anything written replaces it."""


@dataclass(frozen=True, slots=True)
class Write:
    """That a layer set a path, or took it away. `value` is what it set where that is one value, not a block."""

    layer: Layer
    span: Span = field(compare=False)
    key: Span | None = field(default=None, compare=False)
    value: Json = None
    removed: bool = False

"""How much text kspec is willing to read. Far above what people write, far below what would make a machine suffer."""

from __future__ import annotations

MAX_CHARACTERS = 16_000_000
"""The longest text: about 400,000 lines."""

MAX_DEPTH = 200
"""The deepest tree. Passes may recurse over a tree of this depth; the deepest real manifests reach about 60."""

MAX_MISTAKES = 100
"""The most syntax errors that are told of one file."""

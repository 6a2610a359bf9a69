"""How much text kspec is willing to read. Far above what people write, far below what would make a machine suffer."""

from __future__ import annotations

MAX_CHARACTERS = 16_000_000
"""The longest text: about 400,000 lines."""

MAX_DEPTH = 150
"""The deepest tree, and the most brackets open at once. Passes may recurse over a tree of this depth. The deepest real
manifests have about 60 levels of lists and maps; a map in a map counts twice here, with its entry."""

MAX_NUMBER = 100
"""The most characters of a number. The largest that a field of Kubernetes takes has 19 digits."""

MAX_MISTAKES = 100
"""The most syntax errors that are told of one file."""

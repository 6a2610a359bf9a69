"""How much of an input kspec is willing to read.

The limits are far above what real manifests need and far below what would make a machine suffer.
"""

from __future__ import annotations

MAX_FILE_BYTES = 100 * 1024 * 1024
"""The largest file that is read. The API server takes 3 MiB for one object; a bundle of thousands stays below this."""

MAX_DEPTH = 200
"""The deepest nesting of lists and maps in one document. The definitions of the Prometheus operator reach 27."""

MAX_FILES = 50_000
"""The most files a directory may contribute."""

ALIAS_LOW, ALIAS_HIGH = 400_000, 4_000_000


def allowed_alias_ratio(nodes: int) -> float:
    """The share of a document's `nodes` that may come from expanding aliases.

    The bounds of sigs.k8s.io/yaml v1.4 (goyaml.v2/decode.go): 99 % up to 400,000 nodes, falling to 10 % at 4,000,000.
    """
    if nodes <= ALIAS_LOW:
        return 0.99
    if nodes >= ALIAS_HIGH:
        return 0.10
    return 0.99 - 0.89 * (nodes - ALIAS_LOW) / (ALIAS_HIGH - ALIAS_LOW)


def excessive_aliasing(aliased: int, nodes: int) -> bool:
    """Whether a document of `nodes` nodes, of which `aliased` come from aliases, is one that kubectl refuses."""
    return aliased > 100 and nodes > 1000 and aliased / nodes > allowed_alias_ratio(nodes)

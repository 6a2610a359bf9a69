"""The rules by which placement reports findings."""

from __future__ import annotations

from kspec.source.diagnostic import Rule, Severity

SHAPE = Rule(
    "KS1001",
    "schema",
    Severity.ERROR,
    "an object does not have the shape of its kind",
    """A field has a value of the wrong type, or one that the kind does not know, so nothing can be said about where its
pods would go.""",
)

NO_NODES = Rule(
    "KS4013",
    "selector-no-node",
    Severity.ERROR,
    "no node for the pods",
    """A placement needs nodes: objects of kind Node, or a cluster block with pools.""",
)

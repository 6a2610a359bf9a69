"""Properties that speak of each pod by itself, so that they can be asked of some pods after the others."""

from __future__ import annotations

from collections.abc import Iterable

from kspec.elaborate.behaviour.cone import Dependencies
from kspec.elaborate.behaviour.library import Library
from kspec.elaborate.behaviour.reads import nodes_in
from kspec.syntax import nodes as n
from kspec.syntax.nodes import Operator

_EVERYTHING = frozenset({"pods", "workloads", "revisions", "everything"})
"""Words that range over all workloads where they stand without an argument."""


def about_everything(formula: n.Expr, known: Dependencies) -> bool:
    """Whether a formula, or a function it uses, looks at all pods there are."""
    return _ranges([formula, *known.bodies(formula)])


def _ranges(texts: Iterable[object]) -> bool:
    nodes = list(nodes_in(texts))
    called = {id(node.function) for node in nodes if isinstance(node, n.Call)}
    return any(isinstance(node, n.Name) and node.text in _EVERYTHING and id(node) not in called for node in nodes)


def speaks_of_rest(formula: n.Expr) -> bool:
    """Whether a formula asks for `settled`."""
    return any(isinstance(node, n.Name) and node.text == "settled" for node in nodes_in([formula]))


def is_conjunction(formula: n.Expr, library: Library) -> bool:
    """The formula says of each pod by itself that something holds: over fewer pods it only says less."""
    match formula:
        case n.Binary(operator=Operator.AND, left=left, right=right):
            return is_conjunction(left, library) and is_conjunction(right, library)
        case n.Binary(operator=Operator.OR | Operator.IMPLIES, left=left, right=right):
            return _podless(left, library) and is_conjunction(right, library)
        case n.Binary(operator=Operator.EQ, left=n.Call(function=n.Name(text="count")), right=n.Number(text="0")):
            return True
        case n.Quantified(quantifier=n.Quantifier.FORALL, body=body) | n.Temporal(body=body):
            return is_conjunction(body, library)
        case n.Call(function=n.Name(text="all" | "none")):
            return True
        case n.Attribute(name=n.Key(text=name)) | n.Call(function=n.Name(text=name)):
            bodies = [f.body for f in library.functions.get(name, ())]
            return all(is_conjunction(body, library) for body in bodies) if bodies else _podless(formula, library)
        case _:
            return _podless(formula, library)


def _podless(formula: n.Expr, library: Library) -> bool:
    """The formula does not look at pods at all."""
    for node in nodes_in([formula]):
        name = node.text if isinstance(node, n.Name) else node.name.text if isinstance(node, n.Attribute) else ""
        if name in _EVERYTHING or name in library.functions:
            return False
    return True

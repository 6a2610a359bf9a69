"""What a bare word or a reference means: a binding, a word of the language, an object, a component, a symbol."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from kspec.elaborate.behaviour.literals import kind_is, parts_of
from kspec.elaborate.behaviour.mistakes import UNKNOWN_NAME, Mistake, mistake
from kspec.elaborate.behaviour.scope import NOTHING, Scope
from kspec.elaborate.behaviour.things import Thing
from kspec.elaborate.behaviour.values import Component, Symbol, Value
from kspec.syntax import nodes as n

if TYPE_CHECKING:
    from kspec.elaborate.behaviour.evaluator import Evaluator


def named(evaluator: Evaluator, node: n.Name, scope: Scope) -> Value:
    """The value of a word."""
    found = scope.find(node.text)
    if found is not NOTHING:
        return evaluator.resolved(found, node.span)
    constant = evaluator.library.constant(node.text)
    if constant is not None:
        return constant(evaluator, node.span)
    for function in evaluator.library.functions.get(node.text, ()):
        if not function.params:
            return evaluator.apply(function, (), node.span)
    things = evaluator.world.named(node.text)
    if things:
        return _thing(evaluator, things, node)
    if node.text in evaluator.library.components:
        return Component(node.text)
    if node.text[:1].isupper():
        return Symbol(node.text)
    raise _unknown(evaluator, node, scope)


def names_same_thing(evaluator: Evaluator, text: str) -> bool:
    """Whether a word that nothing is bound to means the same wherever it stands: it is no constant and no function."""
    library = evaluator.library
    return library.constant(text) is None and all(f.params for f in library.functions.get(text, ()))


def referenced(evaluator: Evaluator, node: n.Reference, scope: Scope) -> Value:
    """The object of `kind/name` (or `kind/namespace/name`), and what follows a dot."""
    namespace, name, rest = parts_of(node)
    things = [t for t in evaluator.world.named(name) if kind_is(t.kind, node.kind) and namespace in (None, t.namespace)]
    if not things:
        raise mistake(UNKNOWN_NAME, f"the design has no {node.kind}/{name}", node.span)
    value: Value = _thing(evaluator, things, node)
    for part in rest.split(".") if rest else ():
        value = evaluator.attribute(value, part, node.span)
    return value


def _thing(evaluator: Evaluator, things: list[Thing], node: n.Name | n.Reference) -> Value:
    """The one object that is meant; one that makes pods goes before others of its name."""
    pods = [t for t in things if t in evaluator.world.workloads]
    chosen = pods or things
    if len(chosen) > 1:
        every = ", ".join(f"{t.kind}/{t.namespace}/{t.name}" for t in chosen)
        raise mistake(UNKNOWN_NAME, f"more than one object is meant: {every}", node.span, "write `kind/name`")
    return chosen[0]


def _unknown(evaluator: Evaluator, node: n.Name, scope: Scope) -> Mistake:
    names = [t.name for t in evaluator.world.things] + evaluator.library.names()
    inner: Scope | None = scope
    while inner is not None:
        names += list(inner.names)
        inner = inner.parent
    close = get_close_matches(node.text, names, 1)
    help = f"did you mean {close[0]}?" if close else None
    return mistake(UNKNOWN_NAME, f"nothing here is called {node.text}", node.span, help)

"""Modules that nothing instantiates, tried out once with values of their parameters' types.

What depends on the values says nothing about the module, so only misspelt fields and kinds are reported; types are
`kspec.elaborate.types`' concern.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from kspec.elaborate import rules
from kspec.elaborate.evaluate import Evaluator
from kspec.elaborate.evaluate.scope import Binding, Module, Scope
from kspec.elaborate.evaluate.values import Extent, Fields, Flag, Listing, Number, Pair, Text, Value
from kspec.elaborate.groups import Group
from kspec.elaborate.objects.layers import Layer
from kspec.elaborate.overlays import Overlays
from kspec.elaborate.world import World
from kspec.source.diagnostic import Diagnostic, Diagnostics
from kspec.source.text import Span
from kspec.syntax import nodes as n

_NUMBERS = {"int": "1", "number": "1", "Quantity": "1", "Duration": "1s", "Percent": "1%"}


def try_modules(scopes: Iterable[Scope], writer: Overlays) -> None:
    """Report fields and kinds that modules misspell, for those that no instance has shown to be right."""
    modules = [b for scope in scopes for b in scope.names.values() if isinstance(b, Module) and not b.used]
    for module in modules:
        if module.define is not None:
            for truth in (True, False):
                writer.diagnostics.extend(_tried(module, module.define, writer, truth))


def _tried(module: Module, define: n.Define, writer: Overlays, truth: bool) -> Iterator[Diagnostic]:
    found = Diagnostics()
    evaluator = Evaluator(found)
    trial = Overlays(found, World(writer.kinds), evaluator, writer.forms)
    home = module.scope or Scope()
    enums, inner = evaluator.enums(home), Scope(home)
    for param in define.params:
        value = _sample(param.type, param.name, enums, truth)
        inner.names[param.name.text] = Binding(param.name.text, param.name.span, value=value, type=param.type)
    trial.declare(Group(Layer(f"define {define.name.text}")), define.body, inner)
    words = set(_words(define.body))
    for finding in found:
        if finding.rule is rules.UNKNOWN_FIELD or (finding.rule is rules.UNKNOWN_NAME and finding.span in words):
            yield finding


def _sample(type: n.Type, name: n.Key, enums: Mapping[str, tuple[str, ...]], truth: bool) -> Value:
    """Some value of a type."""
    span = name.span
    members = type.members or enums.get(type.name, ())
    if members:
        return Text(members[0], members, span=span)
    if type.bounds is not None:
        return Number(type.bounds[0].text, span=span)
    inner = _sample(type.arguments[-1], name, enums, truth) if type.arguments else Text(name.text, span=span)
    match type.name:
        case "bool":
            return Flag(truth, span=span)
        case "Range":
            return Extent(Number("1", span=span), Number("2", span=span), span=span)
        case "list":
            return Listing((inner,), span=span)
        case "map":
            return Fields((Pair(name.text, span, inner),), span=span)
        case other if other in _NUMBERS:
            return Number(_NUMBERS[other], span=span)
        case _:
            return Text(name.text, span=span)


def _words(items: Iterable[n.Item | n.Top]) -> Iterator[Span]:
    """The words that open blocks and instances."""
    for item in items:
        match item:
            case n.Block(word, _, inner) | n.Instance(word, _, _, inner):
                yield word.span
                yield from _words(inner)
            case n.For(_, _, inner):
                yield from _words(inner)
            case n.If(_, then, orelse):
                yield from _words((*then, *orelse))
            case _:
                pass

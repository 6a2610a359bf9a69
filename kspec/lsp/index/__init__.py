"""Finds every name in the texts of a design, and what it stands for, without evaluating anything."""

from __future__ import annotations

from kspec.elaborate.inputs import Texts
from kspec.elaborate.objects.kinds import Kinds
from kspec.lsp.index.items import Items
from kspec.lsp.index.modules import main_word
from kspec.lsp.symbols import Occurrence, Sort, Symbol, Symbols

__all__ = ["index", "main_word"]


def index(texts: Texts, kinds: Kinds) -> Symbols:
    """The names in all kspec texts of a design, and those of the objects that YAML brings."""
    symbols = Symbols()
    walks = [Items(text, kinds) for text in texts.files]
    known: set[str] = set()
    for walk in walks:
        walk.file()
        known |= walk.objects
    for resource in texts.resources:
        span = resource.origin.at(("metadata", "name"))
        if span is not None:
            sort = Sort.NAMESPACE if resource.kind == "Namespace" else Sort.OBJECT
            known.add(resource.name)
            symbols.add([Occurrence(span, Symbol(sort, resource.name), declares=True, kind=resource.kind.lower())])
    for walk in walks:
        symbols.add(walk.found)
        symbols.add(o for o in walk.perhaps if o.symbol.name in known)
    return symbols

"""The names of loops, parameters and blocks around a place."""

from __future__ import annotations

from dataclasses import dataclass

from kspec.elaborate.evaluate.scope import Alias, Binding
from kspec.lsp.symbols import Sort, Symbol
from kspec.syntax import nodes as n

_SORTS = {"param": Sort.PARAM, "let": Sort.LET, "fn": Sort.FN, "define": Sort.DEFINE, "enum": Sort.ENUM}


@dataclass(frozen=True, slots=True)
class Locals:
    """The names of loops, parameters and blocks around a place."""

    names: dict[str, Symbol]
    outer: Locals | None = None

    def find(self, name: str) -> Symbol | None:
        here: Locals | None = self
        while here is not None:
            if name in here.names:
                return here.names[name]
            here = here.outer
        return None


def symbol_of(binding: Binding) -> Symbol:
    """What a declaration of a file is known as."""
    sort = Sort.ALIAS if isinstance(binding, Alias) else _SORTS.get(binding.declaration or "", Sort.LOCAL)
    return Symbol(sort, binding.name, binding.span)


def local(key: n.Key) -> Symbol:
    """The name of a parameter, a loop or a value of a block, told apart by its place."""
    return Symbol(Sort.LOCAL, key.text, key.span)

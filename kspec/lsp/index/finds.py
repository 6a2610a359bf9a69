"""What is found in one text."""

from __future__ import annotations

from collections.abc import Iterable

from kspec.elaborate.evaluate.scope import Enumeration
from kspec.elaborate.inputs import Text
from kspec.elaborate.objects.kinds import Kinds
from kspec.lsp.index.locals import Locals, local, symbol_of
from kspec.lsp.symbols import Occurrence, Sort, Symbol
from kspec.source.text import Span
from kspec.syntax import nodes as n


class Finds:
    """The names of one text. `perhaps` are words that mean an object, if there is one of that name."""

    def __init__(self, text: Text, kinds: Kinds) -> None:
        self.text = text
        self.kinds = kinds
        self.found: list[Occurrence] = []
        self.perhaps: list[Occurrence] = []
        self.objects: set[str] = set()

    def bind(self, keys: Iterable[n.Key], names: Locals) -> Locals:
        """More local names."""
        keys = tuple(keys)
        if not keys:
            return names
        symbols = {key.text: local(key) for key in keys}
        self.found += [Occurrence(key.span, symbols[key.text], declares=True) for key in keys]
        return Locals(symbols, names)

    def type(self, type: n.Type | None) -> None:
        """The enumerations that a type names."""
        if type is None:
            return
        binding = self.text.scope.find(type.name)
        if isinstance(binding, Enumeration):
            line, column = type.span.line, type.span.column
            span = Span(type.span.file, line, column, line, column + len(type.name))
            self.found.append(Occurrence(span, symbol_of(binding)))
        for argument in type.arguments:
            self.type(argument)

    def argument(self, name: n.Key, params: Iterable[n.ParamDecl]) -> None:
        """`cpu:` in a call: the parameter of that name."""
        param = next((p for p in params if p.name.text == name.text), None)
        if param is not None:
            self.found.append(Occurrence(name.span, local(param.name)))

    def reference(self, kind: str, rest: str, span: Span) -> None:
        """`deployment/web.replicas`: the longest name that an object has is its name."""
        start = span.column + len(kind) + 1
        sort = Sort.NAMESPACE if kind in ("namespace", "ns") else Sort.OBJECT
        names = rest.split(".")
        for size in range(1, len(names) + 1):
            name = ".".join(names[:size])
            place = Span(span.file, span.line, start, span.line, start + len(name))
            self.perhaps.append(Occurrence(place, Symbol(sort, name), kind=kind))

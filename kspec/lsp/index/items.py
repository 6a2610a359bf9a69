"""The names in the declarations, blocks and fields of a text."""

from __future__ import annotations

from collections.abc import Iterable

from kspec.elaborate.evaluate.scope import Module
from kspec.lsp.index.expressions import NO_OBJECTS, Expressions
from kspec.lsp.index.locals import Locals, local, symbol_of
from kspec.lsp.index.modules import made_by
from kspec.lsp.symbols import Occurrence, Sort, Symbol
from kspec.source.text import Span
from kspec.syntax import nodes as n


class Items(Expressions):
    """Finds the names of a whole text."""

    def file(self) -> None:
        """All of the text."""
        for item in self.text.file.items:
            self.item(item, Locals({}), top=True)

    def items(self, items: Iterable[n.Node], names: Locals, own: Iterable[n.Key] = ()) -> None:
        """The parts of a block: its `let`s are known in all of it."""
        items = tuple(items)
        inner = self.bind([*own, *(i.name for i in items if isinstance(i, n.Let))], names)
        for item in items:
            self.item(item, inner)

    def item(self, item: n.Node, names: Locals, *, top: bool = False) -> None:
        """A part of a block, or of the file itself."""
        match item:
            case n.Let() | n.Fn() | n.Define() | n.Param() | n.Enum_():
                self.declaration(item, names, top=top)
            case n.Import(alias=alias) if alias is not None:
                binding = self.text.scope.names.get(alias.text)
                if binding is not None:
                    self.found.append(Occurrence(alias.span, symbol_of(binding), binding.span == alias.span))
            case n.Env(name, base, items):
                self.found.append(Occurrence(name.span, Symbol(Sort.ENV, name.text), declares=True))
                if base is not None:
                    self.found.append(Occurrence(base.span, Symbol(Sort.ENV, base.text)))
                for inner in items:
                    self._given_parameter(inner)
                self.items(items, names)
            case n.Block(word, label, items):
                self._block(word, label, (), items, names)
            case n.Instance(word, label, args, items):
                self._block(word, label, args, items, names)
            case n.Resource_(_, kind, label, items):
                self._object(kind.text.lower(), label, names)
                self.items(items, names)
            case n.For(variable, source, body):
                self.node(source, names)
                self.items(body, names, [variable])
            case n.If(condition, then, orelse):
                self.node(condition, names)
                self.items(then, names)
                self.items(orelse, names)
            case n.Field(path, value):
                self.node(path, names)
                self.value(path.parts[-1], value, names)
            case n.LabelField(_, label, value):
                self._label(label, names)
                self.node(value, names)
            case n.PathBlock(path, items):
                self.node(path, names)
                self.items(items, names)
            case n.Property() | n.Scenario() | n.Policy() | n.Component():
                self.found.append(Occurrence(item.name.span, Symbol(Sort.STATEMENT, item.name.text), declares=True))
                self.node(item, names)
            case _:
                self.node(item, names)

    def declaration(self, item: n.Let | n.Fn | n.Define | n.Param | n.Enum_, names: Locals, *, top: bool) -> None:
        """A declared name, and what it is declared to be."""
        name = item.declaration.name if isinstance(item, n.Param) else item.name
        binding = self.text.scope.names.get(name.text) if top else None
        symbol = symbol_of(binding) if binding is not None else names.find(name.text) or local(name)
        self.found.append(Occurrence(name.span, symbol, declares=symbol.declared == name.span))
        match item:
            case n.Let(_, params, value):
                self.node(value, self.parameters(params, names))
            case n.Fn(_, params, returns, body):
                inner = self.parameters(params, names)
                self.type(returns)
                self.node(body, inner)
            case n.Define(_, params, body):
                self.items(body, self.parameters(params, names))
            case n.Param(declaration):
                self.type(declaration.type)
                self.node(declaration.default, names)
            case n.Enum_(_, members):
                for member in members:
                    symbol = Symbol(Sort.MEMBER, member.text, name.span)
                    self.found.append(Occurrence(member.span, symbol, declares=True))

    def parameters(self, params: Iterable[n.ParamDecl], names: Locals) -> Locals:
        """The parameters of a function or module, known in its body and to each other's defaults."""
        params = tuple(params)
        inner = self.bind([p.name for p in params], names)
        for param in params:
            self.type(param.type)
            self.node(param.default, inner)
        return inner

    def _given_parameter(self, item: n.Node) -> None:
        """`tag: "latest"` in an environment."""
        if isinstance(item, n.Field) and item.path.simple:
            binding = self.text.scope.find(item.path.simple)
            if binding is not None and binding.declaration == "param":
                self.found.append(Occurrence(item.path.span, symbol_of(binding)))

    def _block(
        self,
        word: n.Key,
        label: n.Label | None,
        args: Iterable[n.Node],
        items: Iterable[n.Node],
        names: Locals,
    ) -> None:
        module = self.text.scope.module(word.text)
        if module is not None:
            self._module(word, module)
            if label is not None:
                for made in made_by(module):
                    self._object(made, label, names)
        elif label is not None and self.kinds.by_word(word.text) is not None:
            self._object(word.text, label, names)
        elif label is not None:
            self._label(label, names)
        for arg in args:
            if isinstance(arg, n.Named) and module is not None and module.define is not None:
                self.argument(arg.name, module.define.params)
            self.node(arg, names)
        if word.text not in NO_OBJECTS:
            self.items(items, names)
        else:
            self.without_objects(tuple(items), names)

    def _module(self, word: n.Key, module: Module) -> None:
        """`web`, or `platform.web` with the name of the import."""
        span, dot = word.span, word.text.find(".")
        if dot > 0:
            alias = Span(span.file, span.line, span.column, span.line, span.column + dot)
            self.name(word.text[:dot], alias, Locals({}))
            span = Span(span.file, span.end_line, span.end_column - len(module.name), span.end_line, span.end_column)
        self.found.append(Occurrence(span, symbol_of(module)))

    def _label(self, label: n.Label, names: Locals) -> bool:
        """A label that is the name of a loop or parameter; whether it is one."""
        if not isinstance(label.value, n.Key):
            self.node(label.value, names)
            return True
        symbol = names.find(label.value.text)
        if symbol is not None:
            self.found.append(Occurrence(label.span, symbol))
        return symbol is not None

    def _object(self, word: str, label: n.Label, names: Locals) -> None:
        """A label that declares an object."""
        literal = label.value.literal if isinstance(label.value, n.Text) else None
        if literal is None and self._label(label, names):
            return
        name = literal if literal is not None else label.value.text if isinstance(label.value, n.Key) else ""
        span = label.span if literal is None else _inside_quotes(label.span)
        sort = Sort.NAMESPACE if word in ("namespace", "ns") else Sort.OBJECT
        self.objects.add(name)
        self.found.append(Occurrence(span, Symbol(sort, name), declares=True, kind=word))


def _inside_quotes(span: Span) -> Span:
    return Span(span.file, span.line, span.column + 1, span.end_line, span.end_column - 1)

"""Finds every name in the texts of a design, and what it stands for, without evaluating anything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import cache

from kspec.elaborate.evaluate.scope import Alias, Binding, Enumeration, Module
from kspec.elaborate.inputs import Text, Texts
from kspec.elaborate.objects.kinds import Kinds
from kspec.elaborate.objects.scalars import LABEL_MAPS
from kspec.lsp.symbols import Occurrence, Sort, Symbol, Symbols
from kspec.source.text import Span
from kspec.syntax import nodes as n
from kspec.syntax.nodes.expressions import Operator

_SORTS = {"param": Sort.PARAM, "let": Sort.LET, "fn": Sort.FN, "define": Sort.DEFINE, "enum": Sort.ENUM}
_NO_OBJECTS = LABEL_MAPS | {"annotations", "port", "targetPort", "data", "stringData"}
"""Fields whose values are words of their own, whatever objects are called."""


def index(texts: Texts, kinds: Kinds) -> Symbols:
    """The names in all kspec texts of a design, and those of the objects that YAML brings."""
    symbols = Symbols()
    walks = [_Walk(text, kinds) for text in texts.files]
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


@dataclass(frozen=True, slots=True)
class _Locals:
    """The names of loops, parameters and blocks around a place."""

    names: dict[str, Symbol]
    outer: _Locals | None = None

    def find(self, name: str) -> Symbol | None:
        here: _Locals | None = self
        while here is not None:
            if name in here.names:
                return here.names[name]
            here = here.outer
        return None


class _Walk:
    """The names of one text. `perhaps` are words that mean an object, if there is one of that name."""

    def __init__(self, text: Text, kinds: Kinds) -> None:
        self.text = text
        self.kinds = kinds
        self.found: list[Occurrence] = []
        self.perhaps: list[Occurrence] = []
        self.objects: set[str] = set()

    def file(self) -> None:
        for item in self.text.file.items:
            self.item(item, _Locals({}), top=True)

    # items

    def items(self, items: Iterable[n.Node], names: _Locals, own: Iterable[n.Key] = ()) -> None:
        """The parts of a block: its `let`s are known in all of it."""
        items = tuple(items)
        local = [*own, *(i.name for i in items if isinstance(i, n.Let))]
        inner = self.bind(local, names)
        for item in items:
            self.item(item, inner)

    def item(self, item: n.Node, names: _Locals, *, top: bool = False) -> None:
        match item:
            case n.Let() | n.Fn() | n.Define() | n.Param() | n.Enum_():
                self.declaration(item, names, top=top)
            case n.Import(alias=alias) if alias is not None:
                binding = self.text.scope.names.get(alias.text)
                if binding is not None:
                    self.found.append(Occurrence(alias.span, _symbol(binding), binding.span == alias.span))
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
                self._value(path.parts[-1], value, names)
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

    def declaration(self, item: n.Let | n.Fn | n.Define | n.Param | n.Enum_, names: _Locals, *, top: bool) -> None:
        """A declared name, and what it is declared to be."""
        name = item.declaration.name if isinstance(item, n.Param) else item.name
        binding = self.text.scope.names.get(name.text) if top else None
        symbol = _symbol(binding) if binding is not None else names.find(name.text) or _local(name)
        self.found.append(Occurrence(name.span, symbol, declares=symbol.declared == name.span))
        match item:
            case n.Let(_, params, value):
                self.node(value, self._parameters(params, names))
            case n.Fn(_, params, returns, body):
                inner = self._parameters(params, names)
                self._type(returns)
                self.node(body, inner)
            case n.Define(_, params, body):
                self.items(body, self._parameters(params, names))
            case n.Param(declaration):
                self._type(declaration.type)
                self.node(declaration.default, names)
            case n.Enum_(_, members):
                for member in members:
                    symbol = Symbol(Sort.MEMBER, member.text, name.span)
                    self.found.append(Occurrence(member.span, symbol, declares=True))

    def _parameters(self, params: Iterable[n.ParamDecl], names: _Locals) -> _Locals:
        params = tuple(params)
        inner = self.bind([p.name for p in params], names)
        for param in params:
            self._type(param.type)
            self.node(param.default, inner)
        return inner

    def _type(self, type: n.Type | None) -> None:
        if type is None:
            return
        binding = self.text.scope.find(type.name)
        if isinstance(binding, Enumeration):
            line, column = type.span.line, type.span.column
            span = Span(type.span.file, line, column, line, column + len(type.name))
            self.found.append(Occurrence(span, _symbol(binding)))
        for argument in type.arguments:
            self._type(argument)

    def _given_parameter(self, item: n.Node) -> None:
        """`tag: "latest"` in an environment."""
        if isinstance(item, n.Field) and item.path.simple:
            binding = self.text.scope.find(item.path.simple)
            if binding is not None and binding.declaration == "param":
                self.found.append(Occurrence(item.path.span, _symbol(binding)))

    def _block(
        self,
        word: n.Key,
        label: n.Label | None,
        args: Iterable[n.Node],
        items: Iterable[n.Node],
        names: _Locals,
    ) -> None:
        module = self.text.scope.module(word.text)
        if module is not None:
            self.found.append(Occurrence(word.span, _symbol(module)))
            if label is not None:
                for made in _made_by(module):
                    self._object(made, label, names)
        elif label is not None and self.kinds.by_word(word.text) is not None:
            self._object(word.text, label, names)
        elif label is not None:
            self._label(label, names)
        for arg in args:
            if isinstance(arg, n.Named) and module is not None and module.define is not None:
                self._argument(arg.name, module.define.params)
            self.node(arg, names)
        if word.text not in _NO_OBJECTS:
            self.items(items, names)
        else:
            self._without_objects(tuple(items), names)

    def _argument(self, name: n.Key, params: Iterable[n.ParamDecl]) -> None:
        param = next((p for p in params if p.name.text == name.text), None)
        if param is not None:
            self.found.append(Occurrence(name.span, _local(param.name)))

    # labels and objects

    def _label(self, label: n.Label, names: _Locals) -> bool:
        """A label that is the name of a loop or parameter; whether it is one."""
        if not isinstance(label.value, n.Key):
            self.node(label.value, names)
            return True
        symbol = names.find(label.value.text)
        if symbol is not None:
            self.found.append(Occurrence(label.span, symbol))
        return symbol is not None

    def _object(self, word: str, label: n.Label, names: _Locals) -> None:
        """A label that declares an object."""
        literal = label.value.literal if isinstance(label.value, n.Text) else None
        if literal is None and self._label(label, names):
            return
        name = literal if literal is not None else label.value.text if isinstance(label.value, n.Key) else ""
        span = label.span if literal is None else _inside_quotes(label.span)
        sort = Sort.NAMESPACE if word in ("namespace", "ns") else Sort.OBJECT
        self.objects.add(name)
        self.found.append(Occurrence(span, Symbol(sort, name), declares=True, kind=word))

    def _reference(self, kind: str, rest: str, span: Span) -> None:
        """`deployment/web.replicas`: the longest name that an object has is its name."""
        start = span.column + len(kind) + 1
        sort = Sort.NAMESPACE if kind in ("namespace", "ns") else Sort.OBJECT
        names = rest.split(".")
        for size in range(1, len(names) + 1):
            name = ".".join(names[:size])
            place = Span(span.file, span.line, start, span.line, start + len(name))
            self.perhaps.append(Occurrence(place, Symbol(sort, name), kind=kind))

    # expressions

    def _value(self, key: n.Key | n.Node, value: n.Node, names: _Locals) -> None:
        if isinstance(key, n.Key) and key.text in _NO_OBJECTS:
            self._without_objects(value, names)
        else:
            self.node(value, names)

    def _without_objects(self, node: object, names: _Locals) -> None:
        kept = len(self.perhaps)
        if isinstance(node, tuple):
            self.items(node, names)
        else:
            self.node(node, names)
        self.perhaps[kept:] = [o for o in self.perhaps[kept:] if o.kind]

    def node(self, node: object, names: _Locals) -> None:
        """Everything in an expression or a statement."""
        match node:
            case n.Name(text):
                self._name(text, node.span, names)
            case n.Reference(kind, rest):
                self._reference(kind, rest, node.span)
            case n.PathRef(parts):
                self._path(parts, names)
            case n.Entry(key, value):
                self._value(key, value, names)
            case n.MapsTo(left, right):
                self.node(left, names)
                self._without_objects(right, names)
            case n.Attribute(n.Name(text) as target, name) if names.find(text) is None:
                self._attribute(target, name, names)
            case n.Target(what, _, condition):
                if isinstance(what, n.Key):
                    self._name(what.text, what.span, names)
                else:
                    self.node(what, names)
                self.node(condition, names)
            case n.RolloutEvent(target, items):
                self.node(target, names)
                self.items(items, names)
            case n.Call(n.Name(text), args):
                binding = self.text.scope.find(text)
                params = getattr(binding, "params", ())
                for arg in args:
                    if isinstance(arg, n.Named):
                        self._argument(arg.name, params)
                self._children(node, names)
            case n.Field() | n.LabelField() | n.Block() | n.Instance() | n.For() | n.If():
                self.item(node, names)
            case tuple():
                for part in node:
                    self.node(part, names)
            case n.Node():
                self._children(node, self._bound(node, names))
            case _:
                pass

    def _children(self, node: n.Node, names: _Locals) -> None:
        for part in _parts(type(node).__name__):
            self.node(getattr(node, part), names)

    def _bound(self, node: n.Node, names: _Locals) -> _Locals:
        """The names inside a node that binds some."""
        match node:
            case n.ListOf(_, variable) | n.Generator(_, variable) | n.ForStatement(variable) | n.Each(variable):
                return self.bind([variable], names)
            case n.Quantified(_, variables):
                return self.bind(variables, names)
            case n.Filtered(n.Binary(Operator.IN, n.Name(text) as name)):
                return self.bind([n.Key(text, span=name.span)], names)
            case n.Component(_, binders) | n.Action(_, _, binders) | n.Procedure(_, binders):
                lets = [i.name for i in getattr(node, "items", getattr(node, "body", ())) if isinstance(i, n.Let)]
                return self.bind([*(b.name for b in binders), *lets], names)
            case _:
                return names

    def _name(self, text: str, span: Span, names: _Locals) -> None:
        symbol = names.find(text)
        binding = self.text.scope.find(text) if symbol is None else None
        if binding is not None:
            symbol = _symbol(binding)
        if symbol is not None:
            self.found.append(Occurrence(span, symbol))
            return
        enums = [b for b in self.text.scope.visible() if isinstance(b, Enumeration) and text in b.members]
        if enums:
            self.found.append(Occurrence(span, Symbol(Sort.MEMBER, text, enums[0].span)))
            return
        self.perhaps.append(Occurrence(span, Symbol(Sort.OBJECT, text)))

    def _path(self, parts: tuple[n.Key | n.Expr, ...], names: _Locals) -> None:
        first = parts[0]
        if isinstance(first, n.Key) and not first.quoted and "/" in first.text:
            kind, _, rest = first.text.partition("/")
            if self.kinds.by_word(kind) is not None:
                self._reference(kind, rest, first.span)
        elif isinstance(first, n.Key) and (symbol := names.find(first.text)) is not None:
            self.found.append(Occurrence(first.span, symbol))
        for part in parts[1:]:
            if not isinstance(part, n.Key):
                self.node(part, names)

    def _attribute(self, target: n.Name, name: n.Key, names: _Locals) -> None:
        self._name(target.text, target.span, names)
        alias = self.text.scope.find(target.text)
        if isinstance(alias, Alias) and alias.target is not None:
            binding = alias.target.names.get(name.text)
            if binding is not None:
                self.found.append(Occurrence(name.span, _symbol(binding)))

    def bind(self, keys: Iterable[n.Key], names: _Locals) -> _Locals:
        """More local names."""
        keys = tuple(keys)
        if not keys:
            return names
        symbols = {key.text: _local(key) for key in keys}
        self.found += [Occurrence(key.span, symbols[key.text], declares=True) for key in keys]
        return _Locals(symbols, names)


@cache
def _parts(kind: str) -> tuple[str, ...]:
    """The fields of a class of nodes that may hold nodes with names in them."""
    names = (f.name for f in fields(getattr(n, kind)))
    return tuple(name for name in names if name not in ("span", "attrs", "name", "noun", "word", "alias"))


def _symbol(binding: Binding) -> Symbol:
    sort = Sort.ALIAS if isinstance(binding, Alias) else _SORTS.get(binding.declaration or "", Sort.LOCAL)
    return Symbol(sort, binding.name, binding.span)


def _local(key: n.Key) -> Symbol:
    return Symbol(Sort.LOCAL, key.text, key.span)


def _inside_quotes(span: Span) -> Span:
    return Span(span.file, span.line, span.column + 1, span.end_line, span.end_column - 1)


def _made_by(module: Module) -> list[str]:
    """The words of the objects that an instance makes under its own name; at least of one."""
    if module.define is None:
        return []
    body, named = module.define.body, {p.name.text for p in module.define.params if p.type.name == "Name"}
    blocks = [i for i in body if isinstance(i, n.Block) and i.label is not None]
    made = [i.word.text for i in blocks if i.label and isinstance(i.label.value, n.Key) and i.label.value.text in named]
    return made or [main_word(body)]


def main_word(body: Iterable[n.Node]) -> str:
    """The word of the object that the body of an instance is about: the first block of a module."""
    return next((i.word.text for i in body if isinstance(i, n.Block)), "")

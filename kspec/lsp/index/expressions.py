"""The names in expressions and statements."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import fields
from functools import cache

from kspec.elaborate.evaluate.scope import Alias, Enumeration
from kspec.elaborate.objects.scalars import LABEL_MAPS
from kspec.lsp.index.finds import Finds
from kspec.lsp.index.locals import Locals, symbol_of
from kspec.lsp.symbols import Occurrence, Sort, Symbol
from kspec.source.text import Span
from kspec.syntax import nodes as n
from kspec.syntax.nodes.expressions import Operator

NO_OBJECTS = LABEL_MAPS | {"annotations", "port", "targetPort", "data", "stringData"}
"""Fields whose values are words of their own, whatever objects are called."""


class Expressions(Finds):
    """Finds names in whatever has a value; the parts of blocks in it are left to whoever knows items."""

    @abstractmethod
    def items(self, items: Iterable[n.Node], names: Locals) -> None:
        """The parts of a block."""

    @abstractmethod
    def item(self, item: n.Node, names: Locals) -> None:
        """A part of a block."""

    def value(self, key: n.Key | n.Node, value: n.Node, names: Locals) -> None:
        if isinstance(key, n.Key) and key.text in NO_OBJECTS:
            self.without_objects(value, names)
        else:
            self.node(value, names)

    def without_objects(self, node: object, names: Locals) -> None:
        kept = len(self.perhaps)
        if isinstance(node, tuple):
            self.items(node, names)
        else:
            self.node(node, names)
        self.perhaps[kept:] = [o for o in self.perhaps[kept:] if o.kind]

    def node(self, node: object, names: Locals) -> None:
        """Everything in an expression or a statement."""
        match node:
            case n.Name(text):
                self.name(text, node.span, names)
            case n.Reference(kind, rest):
                self.reference(kind, rest, node.span)
            case n.PathRef(parts):
                self._path(parts, names)
            case n.Entry(key, value):
                self.value(key, value, names)
            case n.MapsTo(left, right):
                self.node(left, names)
                self.without_objects(right, names)
            case n.Attribute(n.Name(text) as target, name) if names.find(text) is None:
                self._attribute(target, name, names)
            case n.Target(what, _, condition):
                if isinstance(what, n.Key):
                    self.name(what.text, what.span, names)
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
                        self.argument(arg.name, params)
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

    def _children(self, node: n.Node, names: Locals) -> None:
        for part in _parts(type(node).__name__):
            self.node(getattr(node, part), names)

    def _bound(self, node: n.Node, names: Locals) -> Locals:
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

    def name(self, text: str, span: Span, names: Locals) -> None:
        symbol = names.find(text)
        binding = self.text.scope.find(text) if symbol is None else None
        if binding is not None:
            symbol = symbol_of(binding)
        if symbol is not None:
            self.found.append(Occurrence(span, symbol))
            return
        enums = [b for b in self.text.scope.visible() if isinstance(b, Enumeration) and text in b.members]
        if enums:
            self.found.append(Occurrence(span, Symbol(Sort.MEMBER, text, enums[0].span)))
            return
        self.perhaps.append(Occurrence(span, Symbol(Sort.OBJECT, text)))

    def _path(self, parts: tuple[n.Key | n.Expr, ...], names: Locals) -> None:
        first = parts[0]
        if isinstance(first, n.Key) and not first.quoted and "/" in first.text:
            kind, _, rest = first.text.partition("/")
            if self.kinds.by_word(kind) is not None:
                self.reference(kind, rest, first.span)
        elif isinstance(first, n.Key) and (symbol := names.find(first.text)) is not None:
            self.found.append(Occurrence(first.span, symbol))
        for part in parts[1:]:
            if not isinstance(part, n.Key):
                self.node(part, names)

    def _attribute(self, target: n.Name, name: n.Key, names: Locals) -> None:
        self.name(target.text, target.span, names)
        alias = self.text.scope.find(target.text)
        if isinstance(alias, Alias) and alias.target is not None:
            binding = alias.target.names.get(name.text)
            if binding is not None:
                self.found.append(Occurrence(name.span, symbol_of(binding)))


@cache
def _parts(kind: str) -> tuple[str, ...]:
    """The fields of a class of nodes that may hold nodes with names in them."""
    names = (f.name for f in fields(getattr(n, kind)))
    return tuple(name for name in names if name not in ("span", "attrs", "name", "noun", "word", "alias"))

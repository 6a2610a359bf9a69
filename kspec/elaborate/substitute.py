"""Parameters and `let`s inside statements about behaviour: `always web.available >= floor` with `let floor = 2`.

A name that stands for a value is replaced by it, unless the statement binds it itself (`forall p in ...`). Everything
else stays as it is written: what `web.available` means is a matter of behaviour.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace
from typing import Any, TypeVar

from kspec.elaborate import macros
from kspec.elaborate.evaluate import Evaluator
from kspec.elaborate.evaluate.scope import Binding, Function, Scope
from kspec.elaborate.evaluate.values import Extent, Flag, Listing, Number, ObjectName, Text, Value
from kspec.source.text import Span
from kspec.syntax import nodes as n

N = TypeVar("N", bound=n.Node)


class Substitution:
    """Replaces names by what they stand for in one scope."""

    def __init__(self, evaluator: Evaluator, scope: Scope, given: Mapping[str, object] | None = None) -> None:
        self._evaluator = evaluator
        self._scope = scope
        self._given = given or {}
        self._bound: list[str] = []

    def statement(self, item: N) -> N:
        """The statement with its names filled in. What a component declares anywhere in it is its own."""
        if isinstance(item, n.Component):
            self._bound.extend(_declared(item))
        return self._node(item)

    def _node(self, node: N) -> N:
        bound = _binds(node)
        self._bound.extend(bound)
        changed: dict[str, Any] = {}
        takes_objects = isinstance(node, n.Disturbance) or (
            isinstance(node, n.Call) and isinstance(node.function, n.Name)
        )
        for field in fields(node):
            before = getattr(node, field.name)
            by_name = takes_objects and field.name == "args"
            after = tuple(self._argument(a) for a in before) if by_name else self._part(before)
            if after is not before:
                changed[field.name] = after
        del self._bound[len(self._bound) - len(bound) :]
        return replace(node, **changed) if changed else node

    def _part(self, part: object) -> object:
        match part:
            case n.Name(text):
                return self._name(part, text)
            case n.Call() if (macro := macros.meaning(part)) is not None:
                return self._part(macro)
            case n.Call(n.Name(text), args) if isinstance(function := self._scope.find(text), Function):
                return self._inlined(part, function, args)
            case n.Attribute(n.Name(text) as target):
                return replace(part, target=self._name(target, text, as_name=True))
            case n.Text(parts):
                return _joined(part, tuple(self._part(p) for p in parts))
            case n.Target(what=n.Key(text) as what) if (meant := self._text(text, what.span)) is not None:
                return replace(part, what=n.Key(meant, span=what.span))
            case n.Node():
                return self._node(part)
            case tuple():
                items = tuple(self._part(item) for item in part)
                return part if all(a is b for a, b in zip(items, part, strict=True)) else items
            case _:
                return part

    def _inlined(self, call: n.Call, function: Function, args: tuple[n.Argument, ...]) -> n.Expr:
        """The body of a `fn`, with the arguments in place of its parameters."""
        function.used = True
        given = {p.name.text: self._part(a) for p, a in zip(function.params, args, strict=False)}
        if function.body is None or len(given) != len(function.params) or function.running:
            return call
        function.running = True
        body = Substitution(self._evaluator, function.scope or Scope(), given).statement(function.body)
        function.running = False
        return body

    def _argument(self, argument: n.Argument) -> object:
        """An argument: `rollout(web)` and `pods(web)` take objects, so a text is the name of one."""
        if isinstance(argument, n.Name):
            return self._name(argument, argument.text, as_name=True)
        return self._part(argument)

    def _name(self, name: n.Name, text: str, *, as_name: bool = False) -> n.Expr:
        if text in self._given and text not in self._bound:
            given = self._given[text]
            assert isinstance(given, n.Node)
            return given  # type: ignore[return-value]
        binding = None if text in self._bound else self._value_binding(text)
        if binding is None:
            return name
        value = self._evaluator.meaning(binding, name.span)
        as_name = as_name or (binding.type is not None and binding.type.name == "Name")
        return _literal(value, name.span, as_name=as_name) or name

    def _text(self, text: str, span: Span) -> str | None:
        """The text that a name in the place of an object stands for."""
        binding = self._scope.local(text)
        value = self._evaluator.meaning(binding, span) if binding is not None else None
        return value.text if isinstance(value, Text) else None

    def _value_binding(self, text: str) -> Binding | None:
        binding = self._scope.find(text)
        return binding if binding is not None and (binding.value is not None or binding.expr is not None) else None


def _binds(node: n.Node) -> tuple[str, ...]:
    """The names that a node gives a meaning of its own to what is inside it."""
    match node:
        case n.Quantified(_, variables):
            return tuple(v.text for v in variables)
        case n.Generator(_, variable) | n.ListOf(_, variable):
            return (variable.text,)
        case n.Call(_, args):
            return tuple(_member_names(args))
        case n.Filtered(n.Binary(_, n.Name(text), _), _):
            return (text,)
        case _:
            return ()


def _declared(node: object) -> Iterator[str]:
    """The names that a component declares: variables, binders, lets."""
    if isinstance(node, tuple):
        for item in node:
            yield from _declared(item)
    elif isinstance(node, n.Node):
        match node:
            case n.Variable(name) | n.Binder(name) | n.Let(name) | n.Action(name) | n.Procedure(name):
                yield name.text
            case n.Each(name) | n.ForStatement(name):
                yield name.text
            case _:
                pass
        for field in fields(node):
            yield from _declared(getattr(node, field.name))


def _joined(text: n.Text, parts: tuple[object, ...]) -> n.Text:
    """A text whose known holes have become part of it."""
    out: list[str | n.Expr] = []
    for part in parts:
        match part:
            case n.Text() if part.literal is not None:
                shown: str | n.Expr = part.literal
            case n.Number(known):
                shown = known
            case n.Boolean(truth):
                shown = "true" if truth else "false"
            case _:
                assert isinstance(part, str | n.Node)
                shown = part  # type: ignore[assignment]
        if out and isinstance(shown, str) and isinstance(out[-1], str):
            out[-1] += shown
        else:
            out.append(shown)
    return replace(text, parts=tuple(out))


def _member_names(args: Iterable[n.Argument]) -> Iterable[str]:
    """`count(p in pods(web))` binds `p`."""
    for arg in args:
        if isinstance(arg, n.Binary) and arg.operator is n.Operator.IN and isinstance(arg.left, n.Name):
            yield arg.left.text


def _literal(value: Value, span: Span, *, as_name: bool) -> n.Expr | None:
    """A value as it would be written; None for one that has no literal."""
    match value:
        case Text(text):
            return n.Name(text, span=span) if as_name else n.Text((text,), span=span)
        case Number(text):
            return n.Number(text, span=span)
        case Flag(value=truth):
            return n.Boolean(truth, span=span)
        case ObjectName(kind, rest):
            return n.Reference(kind, rest, span=span)
        case Extent(low, high):
            ends = _literal(low, span, as_name=False), _literal(high, span, as_name=False)
            return n.Range(ends[0], ends[1], span=span) if ends[0] and ends[1] else None
        case Listing(items):
            inner = [_literal(i, span, as_name=as_name) for i in items]
            return n.List(tuple(i for i in inner if i is not None), span=span) if all(inner) else None
        case _:
            return None

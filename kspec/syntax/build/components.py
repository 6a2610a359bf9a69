"""Builds components: the rules of `grammar/4-components.lark`."""

from __future__ import annotations

from typing import Any

from kspec.source.text import Span
from kspec.syntax import nodes as n
from kspec.syntax.build.declarations import Declarations
from kspec.syntax.build.strings import unquoted
from kspec.syntax.build.words import attrs_of


class Components(Declarations):
    """The part of the builder for behaviour."""

    def component_decl(self, span: Span, children: list[Any]) -> n.Component:
        attrs, (name, binders, *items) = attrs_of(children)
        return n.Component(self.key(name), binders or (), tuple(items), attrs, span=span)

    def binders(self, span: Span, children: list[Any]) -> tuple[n.Binder, ...]:
        return tuple(children)

    def binder(self, span: Span, children: list[Any]) -> n.Binder:
        name, source, phase, condition = children
        return n.Binder(self.declared(name), source, phase, condition, span=span)

    def state_decl(self, span: Span, children: list[Any]) -> n.State:
        return n.State(tuple(children), span=span)

    def variable(self, span: Span, children: list[Any]) -> n.Variable:
        name, type_, init, *path = children
        return n.Variable(self.declared(name), type_, init, _quoted(path), span=span)

    def open_variable(self, span: Span, children: list[Any]) -> n.Variable:
        name, low, init, *path = children
        type_ = n.VariableType(low=self.amount_of(low), span=span)
        return n.Variable(self.declared(name), type_, init, _quoted(path), span=span)

    def named_type(self, span: Span, children: list[Any]) -> n.VariableType:
        return n.VariableType(str(children[0]), span=span)

    def enum_type(self, span: Span, children: list[Any]) -> n.Type | n.VariableType:
        return n.VariableType(members=self.members(children), span=span)

    def range_of(self, span: Span, children: list[Any]) -> n.VariableType:
        return n.VariableType(low=self.amount_of(children[0]), high=children[1], span=span)

    def enum_members(self, span: Span, children: list[Any]) -> n.Type:
        return n.Type("enum", members=self.members(children), span=span)

    def bounds(self, span: Span, children: list[Any]) -> n.Type:
        low, high = (self.amount_of(c) for c in children)
        return n.Type("range", bounds=(low, high), span=span)

    def each_decl(self, span: Span, children: list[Any]) -> n.Each:
        variable, source, *items = children
        return n.Each(self.declared(variable), source, tuple(items), span=span)

    def sync_decl(self, span: Span, children: list[Any]) -> n.Sync:
        guard, *steps = children
        return n.Sync(guard, tuple(steps), span=span)

    def prefer(self, span: Span, children: list[Any]) -> tuple[n.Expr, ...]:
        return tuple(children)

    def action_decl(self, span: Span, children: list[Any]) -> n.Action:
        role, name, binders, guard, prefer, after, *body = children
        return n.Action(
            self.key(name),
            None if role is None else n.Role(str(role)),
            binders or (),
            guard,
            prefer or (),
            after,
            tuple(body),
            span=span,
        )

    def procedure_decl(self, span: Span, children: list[Any]) -> n.Procedure:
        name, binders, guard, *body = children
        return n.Procedure(self.key(name), binders or (), guard, tuple(body), span=span)

    def measure_decl(self, span: Span, children: list[Any]) -> n.Measure:
        return n.Measure(tuple(children), span=span)

    def scope_decl(self, span: Span, children: list[Any]) -> n.Scope:
        return n.Scope(children[0], span=span)

    # statements

    def assign(self, span: Span, children: list[Any]) -> n.Assign:
        path, operator, value = children
        return n.Assign(path, str(operator), value, span=span)

    def create(self, span: Span, children: list[Any]) -> n.Create:
        noun, args, phase, *at = children
        where = next((a for a in at if a is not None), None)
        return n.Create(self.key(noun), args, phase, where, span=span)

    def destroy(self, span: Span, children: list[Any]) -> n.Destroy:
        return n.Destroy(children[0], span=span)

    def call_stmt(self, span: Span, children: list[Any]) -> n.Call_:
        name, args = children
        return n.Call_(self.key(name), args, span=span)

    def tell(self, span: Span, children: list[Any]) -> n.Tell:
        component, verb, *subject, text = children
        about = next((s for s in subject if s is not None), None)
        if component.type == "STRING":
            voice = self.text_node(component)
        else:
            voice = n.Text((component.text,), span=component.span(self.file))
        return n.Tell(voice, self.key(verb), about, self.text_node(text), span=span)

    def event_stmt(self, span: Span, children: list[Any]) -> n.EventStatement:
        type_, reason, subject, text = children
        words = self.key(type_), self.key(reason)
        return n.EventStatement(*words, subject, self.text_node(text), span=span)

    def else_stmt(self, span: Span, children: list[Any]) -> tuple[Any, ...]:
        return tuple(children)

    def if_stmt(self, span: Span, children: list[Any]) -> n.IfStatement:
        block = self.if_item(span, children)
        return n.IfStatement(block.condition, block.then, block.orelse, span=block.span)  # type: ignore[arg-type]

    def for_stmt(self, span: Span, children: list[Any]) -> n.ForStatement:
        variable, source, *body = children
        return n.ForStatement(self.declared(variable), source, tuple(body), span=span)


def _quoted(rest: list[Any]) -> str | None:
    return next((unquoted(p) for p in rest if p is not None), None)

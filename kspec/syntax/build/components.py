"""Builds components: the rules of `grammar/4-components.lark`."""

from __future__ import annotations

from typing import Any

from lark.tree import Meta

from kspec.syntax import nodes as n
from kspec.syntax.build.declarations import Declarations
from kspec.syntax.build.words import attrs_of


class Components(Declarations):
    """The part of the builder for behaviour."""

    def component_decl(self, meta: Meta, children: list[Any]) -> n.Component:
        attrs, (name, binders, *items) = attrs_of(children)
        return n.Component(self.key(name), binders or (), tuple(items), attrs, span=self.span(meta))

    def binders(self, meta: Meta, children: list[Any]) -> tuple[n.Binder, ...]:
        return tuple(children)

    def binder(self, meta: Meta, children: list[Any]) -> n.Binder:
        name, source, phase, condition = children
        return n.Binder(self.key(name), source, phase, condition, span=self.span(meta))

    def state_decl(self, meta: Meta, children: list[Any]) -> n.State:
        return n.State(tuple(children), span=self.span(meta))

    def variable(self, meta: Meta, children: list[Any]) -> n.Variable:
        name, type_, init, *path = children
        return n.Variable(self.key(name), type_, init, _quoted(path), span=self.span(meta))

    def open_variable(self, meta: Meta, children: list[Any]) -> n.Variable:
        name, low, init, *path = children
        type_ = n.VariableType(low=self.number(meta, [low]), span=self.span(meta))
        return n.Variable(self.key(name), type_, init, _quoted(path), span=self.span(meta))

    def named_type(self, meta: Meta, children: list[Any]) -> n.VariableType:
        return n.VariableType(str(children[0]), span=self.span(meta))

    def enum_type(self, meta: Meta, children: list[Any]) -> n.Type | n.VariableType:
        return n.VariableType(members=tuple(str(c) for c in children), span=self.span(meta))

    def range_of(self, meta: Meta, children: list[Any]) -> n.VariableType:
        return n.VariableType(low=self.number(meta, children[:1]), high=children[1], span=self.span(meta))

    def enum_members(self, meta: Meta, children: list[Any]) -> n.Type:
        return n.Type("enum", members=tuple(str(c) for c in children), span=self.span(meta))

    def bounds(self, meta: Meta, children: list[Any]) -> n.Type:
        low, high = (self.number(meta, [c]) for c in children)
        return n.Type("range", bounds=(low, high), span=self.span(meta))

    def each_decl(self, meta: Meta, children: list[Any]) -> n.Each:
        variable, source, *items = children
        return n.Each(self.key(variable), source, tuple(items), span=self.span(meta))

    def sync_decl(self, meta: Meta, children: list[Any]) -> n.Sync:
        guard, *steps = children
        return n.Sync(guard, tuple(steps), span=self.span(meta))

    def prefer(self, meta: Meta, children: list[Any]) -> tuple[n.Expr, ...]:
        return tuple(children)

    def action_decl(self, meta: Meta, children: list[Any]) -> n.Action:
        role, name, binders, guard, prefer, after, *body = children
        return n.Action(
            self.key(name),
            None if role is None else n.Role(str(role)),
            binders or (),
            guard,
            prefer or (),
            after,
            tuple(body),
            span=self.span(meta),
        )

    def procedure_decl(self, meta: Meta, children: list[Any]) -> n.Procedure:
        name, binders, guard, *body = children
        return n.Procedure(self.key(name), binders or (), guard, tuple(body), span=self.span(meta))

    def measure_decl(self, meta: Meta, children: list[Any]) -> n.Measure:
        return n.Measure(tuple(children), span=self.span(meta))

    def scope_decl(self, meta: Meta, children: list[Any]) -> n.Scope:
        return n.Scope(children[0], span=self.span(meta))

    # statements

    def assign(self, meta: Meta, children: list[Any]) -> n.Assign:
        path, operator, value = children
        return n.Assign(path, str(operator), value, span=self.span(meta))

    def create(self, meta: Meta, children: list[Any]) -> n.Create:
        noun, args, phase, *at = children
        where = next((a for a in at if a is not None), None)
        return n.Create(self.key(noun), args, phase, where, span=self.span(meta))

    def destroy(self, meta: Meta, children: list[Any]) -> n.Destroy:
        return n.Destroy(children[0], span=self.span(meta))

    def call_stmt(self, meta: Meta, children: list[Any]) -> n.Call_:
        name, args = children
        return n.Call_(self.key(name), args, span=self.span(meta))

    def tell(self, meta: Meta, children: list[Any]) -> n.Tell:
        component, verb, *subject, text = children
        about = next((s for s in subject if s is not None), None)
        if component.type == "STRING":
            voice = self.text_node(component)
        else:
            voice = n.Text((str(component),), span=self.span(component))
        return n.Tell(voice, self.key(verb), about, self.text_node(text), span=self.span(meta))

    def event_stmt(self, meta: Meta, children: list[Any]) -> n.EventStatement:
        type_, reason, subject, text = children
        words = self.key(type_), self.key(reason)
        return n.EventStatement(*words, subject, self.text_node(text), span=self.span(meta))

    def else_stmt(self, meta: Meta, children: list[Any]) -> tuple[Any, ...]:
        return tuple(children)

    def if_stmt(self, meta: Meta, children: list[Any]) -> n.IfStatement:
        block = self.if_item(meta, children)
        return n.IfStatement(block.condition, block.then, block.orelse, span=block.span)  # type: ignore[arg-type]

    def for_stmt(self, meta: Meta, children: list[Any]) -> n.ForStatement:
        variable, source, *body = children
        return n.ForStatement(self.key(variable), source, tuple(body), span=self.span(meta))


def _quoted(rest: list[Any]) -> str | None:
    return next((str(p)[1:-1] for p in rest if p is not None), None)

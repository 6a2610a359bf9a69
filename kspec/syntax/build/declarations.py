"""Builds declarations, blocks, properties and scenarios: the rules of the first three grammar files."""

from __future__ import annotations

from typing import Any

from kspec.source.text import Span
from kspec.syntax import nodes as n
from kspec.syntax.build import checks
from kspec.syntax.build.expressions import Expressions
from kspec.syntax.build.strings import unquoted
from kspec.syntax.build.words import attrs_of
from kspec.syntax.nodes.expressions import Pick_
from kspec.syntax.nodes.properties import PropertyKind
from kspec.syntax.tokens import Token


class Declarations(Expressions):
    """The part of the builder for what stands at the top of a file and in blocks."""

    def start(self, span: Span, children: list[Any]) -> n.File:
        return n.File(tuple(children), span=span)

    # names, labels, paths

    def name(self, span: Span, children: list[Any]) -> n.Key:
        child = children[0]
        return child if isinstance(child, n.Key) else self.key(child)

    opener = name
    map_key = name

    def opener_word(self, span: Span, children: list[Any]) -> n.Key:
        return self.key(children[0])

    def label(self, span: Span, children: list[Any]) -> n.Label:
        child = children[0]
        value: n.Key | n.Expr
        if isinstance(child, Token) and child.type == "STRING":
            value = self.text_node(child)
        else:
            value = child if isinstance(child, n.Key) else self.key(child)
        return n.Label(value, span=span)

    def pseg(self, span: Span, children: list[Any]) -> n.PathRef:
        child = children[0]
        return n.PathRef((child if isinstance(child, n.Key) else self.key(child),), span=span)

    def dpath(self, span: Span, children: list[Any]) -> n.PathRef:
        first, *rest = children
        return n.PathRef((*first.parts, *rest), span=span)

    def path(self, span: Span, children: list[Any]) -> n.PathRef:
        path: n.PathRef = children[0]
        return path

    def attr(self, span: Span, children: list[Any]) -> n.Attr:
        return n.Attr(self.key(children[0]), children[1] or (), span=span)

    # declarations

    def top_field(self, span: Span, children: list[Any]) -> n.Field:
        key = self.key(children[0])
        self.note(checks.top_word(key.text, key.span))
        return n.Field(n.PathRef((key,), span=key.span), self.assigned(children[1]), span=span)

    def use_decl(self, span: Span, children: list[Any]) -> n.Use:
        return n.Use(unquoted(children[0]), span=span)

    def import_decl(self, span: Span, children: list[Any]) -> n.Import:
        form, path, *alias = children
        name = next((self.key(a) for a in alias if a is not None), None)
        return n.Import(None if form is None else str(form), unquoted(path), name, span=span)

    def type(self, span: Span, children: list[Any]) -> n.Type:
        name, *arguments = children
        return n.Type(str(name), tuple(a for a in arguments if a is not None), span=span)

    def pdecls(self, span: Span, children: list[Any]) -> tuple[n.ParamDecl, ...]:
        return tuple(c for c in children if isinstance(c, n.ParamDecl))

    def pdecl(self, span: Span, children: list[Any]) -> n.ParamDecl:
        name, type_, default = children
        return n.ParamDecl(self.declared(name), type_, default, span=span)

    def param_decl(self, span: Span, children: list[Any]) -> n.Param:
        attrs, rest = attrs_of(children)
        return n.Param(self.pdecl(span, rest), attrs, span=span)

    def let_decl(self, span: Span, children: list[Any]) -> n.Let:
        name, params, value = children
        return n.Let(self.declared(name), params or (), value, span=span)

    def let_item(self, span: Span, children: list[Any]) -> n.Let:
        name, value = children
        return n.Let(self.declared(name), (), value, span=span)

    def enum_decl(self, span: Span, children: list[Any]) -> n.Enum_:
        name, *members = [c for c in children if c is not None]
        return n.Enum_(self.key(name), tuple(self.declared(m) for m in members), span=span)

    def fn_decl(self, span: Span, children: list[Any]) -> n.Fn:
        name, params, returns, body = children
        return n.Fn(self.declared(name), params or (), returns, body, span=span)

    def define_decl(self, span: Span, children: list[Any]) -> n.Define:
        name, params, *body = children
        return n.Define(self.key(name), params or (), tuple(body), span=span)

    def env_decl(self, span: Span, children: list[Any]) -> n.Env:
        name, base, *items = children
        return n.Env(self.key(name), None if base is None else self.key(base), tuple(items), span=span)

    def resource_decl(self, span: Span, children: list[Any]) -> n.Resource_:
        attrs, rest = attrs_of(children)
        version, kind, label, *items = rest
        text = self.key(version).text
        return n.Resource_(text, self.key(kind), label, tuple(items), attrs, span=span)

    # blocks

    def plain_block(self, span: Span, children: list[Any]) -> n.Block:
        attrs, (word, *items) = attrs_of(children)
        return n.Block(self._word(word), None, tuple(items), attrs, span=span)

    def named_block(self, span: Span, children: list[Any]) -> n.Block:
        attrs, (word, label, *items) = attrs_of(children)
        return n.Block(self._word(word), label, tuple(items), attrs, span=span)

    def path_block(self, span: Span, children: list[Any]) -> n.PathBlock:
        attrs, (path, *items) = attrs_of(children)
        return n.PathBlock(path, tuple(items), attrs, span=span)

    def instance(self, span: Span, children: list[Any]) -> n.Instance:
        attrs, (word, label, args, *items) = attrs_of(children)
        body = tuple(i for i in items if i is not None)
        return n.Instance(self._word(word), label, args, body, attrs, span=span)

    def object(self, span: Span, children: list[Any]) -> n.PathRef:
        return n.PathRef((self.key(children[0]),), span=span)

    def module(self, span: Span, children: list[Any]) -> n.PathRef:
        return n.PathRef(tuple(self.key(c) for c in children), span=span)

    def module_block(self, span: Span, children: list[Any]) -> n.Block:
        attrs, (path, label, *items) = attrs_of(children)
        return n.Block(self._module(path), label, tuple(items), attrs, span=span)

    def module_instance(self, span: Span, children: list[Any]) -> n.Instance:
        attrs, (path, label, args, *items) = attrs_of(children)
        body = tuple(i for i in items if i is not None)
        return n.Instance(self._module(path), label, args, body, attrs, span=span)

    def _module(self, path: n.PathRef) -> n.Key:
        """`platform.web_service`: the name of a module in an imported file."""
        self.note(checks.module_path(path))
        return n.Key(".".join(p.text for p in path.parts if isinstance(p, n.Key)), span=path.span)

    def _word(self, word: n.Key | Token) -> n.Key:
        key = self.key(word) if isinstance(word, Token) else word
        self.note(checks.block_word(key.text, key.span))
        return key

    def field(self, span: Span, children: list[Any]) -> n.Field:
        attrs, (path, value) = attrs_of(children)
        return n.Field(path, self.assigned(value), attrs, span=span)

    def label_field(self, span: Span, children: list[Any]) -> n.LabelField:
        attrs, (word, label, value) = attrs_of(children)
        return n.LabelField(word, label, self.assigned(value), attrs, span=span)

    def remove_item(self, span: Span, children: list[Any]) -> n.Remove:
        return n.Remove(children[0], span=span)

    def for_item(self, span: Span, children: list[Any]) -> n.For:
        variable, source, *body = children
        return n.For(self.declared(variable), source, tuple(body), span=span)

    for_top = for_item

    def else_item(self, span: Span, children: list[Any]) -> tuple[Any, ...]:
        return tuple(children)

    else_top = else_item

    def if_item(self, span: Span, children: list[Any]) -> n.If:
        condition, *body, last = children
        orelse = last if isinstance(last, tuple) else () if last is None else (last,)
        return n.If(condition, tuple(body), orelse, span=span)

    if_top = if_item

    # properties and scenarios

    def disturbance(self, span: Span, children: list[Any]) -> n.Disturbance:
        return n.Disturbance(self.key(children[0]), children[1], span=span)

    def disturbances(self, span: Span, children: list[Any]) -> tuple[n.Disturbance, ...]:
        return tuple(children)

    def property_decl(self, span: Span, children: list[Any]) -> n.Property:
        attrs, (word, name, title, formula, *under) = attrs_of(children)
        disturbances = next((u for u in under if u is not None), ())
        kind = PropertyKind(str(word))
        return n.Property(kind, self.key(name), _title(title), formula, disturbances, attrs, span=span)

    def policy_decl(self, span: Span, children: list[Any]) -> n.Policy:
        attrs, (name, title, *items) = attrs_of(children)
        return n.Policy(self.key(name), _title(title), tuple(items), attrs, span=span)

    def match(self, span: Span, children: list[Any]) -> n.Match:
        kept = [c for c in children if c is not None]
        kinds = tuple(self.key(c) for c in kept if isinstance(c, Token))
        condition = next((c for c in kept if not isinstance(c, Token)), None)
        return n.Match(kinds, condition, span=span)

    def require(self, span: Span, children: list[Any]) -> n.Require:
        word, condition, *message = children
        text = next((unquoted(m) for m in message if m is not None), None)
        return n.Require(str(word), condition, text, span=span)

    def scenario_decl(self, span: Span, children: list[Any]) -> n.Scenario:
        attrs, (name, title, *events) = attrs_of(children)
        return n.Scenario(self.key(name), _title(title), tuple(events), attrs, span=span)

    def target(self, span: Span, children: list[Any]) -> n.Target:
        *words, condition = children
        pick: Pick_ | n.Number | None = None
        if len(words) == 2:
            pick = Pick_(str(words[0])) if words[0].type == "PICK" else self.amount_of(words[0])
            if isinstance(pick, n.Number):
                self.note(checks.unit_noun(pick.text, str(words[1]), span))
        return n.Target(self._what(words[-1]), pick, condition, span=span)

    def _what(self, token: Token) -> n.Key | n.Reference:
        if token.type != "REF":
            return self.key(token)
        kind, _, rest = str(token).partition("/")
        return n.Reference(kind, rest, span=token.span(self.file))

    def act_on(self, span: Span, children: list[Any]) -> n.ActOn:
        return n.ActOn(str(children[0]), children[1], span=span)

    def scale_event(self, span: Span, children: list[Any]) -> n.ScaleEvent:
        _, target, to = children
        return n.ScaleEvent(target, to, span=span)

    def rollout_event(self, span: Span, children: list[Any]) -> n.RolloutEvent:
        _, target, *items = children
        return n.RolloutEvent(target, tuple(i for i in items if i is not None), span=span)

    def wait_event(self, span: Span, children: list[Any]) -> n.Wait:
        child = children[-1]
        if isinstance(child, Token):
            return n.Wait(self.amount_of(child), None, span=span)
        return n.Wait(None, child, span=span)

    def load_event(self, span: Span, children: list[Any]) -> n.LoadEvent:
        _, target, level = children
        return n.LoadEvent(self._what(target), level, span=span)

    def choose_event(self, span: Span, children: list[Any]) -> n.Choose:
        courses: list[list[Any]] = [[]]
        for child in children:
            if isinstance(child, Token):
                courses.append([])
            else:
                courses[-1].append(child)
        return n.Choose(tuple(tuple(c) for c in courses), span=span)

    def repeat_event(self, span: Span, children: list[Any]) -> n.Repeat:
        times, *events = children
        return n.Repeat(self.amount_of(times), tuple(events), span=span)

    def expect_event(self, span: Span, children: list[Any]) -> n.Expect:
        return n.Expect(children[0], span=span)


def _title(token: Token | None) -> str | None:
    return None if token is None else unquoted(token)

"""Builds expressions. Method names are the rules of `grammar/5-expressions.lark`."""

from __future__ import annotations

from typing import Any

from lark import Token
from lark.tree import Meta

from kspec.syntax import nodes as n
from kspec.syntax.build.strings import text_of
from kspec.syntax.build.words import Places
from kspec.syntax.nodes.expressions import Operator, Pick_, Presence, Quantifier, TemporalOperator


class Expressions(Places):
    """The part of the builder for expressions."""

    def parse_hole(self, source: str, line: int, column: int) -> n.Expr:
        raise AssertionError("provided by the builder")

    def _binary(self, operator: Operator, meta: Meta, children: list[Any]) -> n.Expr:
        left, right = children
        return n.Binary(operator, left, right, span=self.span(meta))

    def implies(self, meta: Meta, children: list[Any]) -> n.Expr:
        return self._binary(Operator.IMPLIES, meta, children)

    def or_(self, meta: Meta, children: list[Any]) -> n.Expr:
        return self._binary(Operator.OR, meta, children)

    def and_(self, meta: Meta, children: list[Any]) -> n.Expr:
        return self._binary(Operator.AND, meta, children)

    def member(self, meta: Meta, children: list[Any]) -> n.Expr:
        return self._binary(Operator.IN, meta, children)

    def not_member(self, meta: Meta, children: list[Any]) -> n.Expr:
        return self._binary(Operator.NOT_IN, meta, children)

    def compare(self, meta: Meta, children: list[Any]) -> n.Expr:
        left, operator, right = children
        return n.Binary(Operator(str(operator)), left, right, span=self.span(meta))

    binary = compare

    def not_(self, meta: Meta, children: list[Any]) -> n.Expr:
        return n.Unary(Operator.NOT, children[0], span=self.span(meta))

    def negative(self, meta: Meta, children: list[Any]) -> n.Expr:
        return n.Unary(Operator.SUB, children[0], span=self.span(meta))

    def bound(self, meta: Meta, children: list[Any]) -> n.Number:
        return self.number(meta, children)

    def leads(self, meta: Meta, children: list[Any]) -> n.Expr:
        left, word, bound, right = children
        return n.LeadsTo(left, right, bound, word.type == "UNTIL", span=self.span(meta))

    def temporal(self, meta: Meta, children: list[Any]) -> n.Expr:
        word, bound, body = children
        return n.Temporal(TemporalOperator(str(word)), bound, body, span=self.span(meta))

    def quantifier(self, meta: Meta, children: list[Any]) -> n.Expr:
        word, *names, source, body = children
        variables = tuple(self.key(v) for v in names)
        return n.Quantified(Quantifier(str(word)), variables, source, body, span=self.span(meta))

    def conditional(self, meta: Meta, children: list[Any]) -> n.Expr:
        condition, yes, no = children
        return n.Conditional(condition, yes, no, span=self.span(meta))

    def maps_to(self, meta: Meta, children: list[Any]) -> n.Expr:
        return n.MapsTo(children[0], children[1], span=self.span(meta))

    def range_(self, meta: Meta, children: list[Any]) -> n.Expr:
        return n.Range(children[0], children[1], span=self.span(meta))

    def attribute(self, meta: Meta, children: list[Any]) -> n.Expr:
        return n.Attribute(children[0], children[1], span=self.span(meta))

    def index(self, meta: Meta, children: list[Any]) -> n.Expr:
        return n.Index(children[0], children[1], span=self.span(meta))

    def args(self, meta: Meta, children: list[Any]) -> tuple[n.Argument, ...]:
        return tuple(c for c in children if c is not None and not isinstance(c, Token))

    def call(self, meta: Meta, children: list[Any]) -> n.Expr:
        return n.Call(children[0], children[1], span=self.span(meta))

    def callable_word(self, meta: Meta, children: list[Any]) -> n.Name:
        return n.Name(str(children[0]), span=self.span(meta))

    word_call = call

    def named(self, meta: Meta, children: list[Any]) -> n.Named:
        return n.Named(self.key(children[0]), children[1], span=self.span(meta))

    def filtered(self, meta: Meta, children: list[Any]) -> n.Filtered:
        value, condition = children
        return n.Filtered(value, condition, span=self.span(meta))

    def generator(self, meta: Meta, children: list[Any]) -> n.Generator:
        body, variable, source, condition = _comprehension(children)
        return n.Generator(body, self.key(variable), source, condition, span=self.span(meta))

    def list_of(self, meta: Meta, children: list[Any]) -> n.Expr:
        body, variable, source, condition = _comprehension(children)
        return n.ListOf(body, self.key(variable), source, condition, span=self.span(meta))

    def amount(self, meta: Meta, children: list[Any]) -> n.Amount:
        return n.Amount(self.number(meta, children[:1]), self.key(children[1]), span=self.span(meta))

    def name_ref(self, meta: Meta, children: list[Any]) -> n.Expr:
        return n.Name(str(children[0]), span=self.span(meta))

    def object_ref(self, meta: Meta, children: list[Any]) -> n.Reference:
        kind, _, rest = str(children[0]).partition("/")
        return n.Reference(kind, rest, span=self.span(meta))

    def qualified(self, meta: Meta, children: list[Any]) -> n.Expr:
        return n.Qualified(str(children[0]), span=self.span(meta))

    def number(self, meta: Meta, children: list[Any]) -> n.Number:
        return n.Number(str(children[0]), span=self.span(meta))

    def string(self, meta: Meta, children: list[Any]) -> n.Text:
        return self.text_node(children[0])

    text = string

    def text_node(self, token: Token) -> n.Text:
        return text_of(token, self.span(token), self.parse_hole)

    def true(self, meta: Meta, children: list[Any]) -> n.Expr:
        return n.Boolean(True, span=self.span(meta))

    def false(self, meta: Meta, children: list[Any]) -> n.Expr:
        return n.Boolean(False, span=self.span(meta))

    def null(self, meta: Meta, children: list[Any]) -> n.Expr:
        return n.Null(span=self.span(meta))

    def pick(self, meta: Meta, children: list[Any]) -> n.Expr:
        return n.Pick(Pick_(str(children[0])), self.key(children[1]), span=self.span(meta))

    def list_node(self, meta: Meta, children: list[Any]) -> n.List:
        return n.List(tuple(c for c in children if c is not None), span=self.span(meta))

    def map_node(self, meta: Meta, children: list[Any]) -> n.Expr:
        return n.Map(tuple(c for c in children if c is not None), span=self.span(meta))

    def entry(self, meta: Meta, children: list[Any]) -> n.Entry:
        return n.Entry(children[0], children[1], span=self.span(meta))

    def selects_in(self, meta: Meta, children: list[Any]) -> n.SelectorEntry:
        key, values = children
        return n.SelectorEntry(key, Operator.IN, values, span=self.span(meta))

    def selects_not_in(self, meta: Meta, children: list[Any]) -> n.SelectorEntry:
        key, values = children
        return n.SelectorEntry(key, Operator.NOT_IN, values, span=self.span(meta))

    def selects_presence(self, meta: Meta, children: list[Any]) -> n.SelectorEntry:
        return n.SelectorEntry(children[0], Presence(str(children[1])), None, span=self.span(meta))


def _comprehension(children: list[Any]) -> tuple[Any, Token, Any, Any]:
    """(body, variable, source, condition) of `body for variable in source where condition`."""
    body, variable, source, *rest = children
    condition = next((c for c in rest if c is not None), None)
    return body, variable, source, condition

"""Builds expressions. Method names are the rules of `grammar/5-expressions.lark`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kspec.source.text import Span
from kspec.syntax import nodes as n
from kspec.syntax.build import checks
from kspec.syntax.build.strings import text_of
from kspec.syntax.build.words import Words
from kspec.syntax.nodes.expressions import Operator, Pick_, Presence, Quantifier, TemporalOperator
from kspec.syntax.tokens import Token


class Expressions(Words):
    """The part of the builder for expressions."""

    def read(self, source: str, line: int, column: int) -> n.Expr:
        raise AssertionError("provided by the builder")

    def unclosed(self, line: int, column: int) -> None:
        raise AssertionError("provided by the builder")

    def _binary(self, operator: Operator, span: Span, children: list[Any]) -> n.Expr:
        left, right = children
        return n.Binary(operator, left, right, span=span)

    def implies(self, span: Span, children: list[Any]) -> n.Expr:
        return self._binary(Operator.IMPLIES, span, children)

    def or_(self, span: Span, children: list[Any]) -> n.Expr:
        return self._binary(Operator.OR, span, children)

    def and_(self, span: Span, children: list[Any]) -> n.Expr:
        return self._binary(Operator.AND, span, children)

    def member(self, span: Span, children: list[Any]) -> n.Expr:
        return self._binary(Operator.IN, span, children)

    def not_member(self, span: Span, children: list[Any]) -> n.Expr:
        return self._binary(Operator.NOT_IN, span, children)

    def compare(self, span: Span, children: list[Any]) -> n.Expr:
        left, operator, right = children
        return n.Binary(Operator(str(operator)), left, right, span=span)

    binary = compare

    def not_(self, span: Span, children: list[Any]) -> n.Expr:
        return n.Unary(Operator.NOT, children[0], span=span)

    def negative(self, span: Span, children: list[Any]) -> n.Expr:
        return n.Unary(Operator.SUB, children[0], span=span)

    def bound(self, span: Span, children: list[Any]) -> n.Number:
        return self.amount_of(children[0])

    def leads(self, span: Span, children: list[Any]) -> n.Expr:
        left, word, bound, right = children
        return n.LeadsTo(left, right, bound, word.type == "UNTIL", span=span)

    def temporal(self, span: Span, children: list[Any]) -> n.Expr:
        word, bound, body = children
        return n.Temporal(TemporalOperator(str(word)), bound, body, span=span)

    def quantifier(self, span: Span, children: list[Any]) -> n.Expr:
        word, *names, source, body = children
        variables = tuple(self.declared(v) for v in names)
        return n.Quantified(Quantifier(str(word)), variables, source, body, span=span)

    def conditional(self, span: Span, children: list[Any]) -> n.Expr:
        condition, yes, no = children
        return n.Conditional(condition, yes, no, span=span)

    def maps_to(self, span: Span, children: list[Any]) -> n.Expr:
        return n.MapsTo(children[0], children[1], span=span)

    def range_(self, span: Span, children: list[Any]) -> n.Expr:
        return n.Range(children[0], children[1], span=span)

    def attribute(self, span: Span, children: list[Any]) -> n.Expr:
        return n.Attribute(children[0], children[1], span=span)

    def index(self, span: Span, children: list[Any]) -> n.Expr:
        return n.Index(children[0], children[1], span=span)

    def args(self, span: Span, children: list[Any]) -> tuple[n.Argument, ...]:
        return tuple(c for c in children if c is not None and not isinstance(c, Token))

    def call(self, span: Span, children: list[Any]) -> n.Expr:
        return n.Call(children[0], children[1], span=span)

    def callable_word(self, span: Span, children: list[Any]) -> n.Name:
        return n.Name(str(children[0]), span=span)

    word_call = call

    def named(self, span: Span, children: list[Any]) -> n.Named:
        return n.Named(self.key(children[0]), children[1], span=span)

    def filtered(self, span: Span, children: list[Any]) -> n.Filtered:
        value, condition = children
        return n.Filtered(value, condition, span=span)

    def generator(self, span: Span, children: list[Any]) -> n.Generator:
        body, variable, source, condition = _comprehension(children)
        return n.Generator(body, self.declared(variable), source, condition, span=span)

    def list_of(self, span: Span, children: list[Any]) -> n.Expr:
        body, variable, source, condition = _comprehension(children)
        return n.ListOf(body, self.declared(variable), source, condition, span=span)

    def amount(self, span: Span, children: list[Any]) -> n.Amount:
        number, noun = self.amount_of(children[0]), self.key(children[1])
        self.note(checks.unit_noun(number.text, noun.text, span))
        return n.Amount(number, noun, span=span)

    def name_ref(self, span: Span, children: list[Any]) -> n.Expr:
        word = str(children[0])
        if word in _LITERALS:
            return _LITERALS[word](span)
        return n.Name(word, span=span)

    def object_ref(self, span: Span, children: list[Any]) -> n.Reference:
        kind, _, rest = str(children[0]).partition("/")
        return n.Reference(kind, rest, span=span)

    def qualified(self, span: Span, children: list[Any]) -> n.Expr:
        text = str(children[0])
        self.note(checks.qualified_value(text, span))
        return n.Qualified(text, span=span)

    def number(self, span: Span, children: list[Any]) -> n.Number:
        return self.amount_of(children[0])

    def string(self, span: Span, children: list[Any]) -> n.Text:
        return self.text_node(children[0])

    text = string

    def text_node(self, token: Token) -> n.Text:
        return text_of(token, token.span(self.file), self)

    def true(self, span: Span, children: list[Any]) -> n.Expr:
        return n.Boolean(True, span=span)

    def false(self, span: Span, children: list[Any]) -> n.Expr:
        return n.Boolean(False, span=span)

    def null(self, span: Span, children: list[Any]) -> n.Expr:
        return n.Null(span=span)

    def pick(self, span: Span, children: list[Any]) -> n.Expr:
        return n.Pick(Pick_(str(children[0])), self.key(children[1]), span=span)

    def list_node(self, span: Span, children: list[Any]) -> n.List:
        return n.List(tuple(c for c in children if c is not None), span=span)

    def map_node(self, span: Span, children: list[Any]) -> n.Expr:
        return n.Map(tuple(c for c in children if c is not None), span=span)

    def entry(self, span: Span, children: list[Any]) -> n.Entry:
        return n.Entry(children[0], self.assigned(children[1]), span=span)

    def selects_in(self, span: Span, children: list[Any]) -> n.SelectorEntry:
        key, values = children
        return n.SelectorEntry(key, Operator.IN, values, span=span)

    def selects_not_in(self, span: Span, children: list[Any]) -> n.SelectorEntry:
        key, values = children
        return n.SelectorEntry(key, Operator.NOT_IN, values, span=span)

    def selects_presence(self, span: Span, children: list[Any]) -> n.SelectorEntry:
        return n.SelectorEntry(children[0], Presence(str(children[1])), None, span=span)


_LITERALS: dict[str, Callable[[Span], n.Expr]] = {
    "true": lambda span: n.Boolean(True, span=span),
    "false": lambda span: n.Boolean(False, span=span),
    "null": lambda span: n.Null(span=span),
}
"""Words that are values even before a colon, where they count as names: `forall x in true: ...`."""


def _comprehension(children: list[Any]) -> tuple[Any, Token, Any, Any]:
    """(body, variable, source, condition) of `body for variable in source where condition`."""
    body, variable, source, *rest = children
    condition = next((c for c in rest if c is not None), None)
    return body, variable, source, condition

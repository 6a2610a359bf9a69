"""Evaluates expressions. It always ends: names are not recursive, loops run over lists, and there is a budget."""

from __future__ import annotations

from collections.abc import Sequence

from kspec.elaborate import macros, rules
from kspec.elaborate.evaluate import functions, operators
from kspec.elaborate.evaluate.calls import Calls
from kspec.elaborate.evaluate.operators import MAX_ITEMS, MAX_TEXT, BadOperands
from kspec.elaborate.evaluate.scope import Alias, Scope
from kspec.elaborate.evaluate.values import (
    Arrow,
    Broken,
    Extent,
    Fields,
    Flag,
    Listing,
    Nothing,
    Number,
    ObjectName,
    Pair,
    Test,
    Text,
    Value,
    Word,
    describe,
    used_at,
)
from kspec.source.text import Span
from kspec.syntax import nodes as n
from kspec.syntax.nodes.expressions import Operator, Quantifier

MAX_DEPTH = 160
ROUND_STEPS = 3
"""What a round of a loop counts for, whatever it does."""


class Evaluator(Calls):
    """Evaluates expressions in scopes; mistakes go to `diagnostics` and leave a `Broken` value behind."""

    def evaluate(self, expr: n.Expr, scope: Scope) -> Value:
        """The value of an expression."""
        if not self.spend(1, expr.span):
            return Broken(span=expr.span)
        if self.depth > MAX_DEPTH:
            return self._exhausted(f"definitions and expressions nest deeper than {MAX_DEPTH} levels", expr.span)
        self.depth += 1
        try:
            return self._value(expr, scope)
        finally:
            self.depth -= 1

    def _value(self, expr: n.Expr, scope: Scope) -> Value:
        match expr:
            case n.Text(parts):
                return self._text(parts, expr.span, scope)
            case n.Number(text):
                return Number(text, span=expr.span)
            case n.Name(text):
                return self._name(text, expr.span, scope)
            case n.Map(entries):
                return self._map(entries, expr.span, scope)
            case n.List(items):
                return Listing(tuple(self.evaluate(i, scope) for i in items), span=expr.span)
            case n.Boolean(value):
                return Flag(value, span=expr.span)
            case n.Null():
                return Nothing(span=expr.span)
            case n.Reference(kind, rest):
                return ObjectName(kind, rest, span=expr.span)
            case n.Qualified(text):
                return Text(text, span=expr.span)
            case n.Range(low, high):
                return Extent(self.evaluate(low, scope), self.evaluate(high, scope), span=expr.span)
            case n.MapsTo(left, right):
                return Arrow(self.evaluate(left, scope), self.evaluate(right, scope), span=expr.span)
            case _:
                return self._compound(expr, scope)

    def _compound(self, expr: n.Expr, scope: Scope) -> Value:
        match expr:
            case n.Binary():
                return self._binary(expr, scope)
            case n.Unary(operator, operand):
                return self._unary(operator, operand, expr.span, scope)
            case n.Conditional(condition, yes, no):
                truth = self.truth(condition, scope)
                return Broken(span=expr.span) if truth is None else self.evaluate(yes if truth else no, scope)
            case n.ListOf(body, variable, source, condition):
                items = self.generate(body, variable, source, condition, scope)
                return Broken(span=expr.span) if items is None else Listing(items, span=expr.span)
            case n.Attribute(target, name):
                return self._attribute(target, name, expr.span, scope)
            case n.Index(target, index):
                return self._index(target, index, expr.span, scope)
            case n.Call(function, args):
                if (meant := macros.meaning(expr)) is not None:
                    return self.evaluate(meant, scope)
                if (field := macros.asked(expr)) is not None:
                    return Flag(self._has(field, scope), span=expr.span)
                return self._call(function, args, expr.span, scope)
            case n.Quantified(quantifier, variables, source, body):
                return self._quantified(quantifier, variables, source, body, expr.span, scope)
            case _:
                help = "temporal words and `any node` speak about a running cluster: use them in an invariant or a goal"
                return self.broken(rules.TYPE, "this is no value but a statement about time", expr.span, help)

    def truth(self, expr: n.Expr, scope: Scope) -> bool | None:
        """The truth of a condition; None where it is broken."""
        value = self.evaluate(expr, scope)
        match value:
            case Flag(value=truth):
                return truth
            case Broken():
                return None
            case _:
                self.unknown_word(value, scope) or self.broken(
                    rules.TYPE, f"a condition is true or false, not {describe(value)}", expr.span
                )
                return None

    def items(self, expr: n.Expr, scope: Scope) -> tuple[Value, ...] | None:
        """What a loop runs over: a list, the keys of a map, or the numbers of a range."""
        value = self.evaluate(expr, scope)
        match value:
            case Listing(items):
                return items if self.spend(ROUND_STEPS * len(items), expr.span) else None
            case Fields(pairs):
                return tuple(Text(p.key, span=p.key_span) for p in pairs)
            case Extent(Number(low), Number(high)) if low.isdigit() and high.isdigit():
                count = int(high) - int(low) + 1
                if count <= MAX_ITEMS and self.spend(ROUND_STEPS * count, expr.span):
                    return tuple(Number(str(i), span=value.span) for i in range(int(low), int(high) + 1))
                if count > MAX_ITEMS:
                    self._exhausted(f"a loop of more than {MAX_ITEMS} rounds", expr.span)
                return None
            case Broken():
                return None
            case _:
                message = f"a loop runs over a list, a map or a range of numbers, not {describe(value)}"
                self.unknown_word(value, scope) or self.broken(rules.TYPE, message, expr.span)
                return None

    def generate(
        self, body: n.Expr, variable: n.Key, source: n.Expr, condition: n.Expr | None, scope: Scope
    ) -> tuple[Value, ...] | None:
        """The values of `body for variable in source where condition`."""
        items = self.items(source, scope)
        if items is None:
            return None
        out: list[Value] = []
        for item in items:
            inner = scope.bind(variable.text, item, variable.span)
            if condition is None or self.truth(condition, inner):
                out.append(self.evaluate(body, inner))
        return tuple(out)

    def _text(self, parts: Sequence[str | n.Expr], span: Span, scope: Scope) -> Value:
        if len(parts) == 1 and isinstance(parts[0], str):
            return Text(parts[0], span=span)
        out: list[str] = []
        for part in parts:
            if isinstance(part, str):
                out.append(part)
                continue
            value = self.evaluate(part, scope)
            if isinstance(value, Broken) or self.unknown_word(value, scope):
                return Broken(span=span)
            try:
                out.append(functions.as_text(value))
            except BadOperands as error:
                return self.broken(rules.TYPE, f"{error} to insert here", part.span)
        text = "".join(out)
        if len(text) > MAX_TEXT:
            return self._exhausted(f"a text of more than {MAX_TEXT} characters", span)
        return Text(text, span=span)

    def _map(self, entries: Sequence[n.Entry | n.SelectorEntry], span: Span, scope: Scope) -> Value:
        pairs: dict[str, Pair] = {}
        tests: list[Test] = []
        sound = True
        for entry in entries:
            key = entry.key
            if isinstance(entry, n.SelectorEntry):
                listed = Listing((), span=span) if entry.values is None else self.evaluate(entry.values, scope)
                sound &= isinstance(listed, Listing)
                if isinstance(listed, Listing):
                    tests.append(Test(key.text, entry.span, entry.test, listed.items))
                continue
            if key.text in pairs:
                first = pairs[key.text].key_span
                self.conflict(f"the key `{key.text}` stands twice in this map", key.span, first)
                continue
            pairs[key.text] = Pair(key.text, key.span, self.evaluate(entry.value, scope))
        return Fields(tuple(pairs.values()), tuple(tests), span=span) if sound else Broken(span=span)

    def _binary(self, expr: n.Binary, scope: Scope) -> Value:
        operator, span = expr.operator, expr.span
        if operator in (Operator.AND, Operator.OR, Operator.IMPLIES):
            left = self.truth(expr.left, scope)
            if left is None:
                return Broken(span=span)
            decided = left is (operator is Operator.OR)
            if decided:
                return Flag(operator is not Operator.AND, span=span)
            right = self.truth(expr.right, scope)
            return Broken(span=span) if right is None else Flag(right, span=span)
        first, second = self.evaluate(expr.left, scope), self.evaluate(expr.right, scope)
        if isinstance(first, Broken) or isinstance(second, Broken):
            return Broken(span=span)
        if self._not_comparable(first, second, scope) or self._not_comparable(second, first, scope):
            return Broken(span=span)
        try:
            return self._counted(operators.apply(operator, first, second, span))
        except BadOperands as error:
            return self.broken(rules.TYPE, str(error), span)

    def _not_comparable(self, value: Value, other: Value, scope: Scope) -> bool:
        """Report a bare word that is neither a name nor a member of the enumeration it is compared with."""
        members = other.members if isinstance(other, Text) else ()
        if not isinstance(value, Word) or not members:
            return self.unknown_word(value, scope)
        if value.text in members:
            return False
        self.unknown(f"`{value.text}` is none of {', '.join(members)}", n.Key(value.text, span=value.span), members)
        return True

    def _unary(self, operator: Operator, operand: n.Expr, span: Span, scope: Scope) -> Value:
        if operator is Operator.NOT:
            truth = self.truth(operand, scope)
            return Broken(span=span) if truth is None else Flag(not truth, span=span)
        value = self.evaluate(operand, scope)
        match value:
            case Number(text):
                return Number(text[1:] if text.startswith("-") else f"-{text}", span=span)
            case Broken():
                return value
            case _:
                return self.broken(rules.TYPE, f"`-` takes a number, not {describe(value)}", span)

    def _attribute(self, target: n.Expr, name: n.Key, span: Span, scope: Scope) -> Value:
        if isinstance(target, n.Name) and isinstance(alias := scope.find(target.text), Alias):
            return self.member(alias, name, span)
        value = self.evaluate(target, scope)
        match value:
            case Broken():
                return Broken(span=span)
            case Fields():
                found = value.get(name.text)
                if found is not None:
                    return used_at(found, span)
                return self.unknown(f"this map has no key `{name.text}`", name, (p.key for p in value.pairs))
            case _ if self.unknown_word(value, scope):
                return Broken(span=span)
            case _:
                return self.broken(rules.TYPE, f"{describe(value)} has no `{name.text}`", span)

    def _has(self, field: n.Attribute, scope: Scope) -> bool:
        """Whether a map has a key; where it is not there itself, it has none."""
        if isinstance(field.target, n.Attribute) and not self._has(field.target, scope):
            return False
        value = self.evaluate(field.target, scope)
        found = value.get(field.name.text) if isinstance(value, Fields) else None
        return found is not None and not isinstance(found, Nothing)

    def _index(self, target: n.Expr, index: n.Expr, span: Span, scope: Scope) -> Value:
        value, key = self.evaluate(target, scope), self.evaluate(index, scope)
        match value, key:
            case (Broken(), _) | (_, Broken()):
                return Broken(span=span)
            case Listing(items), Number(text) if text.isdigit():
                if int(text) < len(items):
                    return used_at(items[int(text)], span)
                return self.broken(rules.TYPE, f"the list has {len(items)} items, so none at index {text}", span)
            case Fields(), Text(text) | Word(text):
                found = value.get(text)
                if found is not None:
                    return used_at(found, span)
                return self.unknown(f"this map has no key `{text}`", n.Key(text, span=index.span), _keys(value))
            case _ if self.unknown_word(value, scope):
                return Broken(span=span)
            case _:
                return self.broken(rules.TYPE, f"{describe(value)} has no item at {describe(key)}", span)

    def _quantified(
        self, quantifier: Quantifier, variables: Sequence[n.Key], source: n.Expr, body: n.Expr, span: Span, scope: Scope
    ) -> Value:
        first, *rest = variables
        items = self.items(source, scope)
        if items is None:
            return Broken(span=span)
        for item in items:
            inner = scope.bind(first.text, item, first.span)
            nested = n.Quantified(quantifier, tuple(rest), source, body, span=span) if rest else body
            truth = self.truth(nested, inner)
            if truth is None:
                return Broken(span=span)
            if truth is (quantifier is Quantifier.EXISTS):
                return Flag(truth, span=span)
        return Flag(quantifier is Quantifier.FORALL, span=span)


def _keys(fields: Fields) -> list[str]:
    return [p.key for p in fields.pairs]

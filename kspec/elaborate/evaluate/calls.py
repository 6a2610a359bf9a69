"""Calls: the design's own functions, built-in ones, methods, and words that name a value of the cluster."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from kspec.elaborate import rules
from kspec.elaborate.evaluate import functions
from kspec.elaborate.evaluate.operators import BadOperands
from kspec.elaborate.evaluate.resolve import Resolver
from kspec.elaborate.evaluate.scope import Alias, Function, Scope
from kspec.elaborate.evaluate.values import Broken, Flag, Listing, Source, Text, Value
from kspec.source.text import Span
from kspec.syntax import nodes as n
from kspec.syntax.nodes.expressions import Operator


class Calls(Resolver):
    """The part of the evaluator that calls functions."""

    @abstractmethod
    def generate(
        self, body: n.Expr, variable: n.Key, source: n.Expr, condition: n.Expr | None, scope: Scope
    ) -> tuple[Value, ...] | None:
        """The values of `body for variable in source where condition`."""

    def _call(self, function: n.Expr, args: Sequence[n.Argument], span: Span, scope: Scope) -> Value:
        match function:
            case n.Name(name):
                found = scope.find(name)
                if isinstance(found, Function):
                    return self.apply(found, args, span, scope)
                values = self._arguments(args, scope)
                if values is None:
                    return Broken(span=span)
                if name in functions.SOURCES:
                    return Source(name, values, span=span)
                return self._builtin(n.Key(name, span=function.span), values, span, scope)
            case n.Attribute(n.Name(outer), name_key) if isinstance(alias := scope.find(outer), Alias):
                inner = self.member_binding(alias, name_key)
                if isinstance(inner, Function):
                    return self.apply(inner, args, span, scope)
                if alias.target is None:
                    return Broken(span=span)
                return self.unknown(f"`{outer}` has no function `{name_key.text}`", name_key, ())
            case n.Attribute(target, method):
                first, values = self.evaluate(target, scope), self._arguments(args, scope)
                if isinstance(first, Broken) or values is None or self.unknown_word(first, scope):
                    return Broken(span=span)
                return self._builtin(method, (first, *values), span, scope)
            case _:
                return self.broken(rules.TYPE, "this is no function", function.span)

    def _builtin(self, name: n.Key, args: tuple[Value, ...], span: Span, scope: Scope) -> Value:
        if name.text not in functions.BUILTINS:
            known = [b.name for b in scope.visible() if isinstance(b, Function)]
            message = f"there is no function `{name.text}`"
            return self.unknown(message, name, (*known, *functions.BUILTINS, *functions.SOURCES))
        try:
            return self._counted(functions.call(name.text, args, span))
        except BadOperands as error:
            return self.broken(rules.TYPE, f"`{name.text}`: {error}", span)

    def _arguments(self, args: Sequence[n.Argument], scope: Scope) -> tuple[Value, ...] | None:
        """Positional arguments; a generator is one list. None where one is broken."""
        out: list[Value] = []
        for arg in args:
            match arg:
                case n.Generator(body, variable, source, condition):
                    items = self.generate(body, variable, source, condition, scope)
                    out.append(Broken(span=arg.span) if items is None else Listing(items, span=arg.span))
                case n.Filtered(n.Binary(Operator.IN, n.Name(text) as name, source), condition):
                    key = n.Key(text, span=name.span)
                    items = self.generate(name, key, source, condition, scope)
                    true = Flag(True, span=arg.span)
                    out.append(Broken(span=arg.span) if items is None else Listing((true,) * len(items), span=arg.span))
                case n.Named() | n.Filtered() | n.Amount():
                    out.append(self.broken(rules.TYPE, "this function takes plain values", arg.span))
                case _:
                    out.append(self.evaluate(arg, scope))
        return None if any(isinstance(v, Broken) for v in out) else tuple(out)

    def _counted(self, value: Value) -> Value:
        """A computed list or text, paid for by its length."""
        match value:
            case Listing(items):
                paid = self.spend(len(items), value.span)
            case Text(text):
                paid = self.spend(len(text) // 100, value.span)
            case _:
                return value
        return value if paid else Broken(span=value.span)

    def _exhausted(self, message: str, span: Span) -> Value:
        return self.broken(rules.TOO_LARGE, message, span, "split the design, or generate fewer objects")

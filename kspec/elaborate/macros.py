"""CEL's macros: `xs.all(x, p)` is another way to write `forall x in xs: p`.

The text stays as it was written; whoever asks what a call means asks for its meaning here first.
"""

from __future__ import annotations

from kspec.syntax import nodes as n

_ONE = "1"


def meaning(call: n.Call) -> n.Expr | None:
    """What a macro stands for: quantifiers and lists built from lists. None for any other call."""
    match call:
        case n.Call(n.Attribute(source, method), (n.Name(text) as name, body)) if isinstance(body, n.Node):
            variable = n.Key(text, span=name.span)
            return _over(method.text, source, variable, name, body, call)
        case _:
            return None


def _over(method: str, source: n.Expr, variable: n.Key, name: n.Name, body: n.Argument, call: n.Call) -> n.Expr | None:
    if isinstance(body, n.Named | n.Filtered | n.Generator | n.Amount):
        return None
    match method:
        case "all":
            return n.Quantified(n.Quantifier.FORALL, (variable,), source, body, span=call.span)
        case "exists":
            return n.Quantified(n.Quantifier.EXISTS, (variable,), source, body, span=call.span)
        case "filter":
            return n.ListOf(name, variable, source, body, span=call.span)
        case "map":
            return n.ListOf(body, variable, source, None, span=call.span)
        case "exists_one":
            those = n.ListOf(name, variable, source, body, span=call.span)
            count = n.Call(n.Name("size", span=call.span), (those,), span=call.span)
            return n.Binary(n.Operator.EQ, count, n.Number(_ONE, span=call.span), span=call.span)
        case _:
            return None


def asked(call: n.Call) -> n.Attribute | None:
    """`spec.strategy` of `has(spec.strategy)`: the field whose presence is asked for."""
    match call:
        case n.Call(n.Name("has"), (n.Attribute() as field,)):
            return field
        case _:
            return None

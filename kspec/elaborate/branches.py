"""Conditions that decide nothing: the same whatever the environment, the parameters and the loops around them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kspec.elaborate import rules
from kspec.elaborate.evaluate import Evaluator
from kspec.elaborate.evaluate.scope import Binding, Scope
from kspec.source.diagnostic import Diagnostics
from kspec.syntax import nodes as n
from kspec.syntax.nodes.trees import within

_DEEPEST = 20


def report_constant(items: Iterable[n.Item | n.Top], scope: Scope, diagnostics: Diagnostics) -> None:
    """Report each `if` whose condition is made of fixed values and of `let`s that are."""
    for condition in _conditions(items, frozenset()):
        if condition is not None and _is_fixed(condition, scope):
            truth = Evaluator(Diagnostics()).truth(condition, scope)
            if truth is not None:
                what = "is always true: what stands in its `else` is never written" if truth else "is never true"
                help = "make it depend on a `param`, or remove it"
                diagnostics.report(rules.CONSTANT_BRANCH, f"this condition {what}", condition.span, help=help)


def _conditions(items: Iterable[object], bound: frozenset[str]) -> Iterator[n.Expr | None]:
    """Every condition below some items that names nothing which a loop or a module binds."""
    for item in items:
        match item:
            case n.If(condition, then, orelse):
                yield condition if not _names(condition) & bound else None
                yield from _conditions((*then, *orelse), bound)
            case n.For(variable, _, body):
                yield from _conditions(body, bound | {variable.text})
            case n.Define(_, params, body):
                yield from _conditions(body, bound | {p.name.text for p in params})
            case n.Block(_, _, body) | n.PathBlock(_, body) | n.Instance(_, _, _, body) | n.Env(_, _, body):
                inner = bound | {i.name.text for i in body if isinstance(i, n.Let)}
                yield from _conditions(body, inner)
            case _:
                pass


def _is_fixed(expr: n.Expr, scope: Scope, depth: int = 0) -> bool:
    """Whether an expression comes to the same always. Calls are taken for something that may differ."""
    if depth > _DEEPEST or _has(expr, n.Call | n.ListOf | n.Quantified | n.Reference | n.Pick):
        return False
    return all(_is_fixed_name(scope.find(name), depth) for name in _names(expr))


def _is_fixed_name(binding: Binding | None, depth: int) -> bool:
    fixed = binding is not None and binding.declaration == "let" and binding.expr is not None
    if not fixed or binding is None or binding.scope is None or binding.expr is None:
        return False
    return _is_fixed(binding.expr, binding.scope, depth + 1)


def _names(expr: object) -> frozenset[str]:
    return frozenset(node.text for node in within(expr) if isinstance(node, n.Name))


def _has(expr: object, kinds: object) -> bool:
    return any(isinstance(node, kinds) for node in within(expr))  # type: ignore[arg-type]

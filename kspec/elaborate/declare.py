"""Binds the names that a text declares: parameters, `let`, `fn`, `define`, `enum`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kspec.elaborate import rules
from kspec.elaborate.evaluate import Evaluator
from kspec.elaborate.evaluate.scope import Binding, Enumeration, Function, Module, Scope
from kspec.source.diagnostic import Diagnostics, Label
from kspec.source.text import Span
from kspec.syntax import nodes as n
from kspec.syntax.nodes.trees import within

ONLY_AT_THE_TOP = (n.Param, n.Env, n.Use, n.Import)


def bind_declarations(
    items: Iterable[n.Item | n.Top], scope: Scope, diagnostics: Diagnostics, *, top: bool = False
) -> None:
    """Bind what the items declare in `scope`; values are evaluated when they are first needed.

    Parameters, environments and imports are declared at the `top` of a file only.
    """
    for item in items:
        if isinstance(item, ONLY_AT_THE_TOP) and not top:
            word = type(item).__name__.lower()
            diagnostics.report(rules.TYPE, f"`{word}` stands at the top of a file", item.span)
            continue
        binding = _binding(item, scope)
        if binding is None:
            continue
        first = scope.names.setdefault(binding.name, binding)
        if first is not binding:
            _twice(first, binding.span, diagnostics)


def _binding(item: n.Item | n.Top, scope: Scope) -> Binding | None:
    match item:
        case n.Let(name, params, value) if params:
            return Function(name.text, name.span, "let", scope=scope, params=params, body=value)
        case n.Let(name, _, value):
            return Binding(name.text, name.span, "let", expr=value, scope=scope)
        case n.Fn(name, params, returns, body):
            return Function(name.text, name.span, "fn", scope=scope, params=params, body=body, returns=returns)
        case n.Define(name):
            return Module(name.text, name.span, "define", scope=scope, define=item)
        case n.Enum_(name, members):
            return Enumeration(name.text, name.span, "enum", members=tuple(m.text for m in members))
        case n.Param(declaration):
            name, type = declaration.name, declaration.type
            return Binding(name.text, name.span, "param", expr=declaration.default, type=type, scope=scope)
        case _:
            return None


def _twice(first: Binding, span: Span, diagnostics: Diagnostics) -> None:
    related = (Label("the first one", first.span),)
    diagnostics.report(rules.DUPLICATE, f"`{first.name}` is declared twice", span, related=related)


def report_unused(scope: Scope, diagnostics: Diagnostics) -> None:
    """Report the declarations of the files given that nothing refers to; what is imported may be a library."""
    for binding in scope.names.values():
        if binding.declaration is not None and not binding.used and not binding.name.startswith("_"):
            message = f"nothing uses the {binding.declaration} `{binding.name}`"
            help = "remove it, or start its name with `_` to keep it"
            diagnostics.report(rules.UNUSED, message, binding.span, help=help)
        for param in _unused_parameters(binding):
            message = f"`{binding.name}` does nothing with its parameter `{param.name.text}`"
            diagnostics.report(rules.UNUSED, message, param.name.span, help="remove it, or start its name with `_`")


def _unused_parameters(binding: Binding) -> Iterator[n.ParamDecl]:
    """The parameters of a function or a module that neither its body nor another default mentions."""
    match binding:
        case Function(declaration="fn", params=params, body=body):
            mentioned = _mentioned((body, *(p.default for p in params)))
        case Module(define=n.Define(_, params, items)):
            mentioned = _mentioned((*items, *(p.default for p in params)))
        case _:
            return
    yield from (p for p in params if p.name.text not in mentioned and not p.name.text.startswith("_"))


def _mentioned(parts: Iterable[object]) -> set[str]:
    """Every word that is written somewhere in these nodes."""
    return {part.text for part in within(tuple(parts)) if isinstance(part, n.Name | n.Key)}


def evaluate_all(scopes: Iterable[Scope], evaluator: Evaluator) -> None:
    """Work out what nothing has asked for yet, so that a mistake in it is told all the same."""
    for scope in scopes:
        for binding in scope.names.values():
            if binding.expr is not None and binding.value is None:
                used = binding.used
                evaluator.meaning(binding, binding.span)
                binding.used = used

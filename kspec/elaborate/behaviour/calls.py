"""Calls: a function of the design, a fold, a function of the models, or one that is Python, in this order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

from kspec.elaborate.behaviour.folds import fold_call, is_fold
from kspec.elaborate.behaviour.mistakes import TYPE, UNKNOWN_NAME, mistake
from kspec.elaborate.behaviour.scope import Function, Scope
from kspec.elaborate.behaviour.types import admits
from kspec.elaborate.behaviour.values import Value, describe
from kspec.syntax import nodes as n

if TYPE_CHECKING:
    from kspec.elaborate.behaviour.evaluator import Evaluator


def call(evaluator: Evaluator, node: n.Call) -> Callable[[Scope], Value]:
    """What a call does in a scope."""
    match node.function:
        case n.Name(text=name):
            return _of_word(evaluator, name, node)
        case n.Attribute(target=target, name=key):
            return _of_method(evaluator, evaluator.code(target), key.text, node)
        case _:

            def refuse(scope: Scope) -> Value:
                raise mistake(TYPE, "only a name can be called", node.span)

            return refuse


def _of_word(evaluator: Evaluator, name: str, node: n.Call) -> Callable[[Scope], Value]:
    """`name(a, b)`."""
    arguments, span, folds = _arguments(evaluator, node), node.span, is_fold(name, node.args)
    chosen = _chosen(evaluator, name, node)

    def called(scope: Scope) -> Value:
        local = scope.find(name)
        if isinstance(local, Function):
            return evaluator.apply(local, arguments(scope), span)
        if folds:
            return fold_call(evaluator, name, node, scope)
        return chosen(arguments(scope))

    return called


def _of_method(
    evaluator: Evaluator, target: Callable[[Scope], Value], name: str, node: n.Call
) -> Callable[[Scope], Value]:
    """`target.name(b)`, which is `name(target, b)`."""
    arguments, chosen = _arguments(evaluator, node), _chosen(evaluator, name, node)

    def called(scope: Scope) -> Value:
        first = target(scope)
        return chosen((first, *arguments(scope)))

    return called


def _chosen(evaluator: Evaluator, name: str, node: n.Call) -> Callable[[tuple[Value, ...]], Value]:
    """The version of a function that takes the arguments; else the one that is Python."""
    versions, builtin, span = evaluator.library.functions.get(name, ()), evaluator.library.builtin(name), node.span

    def chosen(arguments: tuple[Value, ...]) -> Value:
        for version in versions:
            if len(version.params) == len(arguments) and all(
                admits(declared, value) for (_, declared), value in zip(version.params, arguments, strict=True)
            ):
                return evaluator.apply(version, arguments, span)
        if builtin is None:
            raise _no_function(evaluator, name, arguments, node)
        return builtin(evaluator, arguments, span)

    return chosen


def _arguments(evaluator: Evaluator, node: n.Call) -> Callable[[Scope], tuple[Value, ...]]:
    parts = [_argument(evaluator, arg) for arg in node.args]
    return lambda scope: tuple([part(scope) for part in parts])


def _argument(evaluator: Evaluator, arg: n.Argument) -> Callable[[Scope], Value]:
    match arg:
        case n.Named(value=value):
            return evaluator.code(value)
        case n.Filtered() | n.Generator() | n.Amount():

            def refuse(scope: Scope) -> Value:
                raise mistake(TYPE, "this argument is only for count, sum, min, max, any, all and none", arg.span)

            return refuse
        case _:
            return evaluator.code(arg)


def _no_function(evaluator: Evaluator, name: str, arguments: Sequence[Value], node: n.Call) -> Exception:
    versions = evaluator.library.functions.get(name, ())
    if versions:
        given = ", ".join(describe(a) for a in arguments)
        wanted = " or ".join(f"({', '.join(t for _, t in v.params)})" for v in versions)
        return mistake(TYPE, f"{name} takes {wanted}, found ({given})", node.span)
    close = get_close_matches(name, evaluator.library.names(), 1)
    help = f"did you mean {close[0]}?" if close else None
    return mistake(UNKNOWN_NAME, f"there is no function {name}", node.span, help)

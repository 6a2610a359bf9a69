"""Core expressions as S-expressions: the form in which certificates keep lemmas, to be read again by a checker."""

from __future__ import annotations

import hashlib
import json
import re

from kspec.core.expr import BOOL, INT, Aggregate, Apply, Const, Enabled, Expr, Fold, Global, Local, Op, Param
from kspec.core.rewrite import apply
from kspec.core.system import System

_TOKEN = re.compile(r'\(|\)|"(?:[^"\\]|\\.)*"|[^\s()"]+')


class Unreadable(ValueError):
    """The text is not an expression."""


def write(expr: Expr) -> str:
    """The text of an expression; names are quoted."""
    match expr:
        case Const():
            return ("true" if expr.value else "false") if expr.sort is BOOL else str(expr.value)
        case Global() | Local():
            word = "global" if isinstance(expr, Global) else "local"
            return f"({word}{'?' if expr.sort is BOOL else ''} {json.dumps(expr.name)})"
        case Param():
            return f"(param {json.dumps(expr.name)})"
        case Enabled():
            return f"(enabled {json.dumps(expr.component or '')})"
        case Aggregate():
            classes = " ".join(map(str, sorted(expr.classes)))
            return f"(over {expr.fold.value} ({classes}) {write(expr.body)})"
        case Apply():
            return f"({expr.op.value} {' '.join(write(arg) for arg in expr.args)})"


def read(text: str) -> Expr:
    """The expression of a text that `write` made; raises `Unreadable`."""
    tokens = _TOKEN.findall(text)[::-1]
    expr = _read(tokens)
    if tokens:
        raise Unreadable("something follows the expression")
    return expr


def _read(tokens: list[str]) -> Expr:
    token = _next(tokens)
    if token in ("true", "false"):
        return Const(int(token == "true"), BOOL)
    if token != "(":
        try:
            return Const(int(token), INT)
        except ValueError:
            raise Unreadable(f"{token} is no expression") from None
    expr = _form(_next(tokens), tokens)
    if _next(tokens) != ")":
        raise Unreadable("a closing parenthesis is missing")
    return expr


def _form(word: str, tokens: list[str]) -> Expr:
    sort = BOOL if word.endswith("?") else INT
    match word.rstrip("?"):
        case "global":
            return Global(_name(tokens), sort)
        case "local":
            return Local(_name(tokens), sort)
        case "param":
            return Param(_name(tokens))
        case "enabled":
            return Enabled(_name(tokens) or None)
        case "over":
            return Aggregate(Fold(_next(tokens)), _classes(tokens), _read(tokens))
        case operator:
            if operator not in {op.value for op in Op}:
                raise Unreadable(f"{operator} is no operator")
            args = []
            while tokens and tokens[-1] != ")":
                args.append(_read(tokens))
            return apply(Op(operator), tuple(args))


def _classes(tokens: list[str]) -> frozenset[int]:
    if _next(tokens) != "(":
        raise Unreadable("classes are listed in parentheses")
    found = []
    while (token := _next(tokens)) != ")":
        found.append(int(token))
    return frozenset(found)


def _name(tokens: list[str]) -> str:
    token = _next(tokens)
    if not token.startswith('"'):
        raise Unreadable(f"{token} is no name")
    return str(json.loads(token))


def _next(tokens: list[str]) -> str:
    if not tokens:
        raise Unreadable("the text ends too early")
    return tokens.pop()


def digest(system: System) -> str:
    """A fingerprint of a flat system's meaning: places, bounds, actions, properties; not of narration or positions."""
    parts = [f"{v.name} {v.low} {v.high} {write(v.init)}" for v in system.globals]
    parts += [f"{p.name} {p.low} {p.high}" for p in system.params] + [write(system.assumption)]
    for action in system.actions:
        updates = " ".join(f"{name} := {write(value)}" for name, value in sorted(action.globals.items()))
        parts.append(f"{action.label} {action.kind.value} {write(action.guard)} {write(action.certainly)} {updates}")
    for asked in system.properties:
        parts.append(f"{asked.name} {asked.kind.value} {write(asked.premise)} {write(asked.formula)}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()

"""What stands between two neighbouring tokens of one line."""

from __future__ import annotations

from kspec.syntax.format.concrete import Concrete, Part, last
from kspec.syntax.tokens import Token

_CLOSING = frozenset({",", ")", "]", ":"})
_OPENING = frozenset({"(", "[", "@", "!"})
_CALLS = frozenset({"component_decl", "action_decl", "procedure_decl", "fn_decl", "let_decl", "define_decl"})
_DOTTED = frozenset({"REF", "QNAME"})
"""Tokens that would swallow a dot behind them."""


def apart(rule: str, left: Part, right: Part) -> bool:
    """Whether a blank stands between two children of a production."""
    before = last(left)
    if _is(right, *_CLOSING) or _is(left, *_OPENING):
        return False
    if _is(left, "-") and rule == "negative":
        return False
    if isinstance(right, Concrete) and right.rule == "args":
        return False
    if isinstance(right, Concrete) and right.rule == "parentheses":
        return rule not in _CALLS
    if isinstance(right, Concrete) and right.rule == "subscript":
        return False
    if _is(left, ".") or _is(left, "..") or _is(right, ".") or _is(right, ".."):
        return _dotted(rule, left, right, before)
    return True


def _dotted(rule: str, left: Part, right: Part, before: Token) -> bool:
    """`a.b`, `1..3` are written together; `0.. =` and `deployment/web ..` are not."""
    if _is(right, ".", ".."):
        return before.kind in _DOTTED
    return rule == "open_variable" and not _is(right, "..")


def _is(part: Part, *kinds: str) -> bool:
    return isinstance(part, Token) and part.kind in kinds

"""Mistakes that the grammar lets pass, because forbidding them there would make it larger than its use."""

from __future__ import annotations

import re

from kspec.source.text import Span
from kspec.syntax import nodes as n
from kspec.syntax.limits import MAX_NUMBER
from kspec.syntax.recovery.mistake import Mistake

_TRUE = frozenset({"yes", "Yes", "YES", "on", "On", "ON", "True", "TRUE"})
_FALSE = frozenset({"no", "No", "NO", "off", "Off", "OFF", "False", "FALSE"})
_TAKEN = frozenset(
    {"true", "false", "null", "if", "forall", "exists", "always", "eventually", "never", "next", "any", "all"}
)
_NAMED = {
    **dict.fromkeys(("invariant", "goal", "witness"), "{word} NAME: ..."),
    **dict.fromkeys(("policy", "scenario", "component", "env", "enum"), "{word} NAME {{ ... }}"),
    **dict.fromkeys(("use", "import"), '{word} "PATH"'),
    **dict.fromkeys(("let", "fn"), "{word} NAME = ..."),
    "param": "param NAME: TYPE = ...",
    "define": "define NAME(...) {{ ... }}",
    "resource": "resource API/VERSION KIND NAME {{ ... }}",
}
_OPERATORS = {
    "and": "write `&&` between conditions, `,` between disturbances",
    "or": "write `||`",
    "not": "write `!`",
}
_MODULE = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_UNIT = re.compile(r"[KMGTPE]i?B?")
_ADDRESS = re.compile(r"\d+(?:\.\d+)+/\d+")
_DIVISION = re.compile(r"(.*)/(\d+)")


def truth(word: str) -> bool | None:
    """What a word of YAML 1.1 for a truth value means; None for any other word."""
    return True if word in _TRUE else False if word in _FALSE else None


def foreign_truth(word: str, span: Span) -> Mistake:
    """`hostNetwork: yes`."""
    meant = "true" if truth(word) else "false"
    return Mistake(
        f"a truth value is `true` or `false`, found `{word}`", span, f'write `{meant}`, or `"{word}"` for the text'
    )


def taken_name(word: str, span: Span) -> Mistake | None:
    """A declaration whose name could never be used."""
    if word not in _TAKEN:
        return None
    return Mistake(f"`{word}` has a meaning of its own and cannot be a name", span, "choose another name")


def module_path(path: n.PathRef) -> Mistake | None:
    """A path in front of a label that is no `alias.module`."""
    if len(path.parts) == 2 and all(isinstance(p, n.Key) and _MODULE.fullmatch(p.text) for p in path.parts):
        return None
    return Mistake("only a module has a path in front of a name", path.span, "write `alias.module name`")


def long_number(text: str, span: Span) -> Mistake | None:
    """A number with more digits than anything can count."""
    if len(text) <= MAX_NUMBER:
        return None
    message = f"a number has at most {MAX_NUMBER} characters, this one has {len(text):,}"
    return Mistake(message, span, "quote it if it is a text")


def top_word(word: str, span: Span) -> Mistake | None:
    """`invariant: always ...`: a word of the language read as a field."""
    form = _NAMED.get(word)
    if form is None:
        return None
    return Mistake(f"`{word}` is no field", span, f"write `{form.format(word=word)}`")


def block_word(word: str, span: Span) -> Mistake | None:
    """`else { ... }` where no `if` stands before it, `and drain(...)`: a word read as the kind of a block."""
    if word in ("else", "elif", "elsif", "elseif"):
        return Mistake(
            f"there is no `if` before this `{word}`",
            span,
            "write `if CONDITION { ... } else if ... { ... } else { ... }`",
        )
    if word in ("and", "or"):
        return Mistake(f"there is no operator `{word}`", span, _OPERATORS[word])
    return None


def unit_noun(number: str, noun: str, span: Span) -> Mistake | None:
    """`3 Gi` over two lines: an amount of something that is a unit."""
    if not _UNIT.fullmatch(noun):
        return None
    message = f"a number and its unit are written together, found `{number} {noun}`"
    return Mistake(message, span, f"write `{number}{noun.rstrip('B')}`")


def qualified_value(text: str, span: Span) -> Mistake | None:
    """`10.0.0.0/8` and `web.desired/3`, which look like `example.com/name`."""
    if _ADDRESS.fullmatch(text):
        return Mistake(f"an address range is written in quotes, found `{text}`", span, f'quote it: `"{text}"`')
    division = _DIVISION.fullmatch(text)
    if division:
        return Mistake("`/` needs a blank on both sides", span, f"write `{division[1]} / {division[2]}`")
    return None

"""Declarations: names and types that are missing, and words of other languages."""

from __future__ import annotations

import re

from kspec.syntax.recovery.mistake import Edit, Mistake, instead, made
from kspec.syntax.recovery.scene import Scene
from kspec.syntax.tokens import Token

_LET = frozenset({"var", "const", "val", "local", "set", "auto", "final"})
_FN = frozenset({"func", "function", "def", "fun"})
_DEFINE = frozenset({"module", "template", "macro", "class"})
_UNITS = (
    (re.compile(r"ms|millis(?:econds?)?"), "ms"),
    (re.compile(r"s|secs?|seconds?"), "s"),
    (re.compile(r"m|mins?|minutes?"), "m"),
    (re.compile(r"h|hrs?|hours?"), "h"),
    (re.compile(r"percent|%"), "%"),
    (re.compile(r"[KMGTPE]i?B?"), ""),
)


def untyped(scene: Scene) -> Mistake | None:
    """`param replicas = 3`, `define web(name)`, `param replicas: 3`: a parameter without its type."""
    at, tokens = scene.index, scene.tokens
    name = scene.before
    if scene.token.kind in ("=", ",", ")") and name.kind in ("NAME",) and scene.accepts(":"):
        opener = scene.at(at - 2)
        if opener.kind not in ("(", ",") and opener.word != "_PARAM":
            return None
        value = scene.after if scene.token.kind == "=" else None
        guess = _type(value)
        edit = Edit(at, at, (made(":", ":", name), made("NAME", guess, name)))
        if not scene.works(edit, reach=1):
            return None
        default = f" = {value.text}" if value is not None else ""
        help = f"write `{name.text}: {guess}{default}`"
        return Mistake(f"a parameter has a type: expected `:` after `{name.text}`", scene.gap(), help, (edit,))
    value_at = at if scene.accepts("NAME") and scene.accepts("NUMBER") else at - 1
    value = scene.at(value_at)
    declared = scene.at(value_at - 3).word == "_PARAM" and scene.at(value_at - 1).kind == ":"
    if not declared or value.kind not in ("NUMBER", "STRING", "["):
        return None
    guess, written = _type(value), tokens[value_at - 2].text
    edit = Edit(value_at, value_at, (made("NAME", guess, scene.at(value_at - 1)), made("=", "=", value, before=True)))
    if not scene.works(edit, reach=1):
        return None
    help = f"write `{written}: {guess} = {value.text}`"
    return Mistake(f"expected the type of `{written}`, found `{value.text}`", scene.span(value_at), help, (edit,))


def _type(value: Token | None) -> str:
    """The type that a default suggests."""
    if value is None:
        return "string"
    match value.kind:
        case "NUMBER":
            return "int" if value.text.isdigit() else "Quantity"
        case "[":
            return "list[string]"
        case "NAME" if value.text in ("true", "false"):
            return "bool"
        case _:
            return "string"


def nameless(scene: Scene) -> Mistake | None:
    """`invariant "title": ...`, `web_service(image: "x")`: a declaration or an instance without a name."""
    at, before = scene.index, scene.before
    if scene.token.kind == "STRING" and before.word in ("PROPERTY", "_POLICY", "_SCENARIO") and scene.accepts("NAME"):
        edit = Edit(at, at, (made("NAME", "_", before),))
        help = f"write `{before.text} NAME {scene.token.text}`"
        return Mistake(f"`{before.text}` needs a name before its title", scene.gap(), help, (edit,))
    if scene.token.kind == "(" and before.kind == "NAME" and scene.item(at - 1) == at - 1:
        edit = Edit(at, at, (made("NAME", "_", before),))
        if scene.works(edit, reach=2):
            message = f"an instance of `{before.text}` needs a name"
            return Mistake(message, scene.gap(), f"write `{before.text} NAME(...)`", (edit,))
    return None


def foreign(scene: Scene) -> Mistake | None:
    """`var x = 3`, `def f(...)`, `const`."""
    start = scene.item(max(scene.index - 1, 0))
    token = scene.tokens[start]
    for words, kind, text in ((_LET, "_LET", "let"), (_FN, "_FN", "fn"), (_DEFINE, "_DEFINE", "define")):
        if token.text not in words or not scene.accepts(kind, start):
            continue
        word = instead("NAME", text, token)
        word.word = kind
        edit = Edit(start, start + 1, (word,))
        if scene.progress((edit,), 2) >= 1:
            return Mistake(f"there is no `{token.text}`", scene.span(start), f"write `{text}`", (edit,))
    return None


def typed_let(scene: Scene) -> Mistake | None:
    """`let zones: list = [...]`: a `let` has the type of its value."""
    at = scene.index
    if scene.token.kind != ":" or scene.at(at - 2).text != "let" or not scene.accepts("="):
        return None
    stop = at + 1
    while stop < scene.line_end(at) and scene.tokens[stop].kind != "=":
        stop += 1
    if scene.at(stop).kind != "=" or not scene.works(edit := Edit(at, stop)):
        return None
    message = "a `let` has the type of its value"
    return Mistake(message, scene.span(at, stop), f"remove `{scene.source(at, stop)}`", (edit,))


def result_type(scene: Scene) -> Mistake | None:
    """`fn half(n: int): int = ...`."""
    at = scene.index
    edit = Edit(at, at + 1, (instead("->", "->", scene.token),))
    if scene.token.kind != ":" or scene.before.kind != ")" or not scene.accepts("->") or not scene.works(edit):
        return None
    return Mistake("the type of a result stands behind `->`", scene.span(), "write `->`", (edit,))


def apart(scene: Scene) -> Mistake | None:
    """`wait 30 seconds`, `memory: 16 Gi`, `cpu: 70 %`: a number apart from its unit."""
    at = scene.index
    for place in range(at, max(at - 3, 0), -1):
        number, unit = scene.at(place - 1), scene.tokens[place]
        suffix = _suffix(unit.text)
        if suffix is None or number.kind != "NUMBER" or not number.text[-1].isdigit() or number.line != unit.line:
            continue
        edit = Edit(place - 1, place + 1, (instead("NUMBER", number.text + suffix, number, unit),))
        if scene.works(edit, reach=1):
            written = scene.text[number.start : unit.end]
            message = f"a number and its unit are written together, found `{written}`"
            return Mistake(message, scene.span(place - 1, place + 1), f"write `{number.text}{suffix}`", (edit,))
    return None


def _suffix(word: str) -> str | None:
    """The suffix that a unit's name stands for."""
    return next((short or word.rstrip("B") for pattern, short in _UNITS if pattern.fullmatch(word)), None)


def stray_word(scene: Scene) -> Mistake | None:
    """`if x then {`, `wait for settled`, `@allow KS2005`: a small word too many or too few."""
    at, token = scene.index, scene.token
    if token.text == "then" and scene.accepts("{") and scene.after.kind == "{":
        return Mistake("an `if` with a block takes no `then`", scene.span(), "remove it", (Edit(at, at + 1),))
    if token.text == "for" and scene.accepts("UNTIL"):
        word = instead("NAME", "until", token)
        word.word = "UNTIL"
        return Mistake(
            "a condition to wait for follows `until`", scene.span(), "write `wait until`", (Edit(at, at + 1, (word,)),)
        )
    if token.text in ("of", "from") and scene.accepts("_IN"):
        word = instead("NAME", "in", token)
        word.word = "_IN"
        return Mistake(
            f"a loop runs over its list with `in`, found `{token.text}`",
            scene.span(),
            "write `in`",
            (Edit(at, at + 1, (word,)),),
        )
    return _attribute(scene)


def _attribute(scene: Scene) -> Mistake | None:
    """`@allow KS2005` on the line above what it belongs to."""
    for place in range(scene.index, max(scene.index - 4, 1), -1):
        rule, word, sign = scene.tokens[place], scene.at(place - 1), scene.at(place - 2)
        if sign.kind != "@" or word.line != rule.line or not re.fullmatch(r"KS\d{4}", rule.text):
            continue
        opening = made("(", "(", word)
        edit = Edit(place, place + 1, (opening, rule, made(")", ")", rule)))
        help = f'write `@{word.text}({rule.text}, reason: "...")`'
        return Mistake(f"what `@{word.text}` is about stands in parentheses", scene.span(place), help, (edit,))
    return None

"""Small words of other languages, and units apart from their numbers."""

from __future__ import annotations

import re

from kspec.syntax.recovery.mistake import Edit, Mistake, instead
from kspec.syntax.recovery.scene import Scene

_UNITS = (
    (re.compile(r"ms|millis(?:econds?)?"), "ms"),
    (re.compile(r"s|secs?|seconds?"), "s"),
    (re.compile(r"m|mins?|minutes?"), "m"),
    (re.compile(r"h|hrs?|hours?"), "h"),
    (re.compile(r"percent|%"), "%"),
    (re.compile(r"[KMGTPE]i?B?"), ""),
)


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
    if token.text == "for" and scene.before.text == "wait" and scene.accepts("UNTIL"):
        word = instead("NAME", "until", token)
        word.word = "UNTIL"
        return Mistake(
            "a condition to wait for follows `until`", scene.span(), "write `wait until`", (Edit(at, at + 1, (word,)),)
        )
    if token.text in ("of", "from", "=", ":") and scene.accepts("_IN") and scene.at(at - 2).text == "for":
        word = instead("NAME", "in", token)
        word.word = "_IN"
        return Mistake(
            f"a loop runs over its list with `in`, found `{token.text}`",
            scene.span(),
            "write `in`",
            (Edit(at, at + 1, (word,)),),
        )
    if token.text in ("if", "where", "unless") and scene.accepts("_WHEN"):
        word = instead("NAME", "when", token)
        word.word = "_WHEN"
        edit = Edit(at, at + 1, (word,))
        return Mistake(f"a guard follows `when`, found `{token.text}`", scene.span(), "write `when`", (edit,))
    return None


def quoted_name(scene: Scene) -> Mistake | None:
    """`enum tier { "gold" }`: a name where only a bare one can stand."""
    at, token = scene.index, scene.token
    if token.kind != "STRING" or not scene.accepts("NAME") or not re.fullmatch(r"[A-Za-z_][\w-]*", token.text[1:-1]):
        return None
    name = token.text[1:-1]
    edit = Edit(at, at + 1, (instead("NAME", name, token),))
    if scene.progress((edit,), 2) < 2:
        return None
    return Mistake(f"a name has no quotes here, found `{token.text}`", scene.span(), f"write `{name}`", (edit,))


def loop_in_parentheses(scene: Scene) -> Mistake | None:
    """`for (z in zones) {`."""
    at = scene.index
    if scene.token.kind != "(" or scene.before.text != "for":
        return None
    stop = scene.line_end(at + 1)
    if scene.tokens[stop].kind != ")":
        return None
    inner = scene.source(at + 1, stop)
    edits = Edit(at, at + 1), Edit(stop, stop + 1)
    return Mistake("a loop has no parentheses", scene.span(), f"write `for {inner} {{`", edits)


def else_if(scene: Scene) -> Mistake | None:
    """`elif a == 2 {`."""
    start = scene.item(max(scene.index - 1, 0))
    word = scene.tokens[start]
    if word.text not in ("elif", "elsif", "elseif") or start == 0 or scene.tokens[start - 1].kind != "}":
        return None
    words = instead("NAME", "else", word), instead("NAME", "if", word)
    words[0].word, words[1].word = "_ELSE", "_IF"
    edit = Edit(start, start + 1, words)
    if scene.progress((edit,), 1) < 1:
        return None
    return Mistake(f"there is no `{word.text}`", scene.span(start), "write `else if`", (edit,))


def removed_by_words(scene: Scene) -> Mistake | None:
    """`remove pdb web`."""
    for place in range(scene.index, max(scene.index - 2, 2), -1):
        kind, name = scene.at(place - 2), scene.at(place - 1)
        if (
            scene.at(place - 3).word != "_REMOVE"
            or kind.kind != "NAME"
            or name.kind != "NAME"
            or kind.line != name.line
        ):
            continue
        written = f"{kind.text}/{name.text}"
        edit = Edit(place - 2, place, (instead("REF", written, kind, name),))
        if scene.progress((edit,), 1) >= 1:
            span = scene.span(place - 2, place)
            return Mistake("an object is named by its kind and its name", span, f"write `remove {written}`", (edit,))
    return None

"""Mistakes below the grammar: text that forms no token."""

from __future__ import annotations

import re

from kspec.syntax.recovery.mistake import Edit, Mistake, instead
from kspec.syntax.recovery.scene import Scene
from kspec.syntax.tokens import Fault

_TYPOGRAPHIC = {
    "：": ":", "，": ",", "（": "(", "）": ")", "｛": "{", "｝": "}", "【": "[", "】": "]", "＝": "=",
    "–": "-", "—": "-", "−": "-", "…": "..", "→": "->", "⇒": "=>",
    "≤": "<=", "≥": ">=", "≠": "!=", "∧": "&&", "∨": "||", "¬": "!", "×": "*", "÷": "/", "∈": "in",
}  # fmt: skip
_QUOTED = re.compile(r"[“”„«](?P<double>[^“”„«»\n\"]*)[“”»\"]|[‘’‚](?P<single>[^‘’‚\n']*)[‘’']|`(?P<tick>[^`\n]*)`")
_OTHERS = {
    "\\": ("a line needs no `\\` to go on", "remove it: line breaks mean nothing", ()),
    "~": ("`~` is no value", "write `null`", (("_NULL", "null"),)),
    "&": ("`&` is no operator", "write `&&`", (("&&", "&&"),)),
    "|": ("`|` is no operator", "write `||`", (("||", "||"),)),
    "^": ("`^` is no operator", "write `(a && !b) || (!a && b)`", (("!=", "COMPARE"),)),
}
_KINDS = {"<=": "COMPARE", ">=": "COMPARE", "!=": "COMPARE", "*": "MULTIPLY", "/": "MULTIPLY", "in": "_IN"}


def fault(scene: Scene) -> Mistake | None:
    """A string left open, a comment of another language, a number with letters in it."""
    token, at = scene.token, scene.index
    match token.fault:
        case Fault.STRING:
            quote = token.text[0]
            repair = Edit(at, at + 1, (instead("STRING", f"{quote}{token.text[1:]}{quote}", token),))
            return Mistake(f"this text has no closing `{quote}`", scene.span(), f"end it with `{quote}`", (repair,))
        case Fault.BLOCK_STRING:
            repair = Edit(at, at + 1, (instead("STRING", '""', token),))
            span = scene.span()
            opening = type(span)(span.file, span.line, span.column, span.line, span.column + 3)
            help = 'end it with `"""` on a line of its own'
            return Mistake('this block of text has no closing `"""`', opening, help, (repair,))
        case Fault.HOLE:
            return _hole(scene)
        case Fault.COMMENT:
            return Mistake("comments begin with `#`", scene.span(), "write `# ...`", (Edit(at, at + 1),), "comment")
        case Fault.NUMBER:
            return _number(scene)
        case Fault.UNIT:
            number, _, unit = token.text.partition(" ")
            joined = number + unit.strip().rstrip("B")
            repair = Edit(at, at + 1, (instead("NUMBER", joined, token),))
            message = f"a number and its unit are written together, found `{token.text}`"
            return Mistake(message, scene.span(), f"write `{joined}`", (repair,))
        case Fault.CHARACTER:
            return _typographic(scene)
        case _:
            return None


def _hole(scene: Scene) -> Mistake:
    token, at = scene.token, scene.index
    hole = token.text.find("${")
    column = token.column + max(hole, 0)
    span = type(scene.span())(scene.path, token.line, column, token.line, column + 2)
    repair = Edit(at, at + 1, (instead("STRING", '""', token),))
    return Mistake("`${` has no closing `}`", span, "write `${NAME}`; a dollar sign itself is `$$`", (repair,))


def _number(scene: Scene) -> Mistake:
    token, at = scene.token, scene.index
    plain = token.text.replace("_", "")
    message = f"`{token.text}` is no number"
    if plain.isdigit():
        repair = instead("NUMBER", plain, token)
        return Mistake(message, scene.span(), f"write `{plain}`", (Edit(at, at + 1, (repair,)),))
    repair = instead("STRING", f'"{token.text}"', token)
    if re.fullmatch(r"0x[0-9a-fA-F]+", token.text):
        help = f"write it in decimal: `{int(token.text, 16)}`"
    else:
        help = f'quote it if it is a text: `"{token.text}"`'
    return Mistake(message, scene.span(), help, (Edit(at, at + 1, (repair,)),))


def _typographic(scene: Scene) -> Mistake | None:
    """Characters that word processors and chats put in the place of plain ones."""
    token, at = scene.token, scene.index
    quoted = _QUOTED.match(scene.text, token.start)
    if quoted:
        stop = at
        while scene.tokens[stop].start < quoted.end() and scene.tokens[stop].kind != "$END":
            stop += 1
        content = quoted["double"] or quoted["single"] or quoted["tick"] or ""
        repair = instead(
            "STRING", f"'{content}'" if "'" not in content else f'"{content}"', token, scene.tokens[stop - 1]
        )
        message = f'text is quoted with `"`, found `{quoted[0]}`'
        return Mistake(message, scene.span(at, stop), f'write `"{content}"`', (Edit(at, stop, (repair,)),))
    plain = _TYPOGRAPHIC.get(token.text)
    if plain is not None:
        kind = _KINDS.get(plain, "ADD" if plain == "-" and not scene.accepts("-") else plain)
        edit = Edit(at, at + 1, (instead(kind, plain, token),))
        return Mistake(f"`{token.text}` is not `{plain}`", scene.span(), f"write `{plain}`", (edit,))
    return None


def stray(scene: Scene) -> Mistake | None:
    """A character that means something elsewhere."""
    token, at = scene.token, scene.index
    if token.fault is not Fault.CHARACTER:
        return None
    if token.text == "|":
        for kind, text, message in (
            ("OR", "or", "what may happen instead is separated by `or`"),
            (":", ":", "what holds for all of them follows `:`"),
        ):
            edit = Edit(at, at + 1, (instead(kind, text, token),))
            if scene.works(edit, reach=2):
                return Mistake(f"{message}, found `|`", scene.span(), f"write `{text}`", (edit,))
    message, help, tokens = _OTHERS.get(token.text, ("", "", ()))
    edit = Edit(at, at + 1, tuple(instead(kind, text, token) for kind, text in tokens))
    if not message or scene.progress((edit,), 1) < 1:
        return None
    return Mistake(message, scene.span(), help, (edit,))

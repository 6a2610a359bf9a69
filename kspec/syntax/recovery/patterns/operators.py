"""Operators of other languages, and operators without the blanks they need here."""

from __future__ import annotations

from kspec.syntax.recovery.mistake import Edit, Mistake, instead, made
from kspec.syntax.recovery.scene import Scene

_SPELLED = {"and": "&&", "AND": "&&", "or": "||", "OR": "||", "implies": "=>", "is": "==", "eq": "==", "ne": "!="}
_TWO = {
    ("=", "<"): "<=", ("=", ">"): ">=", ("<", ">"): "!=", ("==", "="): "==", ("!=", "="): "!=", ("=", "=="): "==",
    ("=>", "="): ">=", ("..", "."): "..", ("&", "&"): "&&", ("|", "|"): "||", ("*", "*"): "*",
}  # fmt: skip
_COMPARISONS = frozenset({"==", "!=", "<=", ">=", "<", ">"})


def _kind(operator: str) -> str:
    return "COMPARE" if operator in _COMPARISONS else operator


def assignment(scene: Scene) -> Mistake | None:
    """`=`, `:`, `==` and `:=`, each where another of them belongs."""
    found = scene.token.text
    if found not in ("=", ":", "==", ":="):
        return None
    at, name = scene.index, scene.source(scene.item(), scene.index) or scene.before.text
    name = name if len(name) <= 40 and "\n" not in name else scene.before.text
    for kind, text, message, help in (
        (":", ":", f"a field takes `:`, found `{found}`", f"write `{name}: ...`"),
        ("=", "=", f"`=` belongs here, found `{found}`", f"write `{name} = ...`"),
        ("ASSIGN", ":=", f"an action assigns with `:=`, found `{found}`", f"write `{name} := ...`"),
        ("COMPARE", "==", f"values are compared with `==`, found `{found}`", "write `==`"),
    ):
        edit = Edit(at, at + 1, (instead(kind, text, scene.token),))
        if text != found and (found, text) != (":", "==") and scene.accepts(kind) and scene.works(edit, reach=2):
            opening = scene.tokens[scene.item()]
            if kind == "=" or opening.word == "PROPERTY":
                message = f"`{opening.text}` takes `{text}`, found `{found}`"
            return Mistake(message, scene.span(), help, (edit,))
    return None


def doubled(scene: Scene) -> Mistake | None:
    """`=<`, `<>`, `===`, `**`: two tokens glued into an operator of another language."""
    for first in (scene.index - 1, scene.index):
        if first < 0 or first + 1 >= len(scene.tokens) or not scene.glued(first + 1):
            continue
        pair = scene.tokens[first], scene.tokens[first + 1]
        meant = _TWO.get((pair[0].text, pair[1].text))
        if meant is None or not scene.accepts(_kind(meant), first):
            continue
        edit = Edit(first, first + 2, (instead(_kind(meant), meant, *pair),))
        written = pair[0].text + pair[1].text
        return Mistake(f"there is no operator `{written}`", scene.span(first, first + 2), f"write `{meant}`", (edit,))
    return None


def increment(scene: Scene) -> Mistake | None:
    """`term++`."""
    at, token = scene.index, scene.token
    if token.text not in ("+", "-") or scene.after.text != token.text or not scene.accepts("ASSIGN"):
        return None
    operator = f"{token.text}="
    tokens = instead("ASSIGN", operator, token), instead("NUMBER", "1", token)
    name = scene.source(scene.item(), at)
    message = f"there is no operator `{token.text * 2}`"
    return Mistake(message, scene.span(at, at + 2), f"write `{name} {operator} 1`", (Edit(at, at + 2, tokens),))


def spelled_out(scene: Scene) -> Mistake | None:
    """`and`, `or`, `not`."""
    at = scene.index
    for place in range(max(at - 4, 0), at + 1):
        word = scene.tokens[place]
        if word.text in ("not", "NOT") and scene.accepts("!", place):
            edit = Edit(place, place + 1, (instead("!", "!", word),))
            if scene.works(edit, reach=1):
                help = f"write `!{scene.at(place + 1).text}`"
                return Mistake(f"there is no operator `{word.text}`", scene.span(place), help, (edit,))
        meant = _SPELLED.get(word.text)
        if meant is None or not scene.accepts(_kind(meant), place):
            continue
        edit = Edit(place, place + 1, (instead(_kind(meant), meant, word),))
        if scene.works(edit, reach=1):
            return Mistake(f"there is no operator `{word.text}`", scene.span(place), f"write `{meant}`", (edit,))
    return None


def needs_blank(scene: Scene) -> Mistake | None:
    """`a -1`, `2*x`, `n/2`, `n % 2`: names may hold dashes, so operators stand free."""
    token, at = scene.token, scene.index
    if token.kind == "REF" and scene.before.kind == "." and "/" in token.text:
        return _division(scene)
    meant = {"-": "-", "+": "+", "*": "*", "/": "/", "%": "mod"}.get(token.text)
    if meant is None:
        return None
    kind = {"-": "ADD", "+": "ADD", "*": "MULTIPLY", "/": "MULTIPLY", "mod": "MOD"}[meant]
    if not scene.accepts(kind):
        return None
    edit = Edit(at, at + 1, (instead(kind, meant, token),))
    if not scene.works(edit, reach=2):
        return None
    if meant == "mod":
        return Mistake(
            "`%` is only the sign behind a percentage", scene.span(), "write `mod` for the remainder", (edit,)
        )
    left, right = scene.before.text, scene.after.text
    help = f"write `{left} {meant} {right}`"
    return Mistake(f"`{meant}` needs a blank on both sides", scene.span(), help, (edit,))


def range_in_words(scene: Scene) -> Mistake | None:
    """`replicas: 3 to 12`."""
    at = scene.index
    low, word = scene.at(at - 2), scene.before
    if scene.token.kind != "NUMBER" or low.kind != "NUMBER" or word.text not in ("to", "through", "till"):
        return None
    edit = Edit(at - 1, at, (instead("..", "..", word),))
    if not scene.works(edit, reach=2):
        return None
    written = f"{low.text}..{scene.token.text}"
    return Mistake(
        f"a range is written with `..`, found `{word.text}`", scene.span(at - 1), f"write `{written}`", (edit,)
    )


def _division(scene: Scene) -> Mistake | None:
    token, at = scene.token, scene.index
    left, _, right = token.text.partition("/")
    tokens = (
        instead("NAME", left, token),
        instead("MULTIPLY", "/", token),
        instead("NUMBER" if right[0].isdigit() else "NAME", right, token),
    )
    help = f"write `{left} / {right}`"
    return Mistake("`/` needs a blank on both sides", scene.span(), help, (Edit(at, at + 1, tokens),))


def ternary(scene: Scene) -> Mistake | None:
    """`a ? b : c`, and a conditional value with braces."""
    at, token = scene.index, scene.token
    if token.text == "?":
        stop = scene.line_end(at)
        condition, yes = scene.source(scene.value(), at), scene.source(at + 1, stop) or "A : B"
        help = f"write `if {condition} then {yes.replace(':', 'else', 1)}`"
        return Mistake("the language has no `? :`", scene.span(), help, (Edit(at, stop),))
    if token.kind == "{" and scene.accepts("_THEN"):
        return _braced_conditional(scene)
    return None


def _braced_conditional(scene: Scene) -> Mistake | None:
    at = scene.index
    first = scene.line_end(at + 1)
    tokens = scene.tokens
    if tokens[first].kind != "}" or scene.at(first + 1).word != "_ELSE" or scene.at(first + 2).kind != "{":
        edit = Edit(at, at + 1, (made("_THEN", "then", scene.before),))
        return Mistake("a conditional value has no braces", scene.span(), "write `if A then B else C`", (edit,))
    last = scene.line_end(min(first + 3, len(tokens) - 1))
    edits = (
        Edit(at, at + 1, (made("_THEN", "then", scene.before),)),
        Edit(first, first + 1),
        Edit(first + 2, first + 3),
        Edit(last, last + 1 if tokens[last].kind == "}" else last),
    )
    yes, no = scene.source(at + 1, first), scene.source(first + 3, last)
    condition = scene.source(scene.value(), at).removeprefix("if ")
    help = f"write `if {condition} then {yes} else {no}`"
    return Mistake("a conditional value has no braces", scene.span(), help, edits)

"""Declarations: names, titles and parentheses that are missing, and words of other languages."""

from __future__ import annotations

import re

from kspec.syntax.recovery.mistake import Edit, Mistake, instead, made
from kspec.syntax.recovery.scene import Scene

_LET = frozenset({"var", "const", "val", "local", "set", "auto", "final"})
_FN = frozenset({"func", "function", "def", "fun"})
_DEFINE = frozenset({"module", "template", "macro", "class"})


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


def parenthesised(scene: Scene) -> Mistake | None:
    """`measure a, b`, `under rollout web`, `define web name: Name {`, `define web {`: the parentheses are missing."""
    at, before = scene.index, scene.before
    if scene.expected != {"("} or scene.opens_line(at):
        return None
    opening = made("(", "(", before)
    line_end = scene.line_end(at)
    brace = next((i for i in range(at, line_end) if scene.tokens[i].kind == "{"), line_end)
    for stop in (at,) if brace == at else (at + 1, brace, line_end):
        closing = made(")", ")", scene.at(stop - 1))
        edits = (Edit(at, stop, (opening, *scene.tokens[at:stop], closing)),)
        if stop >= at and scene.works(*edits, reach=stop - at + 3):
            inner = scene.source(at, stop)
            message = f"`{before.text}` is followed by parentheses"
            return Mistake(message, scene.gap(), f"write `{before.text}({inner})`", edits)
    return None


def bare_title(scene: Scene) -> Mistake | None:
    """`invariant floor customers are served: ...`."""
    at = scene.index
    if scene.token.kind != "NAME" or not scene.accepts("STRING") or scene.accepts("NUMBER"):
        return None
    if scene.at(at - 2).word not in ("PROPERTY", "_POLICY", "_SCENARIO"):
        return None
    stop = at
    while scene.tokens[stop].kind == "NAME" and scene.tokens[stop].line == scene.token.line:
        stop += 1
    if scene.tokens[stop].kind not in (":", "{"):
        return None
    title = scene.source(at, stop)
    edit = Edit(at, stop, (instead("STRING", f'"{title}"', scene.token, scene.tokens[stop - 1]),))
    return Mistake("a title is written in quotes", scene.span(at, stop), f'quote it: `"{title}"`', (edit,))


def two_bases(scene: Scene) -> Mistake | None:
    """`env staging extends base, prod {`."""
    at = scene.index
    if scene.token.kind != "," or scene.at(at - 2).word != "_EXTENDS":
        return None
    stop = scene.line_end(at)
    brace = next((i for i in range(at, stop) if scene.tokens[i].kind == "{"), stop)
    help = f"let `{scene.after.text}` extend `{scene.before.text}`, and extend `{scene.after.text}` here"
    return Mistake("an overlay extends one other", scene.span(at, brace), help, (Edit(at, brace),))


def attribute(scene: Scene) -> Mistake | None:
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

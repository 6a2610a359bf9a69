"""Fields and blocks: a missing `:`, `{` or value, a `:` too many, commas between fields, lists without brackets."""

from __future__ import annotations

from kspec.syntax.recovery.layout import balance, dedent
from kspec.syntax.recovery.mistake import Edit, Mistake, instead, made
from kspec.syntax.recovery.scene import CLOSERS, Scene
from kspec.syntax.table import END

_HEADERS = 4
"""How many tokens may stand before a missing colon: `port http`, `topologySpread zone`."""


def brace(scene: Scene) -> Mistake | None:
    """`deployment web` and then its fields, indented: the `{` is missing."""
    at = scene.index
    if not scene.accepts("{") or scene.token.kind == END:
        return None
    edit = Edit(at, at, (made("{", "{", scene.before),))
    start = scene.item(at - 1)
    if not scene.works(edit, reach=2):
        return None
    deeper = scene.opens_line(at) and scene.token.column > scene.indentation(start)
    if not deeper and (scene.accepts(":") or scene.token.kind in CLOSERS.values()):
        return None
    head = _short(scene, start, at)
    edits: tuple[Edit, ...] = (edit,)
    if deeper and balance(scene) >= 0:
        stop = dedent(scene, at, scene.indentation(start))
        edits = edit, Edit(stop, stop, (made("}", "}", scene.tokens[stop - 1]),))
    return Mistake(f"`{head}` opens a block: expected `{{`", scene.gap(), f"write `{head} {{`", edits)


def colon(scene: Scene) -> Mistake | None:
    """`replicas 3`, `image "nginx"`: the `:` is missing."""
    at = scene.index
    start = scene.item(max(at - 1, 0)) if scene.item() == at else scene.item()
    last = at if scene.token.line == scene.at(start).line else at - 1
    for place in range(last, start, -1):
        if place - start > _HEADERS or not scene.accepts(":", place):
            continue
        edit = Edit(place, place, (made(":", ":", scene.tokens[place - 1]),))
        if scene.works(edit):
            name = scene.source(start, place)
            value = scene.at(place).text
            help = f"write `{name}: {value}`" if "\n" not in value else f"write `{name}: ...`"
            return Mistake(f"expected `:` after `{name}`", scene.gap(place), help, (edit,))
    return None


def one_colon(scene: Scene) -> Mistake | None:
    """`replicas:: 3`."""
    at = scene.index
    if scene.token.kind != ":" or scene.before.kind != ":":
        return None
    return Mistake("there is a `:` too many", scene.span(), "remove it", (Edit(at, at + 1),))


def side_by_side(scene: Scene) -> Mistake | None:
    """`"a" "b"`: texts are not joined by standing together."""
    at = scene.index
    if scene.token.kind != "STRING" or scene.before.kind != "STRING" or scene.opens_line(at) or scene.accepts(","):
        return None
    stop = at
    while scene.tokens[stop].kind == "STRING":
        stop += 1
    edit = Edit(at, stop)
    if not scene.works(edit, reach=1):
        return None
    help = "write one text, with `${...}` for its parts"
    return Mistake("texts that stand side by side are not joined", scene.span(at - 1, stop), help, (edit,))


def no_colon(scene: Scene) -> Mistake | None:
    """`container: app {`, `when: x`, `expect: y`: a `:` where none belongs."""
    start = scene.item(max(scene.index - 1, 0)) if scene.item() == scene.index else scene.item()
    for place in range(scene.index, max(start, scene.index - 6) - 1, -1):
        if scene.tokens[place].kind != ":" or place == 0:
            continue
        word = scene.tokens[place - 1]
        if scene.token.kind == "{" and place < scene.index:
            edits: tuple[Edit, ...] = (Edit(place, place + 1),)
            message = f"a block takes no `:` after `{word.text}`"
        elif word.kind == "NAME" and word.text in scene.table.words:
            keyword = instead("NAME", word.text, word)
            keyword.word = scene.table.words[word.text]
            edits = (Edit(place - 1, place + 1, (keyword,)),)
            message = f"`{word.text}` takes no `:`"
        else:
            continue
        if edits[0].start <= scene.index and scene.works(*edits):
            return Mistake(message, scene.span(place), "remove it", edits)
    return _keyword_ahead(scene)


def _keyword_ahead(scene: Scene) -> Mistake | None:
    """The found token would be a word of the language, were it not for the colon behind it."""
    token, at = scene.token, scene.index
    if scene.after.kind != ":" or token.text not in scene.table.words:
        return None
    keyword = instead("NAME", token.text, token)
    keyword.word = scene.table.words[token.text]
    edit = Edit(at, at + 2, (keyword,))
    if not scene.accepts(keyword.word) or not scene.works(edit):
        return None
    return Mistake(f"`{token.text}` takes no `:`", scene.span(at + 1), "remove it", (edit,))


def no_value(scene: Scene) -> Mistake | None:
    """`replicas:` at the end of a line, and the next field after it."""
    for place in range(scene.index, max(scene.index - 8, 0), -1):
        if not scene.opens_line(place) or not scene.accepts("_NULL", place):
            continue
        if scene.tokens[place].column > scene.tokens[scene.item(place - 1)].column:
            continue
        edit = Edit(place, place, (made("_NULL", "null", scene.tokens[place - 1]),))
        if scene.works(edit):
            head = _short(scene, scene.item(place - 1), place)
            return Mistake(f"a value is missing after `{head}`", scene.gap(place), "write the value", (edit,))
    return None


def comma(scene: Scene) -> Mistake | None:
    """A comma between fields, one too many, or the sign of a list without brackets."""
    at = scene.index
    if scene.token.kind != ",":
        return _missing_comma(scene)
    listed = _bare_list(scene)
    if listed is not None:
        return listed
    edit = Edit(at, at + 1)
    if scene.before.kind == ",":
        return Mistake("there is a comma too many", scene.span(), "remove it", (edit,))
    if scene.accepts("}") or scene.accepts(END):
        help = "remove it: a blank or a new line is enough"
        return Mistake("no commas stand between the parts of a block", scene.span(), help, (edit,), "comma")
    return None


def _bare_list(scene: Scene) -> Mistake | None:
    """`ports: 80, 443`."""
    at = scene.index
    first = at
    while first > 0 and scene.tokens[first - 1].kind != ":" and not scene.opens_line(first):
        first -= 1
    if first == 0 or scene.tokens[first - 1].kind != ":" or not scene.accepts("[", first):
        return None
    last = scene.line_end(at)
    if any(t.kind in (":", "{") for t in scene.tokens[at:last]) or last == at + 1:
        return None
    opening = made("[", "[", scene.tokens[first], before=True)
    edits = Edit(first, first, (opening,)), Edit(last, last, (made("]", "]", scene.tokens[last - 1]),))
    if not scene.works(*edits):
        return None
    written = scene.source(first, last)
    return Mistake("a list is written in brackets", scene.span(first, last), f"write `[{written}]`", edits)


def _missing_comma(scene: Scene) -> Mistake | None:
    at = scene.index
    if not scene.accepts(",") or scene.token.kind in (*CLOSERS.values(), END) or scene.token.fault is not None:
        return None
    edit = Edit(at, at, (made(",", ",", scene.before),))
    if not scene.works(edit):
        return None
    left, right = scene.before.text, scene.token.text
    help = f"write `{left}, {right}`" if len(left) + len(right) < 60 else "add `,`"
    return Mistake(f"expected `,` after `{left}`", scene.gap(), help, (edit,))


def _short(scene: Scene, start: int, stop: int) -> str:
    head = scene.source(start, stop)
    return head if len(head) <= 60 and "\n" not in head else scene.at(stop - 1).text

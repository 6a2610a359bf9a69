"""Habits from YAML: nesting by indentation, lists with dashes, block scalars, anchors, templates."""

from __future__ import annotations

import re

from kspec.source.rules import UNRENDERED_TEMPLATE
from kspec.syntax.recovery.expected import FILE_END
from kspec.syntax.recovery.layout import dedent
from kspec.syntax.recovery.mistake import Edit, Mistake, instead, made
from kspec.syntax.recovery.scene import Scene
from kspec.syntax.table import END
from kspec.syntax.tokens import Fault

_HEADER = re.compile(r"^(?:---\s*$|apiVersion\s*:\s*\S)", re.MULTILINE)
_KIND = re.compile(r"^kind\s*:\s*[A-Z]", re.MULTILINE)
_CONFLICT = re.compile(r"(?:<{7}|={7}|>{7}|\|{7})(?:\s|$)")
_TEMPLATE = re.compile(r"\{\{.*?\}\}")


def other_format(scene: Scene) -> Mistake | None:
    """A whole file of YAML or JSON under the name of a kspec one."""
    if scene.ending != FILE_END:
        return None
    first = scene.tokens[0]
    start = scene.text.lstrip("\ufeff")
    if _HEADER.search(start) and _KIND.search(start) and re.match(r"(?:\s|#.*\n)*(?:---|apiVersion|kind)", start):
        help = "name the file `.yaml` to check it as it is, or turn it into kspec with `kspec import`"
        return Mistake("this file is YAML, not kspec", scene.span(0), help)
    if first.kind in ("{", "[") and scene.index <= 1:
        help = "name the file `.json` to check it as it is, or turn it into kspec with `kspec import`"
        return Mistake("this file is JSON, not kspec", scene.span(0), help)
    return None


def dashes(scene: Scene) -> Mistake | None:
    """A list with a dash before each item."""
    at, token = scene.index, scene.token
    if token.fault is not Fault.DASH:
        return None
    stop = max(dedent(scene, at, scene.indentation(at - 1), dashes=True), at + 1)
    items = [scene.source(*item).strip() for item in _dashed(scene, at, stop)]
    plain = [i for i in items if "\n" not in i and not re.match(r"[\w.-]+\s*:(?:\s|$)", i)]
    help = "write `[...]`, each object in it as `{ key: value, ... }`"
    if len(plain) == len(items) and sum(map(len, plain)) < 60:
        help = f"write `[{', '.join(plain)}]`"
    tokens = (instead("[", "[", token), instead("]", "]", token))
    edit = Edit(at, stop, tokens)
    return Mistake("a list is written in brackets, not with dashes", scene.span(), help, (edit,), "dash")


def _dashed(scene: Scene, start: int, stop: int) -> list[tuple[int, int]]:
    column = scene.tokens[start].column
    places = [i for i in range(start, stop) if scene.tokens[i].text == "-" and scene.tokens[i].column == column]
    return [(a + 1, b) for a, b in zip(places, [*places[1:], stop], strict=True) if scene.opens_line(a)]


def indented(scene: Scene) -> Mistake | None:
    """`metadata:` with its fields below it, further right."""
    at = scene.index
    if scene.token.kind not in (":", "NAME", "STRING", "{"):
        return None
    start = scene.item(max(at - 1, 0))
    for place in range(at, start, -1):
        inner = place + 1
        if scene.tokens[place].kind != ":" or inner > at or not scene.opens_line(inner):
            continue
        if scene.at(inner).column <= scene.tokens[scene.item(place - 1)].column:
            continue
        stop = dedent(scene, inner, scene.indentation(place))
        brace = instead("{", "{", scene.tokens[place])
        edits = Edit(place, place + 1, (brace,)), Edit(stop, stop, (made("}", "}", scene.tokens[stop - 1]),))
        if place <= at and scene.progress(edits, 2) >= 1:
            head = scene.source(scene.item(place - 1), place)
            help = f"write `{head} {{ ... }}`: indentation alone means nothing"
            return Mistake("nested fields are written in braces", scene.span(place), help, edits, "indentation")
    return None


def block_scalar(scene: Scene) -> Mistake | None:
    """`script: |` and the text below it."""
    at, token = scene.index, scene.token
    if token.text not in ("|", ">") or scene.before.kind != ":":
        return None
    inner = at + 1
    while scene.at(inner).line == token.line and scene.at(inner).kind != END and scene.glued(inner):
        inner += 1
    if not scene.opens_line(min(inner, len(scene.tokens) - 1)):
        return None
    stop = dedent(scene, inner, scene.indentation(at))
    edit = Edit(at, stop, (instead("STRING", '""', token, scene.tokens[stop - 1]),))
    help = 'write `"""` before the text and behind it'
    return Mistake(f'a block of text is written in `"""`, found `{token.text}`', scene.span(), help, (edit,))


def template(scene: Scene) -> Mistake | None:
    """`{{ .Values.image }}`: a template of Helm or Jinja."""
    start = scene.text.rfind("{{", max(0, scene.token.start - 200), scene.token.end + 1)
    found = _TEMPLATE.match(scene.text, start) if start >= 0 else None
    if not found or not start <= scene.token.start < found.end():
        return None
    first = next((i for i in range(scene.index, -1, -1) if scene.tokens[i].start <= start), None)
    if first is None:
        return None
    stop = first
    while scene.tokens[stop].start < found.end() and scene.tokens[stop].kind != END:
        stop += 1
    value = scene.accepts("STRING", first)
    edit = Edit(first, stop, (instead("STRING", '""', scene.tokens[first], scene.tokens[stop - 1]),) if value else ())
    help = "declare `param NAME: string` and write its name, or give kspec what `helm template` prints"
    message = f"`{found[0]}` is a placeholder of a template"
    return Mistake(message, scene.span(first, stop), help, (edit,), rule=UNRENDERED_TEMPLATE)


def conflict(scene: Scene) -> Mistake | None:
    """Markers of an unfinished merge."""
    at = scene.index
    first = at
    while first > 0 and not scene.opens_line(first):
        first -= 1
    if not _CONFLICT.match(scene.text, scene.tokens[first].start) or scene.tokens[first].column != 1:
        return None
    last = first
    while scene.tokens[last].line == scene.tokens[first].line and scene.tokens[last].kind != END:
        last += 1
    help = "finish the merge: keep one side, and remove the markers"
    edit = Edit(first, last)
    return Mistake("a merge left its markers here", scene.span(first, last), help, (edit,), "conflict")


def anchor(scene: Scene) -> Mistake | None:
    """`&name` and `*name`."""
    at, token = scene.index, scene.token
    if (
        token.text not in ("&", "*")
        or scene.before.kind != ":"
        or not scene.glued(at + 1)
        or scene.after.kind != "NAME"
    ):
        return None
    written = scene.source(at, at + 2)
    rest = () if scene.peek(2).kind == "{" else (instead("_NULL", "null", token),)
    edit = Edit(at, at + 2, rest)
    help = "name a value with `let`, and a block that repeats with `define`"
    return Mistake(f"there are no anchors, found `{written}`", scene.span(at, at + 2), help, (edit,))

"""Brackets left open, closed twice, or closed by one of another kind."""

from __future__ import annotations

from kspec.source.diagnostic import Label
from kspec.syntax.recovery.expected import description
from kspec.syntax.recovery.layout import balance, misplaced_closer, unclosed
from kspec.syntax.recovery.mistake import Edit, Mistake, instead, made
from kspec.syntax.recovery.scene import CLOSERS, Open, Scene
from kspec.syntax.table import END

_FURTHEST = 60
"""How many tokens back a closing bracket is tried."""
_OPENED_BY = {closer: opener for opener, closer in CLOSERS.items()}


def left_open(scene: Scene) -> Mistake | None:
    """A bracket that the layout says should have been closed before this line, or that the file never closes."""
    found = unclosed(scene)
    if found is not None:
        bracket, before = found
        closer = CLOSERS[scene.tokens[bracket.index].kind]
        if not scene.accepts(closer, before):
            return None
        edit = Edit(before, before, (made(closer, closer, scene.tokens[before - 1]),))
        if scene.progress((edit,), 1) < 0:
            return None
        line = scene.tokens[before].line
        return _never_closed(scene, bracket, f"add `{closer}` before line {line}", before, edit)
    if scene.token.kind == END and (opened := scene.brackets.opened):
        bracket = opened[-1]
        closer = CLOSERS[scene.tokens[bracket.index].kind]
        if scene.accepts(closer):
            edit = Edit(scene.index, scene.index, (made(closer, closer, scene.before),))
            return _never_closed(scene, bracket, f"add `{closer}` at the end", None, edit)
    return None


def missing_closer(scene: Scene) -> Mistake | None:
    """`let f(a: int = a + 1` and the next line: where could the bracket be closed so that reading goes on?"""
    opened = scene.brackets.opened
    if not opened or scene.tokens[opened[-1].index].kind == "{":
        return None
    bracket = scene.tokens[opened[-1].index]
    closer = CLOSERS[bracket.kind]
    lowest = max(opened[-1].index, scene.index - _FURTHEST)
    if scene.tokens[opened[-1].index + 1].line != bracket.line or balance(scene, bracket.kind) <= 0:
        return None
    for place in range(scene.index, lowest, -1):
        token = scene.tokens[place - 1]
        if token.line != bracket.line or not scene.accepts(closer, place):
            continue
        edit = Edit(place, place, (made(closer, closer, token),))
        if scene.works(edit):
            label = Label("opened here", scene.span(opened[-1].index))
            found = description(scene.tokens[place], scene.ending)
            message = f"expected `{closer}`, found {found}"
            help = f"add `{closer}` after {description(token)}"
            return Mistake(message, scene.gap(place), help, (edit,), related=(label,))
    return None


def _never_closed(scene: Scene, bracket: Open, help: str, before: int | None, edit: Edit) -> Mistake:
    token = scene.tokens[bracket.index]
    start = bracket.index if token.kind != "{" else scene.item(bracket.index)
    head = scene.source(start, bracket.index + 1)
    if "\n" in head or len(head) > 50:
        head = token.text
    place = () if before is None else (Label("this line is indented as if it were outside", scene.span(before)),)
    return Mistake(f"`{head}` is never closed", scene.span(bracket.index), help, (edit,), related=place)


def closed_twice(scene: Scene) -> Mistake | None:
    """A closing bracket with nothing open."""
    closer = scene.token.kind
    if closer not in _OPENED_BY or scene.brackets.opened:
        return None
    at = scene.index
    early = misplaced_closer(scene) if closer == "}" else None
    if early is not None:
        edit = Edit(early, early + 1)
        if scene.works(edit, reach=1):
            return Mistake("this `}` is one too many", scene.span(early), "remove it", (edit,))
    return Mistake(f"this `{closer}` closes nothing", scene.span(), "remove it", (Edit(at, at + 1),))


def mismatched(scene: Scene) -> Mistake | None:
    """`[1, 2}`: closed, but by another kind."""
    closer, at = scene.token.kind, scene.index
    opened = scene.brackets.opened
    if closer not in _OPENED_BY or not opened:
        return None
    bracket = scene.tokens[opened[-1].index]
    meant = CLOSERS[bracket.kind]
    if meant == closer or not scene.accepts(meant):
        return None
    replaced = Edit(at, at + 1, (instead(meant, meant, scene.token),))
    inserted = Edit(at, at, (made(meant, meant, scene.before),))
    belongs = any(scene.tokens[o.index].kind == _OPENED_BY[closer] for o in opened)
    missing = belongs and (bracket.line == scene.token.line or scene.opens_line(at))
    if missing and scene.works(inserted, reach=2):
        message = f"`{bracket.text}` is not closed before this `{closer}`"
        label = Label("opened here", scene.span(opened[-1].index))
        return Mistake(message, scene.span(), f"add `{meant}` before it", (inserted,), related=(label,))
    message = f"`{bracket.text}` is closed by `{meant}`, found `{closer}`"
    label = Label("opened here", scene.span(opened[-1].index))
    return Mistake(message, scene.span(), f"write `{meant}`", (replaced,), related=(label,))


def open_before_block(scene: Scene) -> Mistake | None:
    """`web_service web(image: "nginx" {` and then the block: the parenthesis is still open."""
    at = scene.index
    if scene.token.kind != "{" or not scene.opens_line(min(at + 1, len(scene.tokens) - 1)):
        return None
    opened = scene.brackets.opened
    closer = CLOSERS[scene.tokens[opened[-1].index].kind] if opened else "}"
    edit = Edit(at, at, (made(closer, closer, scene.before),))
    if closer == "}" or not scene.accepts(closer) or not scene.works(edit, reach=2):
        return None
    bracket = scene.tokens[opened[-1].index]
    message = f"`{bracket.text}` is not closed before this `{{`"
    label = Label("opened here", scene.span(opened[-1].index))
    return Mistake(message, scene.gap(), f"add `{closer}`", (edit,), related=(label,))


def unfinished(scene: Scene) -> Mistake | None:
    """The file, a block or a list ends where a value should follow."""
    at = scene.index
    dangling = _dangling(scene)
    if dangling is not None:
        return dangling
    if scene.token.kind not in (*_OPENED_BY, END) or not scene.accepts("_NULL"):
        return None
    edit = Edit(at, at, (made("_NULL", "null", scene.before),))
    if not scene.works(edit, reach=1):
        return None
    line = scene.source(_start_of_line(scene, at - 1), at)
    found = description(scene.token, scene.ending)
    return Mistake(f"a value is missing after `{line}`, found {found}", scene.gap(), "write the value", (edit,))


def _dangling(scene: Scene) -> Mistake | None:
    """An operator right before a closing bracket, so that it has no blank behind it."""
    at, token = scene.index, scene.token
    if token.text not in ("+", "-", "*", "/") or scene.after.kind not in (*_OPENED_BY, END) or not scene.accepts("ADD"):
        return None
    line = scene.source(_start_of_line(scene, at), at + 1)
    found = description(scene.after, scene.ending)
    message = f"a value is missing after `{line}`, found {found}"
    return Mistake(message, scene.gap(at + 1), "write the value", (Edit(at, at + 1),))


def _start_of_line(scene: Scene, index: int) -> int:
    start = index
    while start > 0 and not scene.opens_line(start) and scene.tokens[start - 1].kind not in CLOSERS:
        start -= 1
    return max(start, index - 6)

"""Text without its quotes: images, paths, addresses, schedules, versions."""

from __future__ import annotations

import re

from kspec.syntax.recovery.mistake import Edit, Mistake, instead
from kspec.syntax.recovery.scene import Scene
from kspec.syntax.table import END

_ENDS = frozenset(" \t\r\n,;{}[]()\"'#")
_LONGEST = 300
_CRON = re.compile(r"(?:@\w+|[\d*?][^\s\"']*(?:[ \t]+[\d*?A-Z][^\s\"']*){4})(?=[ \t\r\n;}]|$)")
_SUM = re.compile(r"[\w.)]+(?:[*+%][\w.(]+|/\d+)+")

_SHAPES = (
    (re.compile(r"(?:\d{1,3}\.){3}\d{1,3}/\d+|[0-9a-fA-F:]*::?[0-9a-fA-F:]*/\d+"), "an address range"),
    (re.compile(r"(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?|(?:[0-9a-fA-F]{0,4}:){2,}[0-9a-fA-F]{0,4}"), "an IP address"),
    (re.compile(r"[a-z][a-z0-9+.-]*://\S+"), "a URL"),
    (re.compile(r"[^@\s]+@sha256:[0-9a-f]+"), "an image"),
    (re.compile(r"[^@\s/:]+@[^@\s]+\.\w+"), "an address"),
    (re.compile(r"\.{0,2}/\S*"), "a path"),
    (re.compile(r"\d{4}-\d\d-\d\d\S*"), "a date"),
    (re.compile(r"\d{1,2}:\d\d(?::\d\d)?"), "a time"),
    (re.compile(r"v?\d+\.\d+(?:\.[\w.+-]+)+"), "a version"),
    (re.compile(r"\d+:\d+"), "a pair of ports"),
    (re.compile(r"\d+\w*-\d+\w*"), "a range"),
    (re.compile(r"[\w./*-]+\.(?:ya?ml|json|kspec)"), "a file name"),
    (re.compile(r"\d[\w-]*-[\w-]*[a-zA-Z][\w-]*"), "a name that begins with a digit"),
    (re.compile(r"(?:[\w.-]+(?::\d+)?/)*[\w.-]+:[\w.-]+|(?:[\w-]+\.)+[\w-]+(?::\d+)?/[\w./-]+"), "an image"),
    (re.compile(r"(?:\*\.)?(?:[\w-]+\.)+[\w-]+(?::\d+)?"), "a host name"),
)


def unquoted(scene: Scene) -> Mistake | None:
    """`image: nginx:1.27`, `path: /healthz`: what holds more than letters, digits and dashes needs quotes."""
    start, stop = _word(scene)
    word = scene.text[start:stop]
    if not word or _SUM.fullmatch(word):
        return None
    first, last = _tokens(scene, start, stop)
    if first is not None and scene.opens_line(first) and re.fullmatch(r"[A-Za-z][\w-]*", word):
        return None
    if first is None or (len(word) == 1 and word != "/"):
        return None
    edit = Edit(first, last, (instead("STRING", f'"{word}"', scene.tokens[first], scene.tokens[last - 1]),))
    if not scene.accepts("STRING", first) or not scene.works(edit, reach=2):
        return None
    shape = next((name for pattern, name in _SHAPES if pattern.fullmatch(word)), None)
    if shape == "a host name" and scene.at(last).kind == ":":
        shape = "a key with dots"
    if shape is None and all(token.fault is None for token in scene.tokens[first:last]):
        return None
    if shape is None and not word.isascii() and re.fullmatch(r"[\w-]+", word):
        message = f"a name has no letters but a-z and A-Z, found `{word}`"
    else:
        message = f"{shape or 'a text like this'} is written in quotes, found `{word}`"
    return Mistake(message, scene.span(first, last), _advice(word, shape), (edit,))


def _advice(word: str, shape: str | None) -> str:
    if shape == "a pair of ports":
        port, _, target = word.partition(":")
        return f'write `{port} -> {target}` for a port and its target, or quote it: `"{word}"`'
    if shape == "a range":
        return f'write `{word.replace("-", "..", 1)}` for a range, or quote it: `"{word}"`'
    return f'quote it: `"{word}"`'


def _word(scene: Scene) -> tuple[int, int]:
    """The stretch of text without blanks, brackets and quotes around the found token."""
    text, start, stop = scene.text, scene.token.start, scene.token.end
    if scene.token.kind == END or (text[start : start + 1] in _ENDS and scene.token.kind != "STRING"):
        return start, start
    low, high = max(0, start - _LONGEST), min(len(text), stop + _LONGEST)
    while start > low and text[start - 1] not in _ENDS:
        start -= 1
    while stop < high and text[stop] not in _ENDS:
        stop += 1
    while stop > start and text[stop - 1] == ":":
        stop -= 1
    return start, stop


def _tokens(scene: Scene, start: int, stop: int) -> tuple[int | None, int]:
    """The tokens that make up a stretch of text, if it begins with one."""
    first = scene.index
    while first > 0 and scene.tokens[first].start > start:
        first -= 1
    if scene.tokens[first].start != start:
        return None, 0
    last = scene.index
    while scene.tokens[last].kind != END and scene.tokens[last].start < stop:
        last += 1
    return (first, last) if last > first else (None, 0)


def schedule(scene: Scene) -> Mistake | None:
    """`schedule: 0 3 * * 1`: five fields, which would be a number and operators."""
    first = scene.index
    while first > 0 and scene.tokens[first - 1].kind != ":" and not scene.opens_line(first):
        first -= 1
    if first == 0 or scene.tokens[first - 1].kind != ":":
        return None
    found = _CRON.match(scene.text, scene.tokens[first].start)
    if not found or found.end() <= scene.token.start:
        return None
    _, last = _tokens(scene, scene.token.start, found.end())
    edit = Edit(first, last, (instead("STRING", f'"{found[0]}"', scene.tokens[first], scene.tokens[last - 1]),))
    message = f"a schedule is written in quotes, found `{found[0]}`"
    return Mistake(message, scene.span(first, last), f'quote it: `"{found[0]}"`', (edit,))


def outside_hole(scene: Scene) -> Mistake | None:
    """`image: ${tag}` and `$(VAR)`: a value is named as it is, holes belong into text."""
    if scene.token.text != "$":
        return None
    at = scene.index
    name = scene.peek(2)
    if scene.after.kind not in ("{", "(") or name.kind != "NAME" or scene.peek(3).kind not in ("}", ")"):
        edit = Edit(at, at + 1)
        return Mistake("`$` stands only in text", scene.span(), "write the name without `$`", (edit,))
    written = scene.source(at, at + 4)
    message = f"`{written}` stands only inside quotes"
    help = f'write `{name.text}`, or inside a text `"...${{{name.text}}}..."`'
    return Mistake(message, scene.span(at, at + 4), help, (Edit(at, at + 4, (name,)),))

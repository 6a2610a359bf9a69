"""What is only said because something else could not be understood, and what is said twice: told once, at its cause.

An object that cannot be read, whose kind is misspelt or whose module is given wrong arguments is not there, and whoever
names it would be told so. That is no second mistake. So each finding about a name leans on the parts of the design that
declare such a name; if one of them is flawed, and that flaw leans on nothing else, only the flaw is told. Inside of
what could not be read nothing is told but that.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from kspec.api.schema.rules import UNKNOWN_FIELD
from kspec.elaborate import rules
from kspec.elaborate.inputs import Texts
from kspec.source.diagnostic import Diagnostic, Diagnostics, Label
from kspec.source.text import Span
from kspec.syntax import nodes as n
from kspec.syntax.table import table

_QUOTED = re.compile(r"`([^`]+)`")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_ABSENT = re.compile(r"\bno(?:thing)? [^`]*`([^`]+)`|^`([^`]+)` is (?:no|neither)")
"""What is not there: `there is no workload NAME`, `nothing is called NAME`, `NAME is neither a name nor ...`."""
_LEFT_OVER = re.compile(r"\s*(?::\s*[\w-]+\s+)?")
"""What stands between a value and what follows it, or between a field without a value and the name of the next."""
_CONTAINERS = ("namespace", "cluster")
_MISSING = (rules.UNKNOWN_NAME, rules.TYPE)
"""What makes that an object is not there, when it is said of the object's head."""
_SHOWN = 3
"""How many further places of one unknown name are shown."""


@dataclass(frozen=True, slots=True)
class _Part:
    """An object, a declaration or a statement, or what could not be read.

    `names` are missing where it is flawed. An instance `uses` its module, and is as flawed as that.
    """

    span: Span
    names: frozenset[str]
    unread: bool = False
    text: str = ""
    """What is written there, where it is `unread`."""
    signature: str | None = None
    uses: str | None = None

    def lacks(self, names: set[str]) -> bool:
        """Whether one of the names is missing because the part is flawed."""
        return any(w in self.names or (self.unread and len(w) > 2 and w in self.text) for w in names)


def settle(texts: Texts, diagnostics: Diagnostics, certain: Collection[Diagnostic]) -> None:
    """Keep of the findings those that are told of their own accord, each once; `certain` are those of reading."""
    if not diagnostics.has_errors:
        return
    found = diagnostics.sorted()
    kept = set(_Doubt(texts).causes(found, certain))
    diagnostics.items = dict.fromkeys(_joined(d for d in found if d in kept))


class _Doubt:
    """The parts of a design, and which of them are missing."""

    def __init__(self, texts: Texts) -> None:
        words = table().words
        self.lines = lines = {path: source.lines for path, source in texts.sources.items()}
        self.parts: list[_Part] = []
        self._at: dict[tuple[str, int], list[int]] = defaultdict(list)
        for text in texts.files:
            lost = [span for span in texts.lost if span.file == text.file.span.file]
            unread = False
            for span, node in _parts(text.file.items, lost):
                part = _part(span, node, lines)
                unread = _meets(span, lost) or (unread and part.uses in words)
                self._take(_unread(span, lines, part) if unread else part)
        for span in texts.lost:
            self._take(_unread(span, lines))

    def _take(self, part: _Part) -> None:
        for line in range(part.span.line, part.span.end_line + 1):
            self._at[part.span.file, line].append(len(self.parts))
        self.parts.append(part)

    def _home(self, span: Span | None) -> int | None:
        """The part that a place is in."""
        if span is None:
            return None
        here = [
            i
            for i in self._at.get((span.file, span.line), [])
            if self.parts[i].span.line < span.line or self.parts[i].unread or self.parts[i].span.column <= span.column
        ]
        return max(here, key=lambda i: (self.parts[i].unread, self.parts[i].span), default=None)

    def causes(self, found: list[Diagnostic], certain: Collection[Diagnostic]) -> Iterator[Diagnostic]:
        """The findings that do not follow from others."""
        missing = {index for index, part in enumerate(self.parts) if part.unread}
        waiting: list[tuple[Diagnostic, int | None]] = []
        before: Diagnostic | None = None
        for diagnostic in found:
            home = self._home(diagnostic.span)
            if diagnostic in certain:
                yield diagnostic
            elif (home is None or not self.parts[home].unread) and not self._swallowed(diagnostic, before):
                waiting.append((diagnostic, home))
            before = diagnostic
            if home is not None and diagnostic.is_error and self._spoils(diagnostic, self.parts[home]):
                missing.add(home)
        modules = {part.signature for index, part in enumerate(self.parts) if index in missing and part.signature}
        instances = {i for i, part in enumerate(self.parts) if part.uses in modules}
        missing |= instances
        leaning = [(d, home, self._supports(d, home, missing, instances)) for d, home in waiting]
        yield from (d for d, _, supports in leaning if not supports)
        rooted = {i for i, part in enumerate(self.parts) if part.unread}
        rooted |= {home for _, home, supports in leaning if not supports and home is not None}
        left = [(d, home, supports) for d, home, supports in leaning if supports]
        while True:
            modules = {part.signature for index, part in enumerate(self.parts) if index in rooted and part.signature}
            rooted |= {i for i in instances if self.parts[i].uses in modules}
            rooted |= {home for _, home, supports in left if supports & rooted and home is not None}
            still = [(d, home, supports) for d, home, supports in left if not supports & rooted]
            if len(still) == len(left):
                break
            left = still
        yield from (d for d, _, _ in left)

    def _swallowed(self, found: Diagnostic, before: Diagnostic | None) -> bool:
        """Whether an unknown field is what a mistake right before it left of another field: `image: port http: 80`."""
        if found.rule is not UNKNOWN_FIELD or found.help or before is None or found.span is None or before.span is None:
            return False
        start, stop = before.span, found.span
        if start.file != stop.file or not 0 <= stop.line - start.end_line <= 1:
            return False
        between = _text(self.lines, replace(start, line=start.end_line, end_line=stop.line))
        ahead = len(between) - len(self.lines[stop.file][stop.line - 1]) + stop.column - 1
        return _LEFT_OVER.fullmatch(between[start.end_column - 1 : ahead]) is not None

    def _spoils(self, found: Diagnostic, part: _Part) -> bool:
        """Whether what is wrong with a part leaves it out of the design."""
        at_head = found.span is not None and found.span.line == part.span.line
        if part.signature is not None:
            return found.rule in (*_MISSING, rules.DUPLICATE)
        return found.rule in _MISSING and (at_head or part.uses is not None)

    def _supports(self, found: Diagnostic, home: int | None, missing: set[int], instances: set[int]) -> set[int]:
        """The missing parts that a finding leans on."""
        if home in instances and found.span is not None and found.span.line > self.parts[home].span.line:
            return {home}
        if found.rule is rules.TYPE:
            names = set(_WORD.findall(" ".join(_QUOTED.findall(found.message))))
            return {i for i in missing if i != home and self.parts[i].signature in names}
        absent = _ABSENT.search(found.message)
        if absent is None or found.rule not in (rules.UNKNOWN_NAME, rules.OVERRIDE_TARGET, rules.BARE_WORD):
            return set()
        near = found.help or "" if found.rule is rules.OVERRIDE_TARGET else ""
        names = set(_WORD.findall(" ".join((absent[1] or absent[2], *_QUOTED.findall(near)))))
        if "no module" in found.message:
            return {i for i in missing - {home} if self.parts[i].signature in names}
        mentioned = set(_WORD.findall(" ".join(_QUOTED.findall(found.message)))) | names
        return {i for i in missing - {home} if self.parts[i].lacks(mentioned if self.parts[i].unread else names)}


def _meets(span: Span, lost: list[Span]) -> bool:
    return any(s.line <= span.end_line and span.line <= s.end_line for s in lost)


def _parts(items: Iterable[n.Node], lost: list[Span]) -> Iterator[tuple[Span, n.Node]]:
    """The parts among items, each with its lines; of what holds other parts, the first line is one, too."""
    for item in items:
        inner = _inner(item)
        if inner is None:
            yield item.span, item
            continue
        last = min((i.span.line - 1 for i in inner), default=item.span.end_line)
        head = replace(item.span, end_line=max(last, item.span.line))
        if isinstance(item, n.For) and _meets(head, lost):
            yield item.span, item
            continue
        yield head, item
        yield from _parts(inner, lost)


def _inner(item: n.Node) -> tuple[n.Node, ...] | None:
    match item:
        case n.Block(n.Key(word), _, inner) if word in _CONTAINERS:
            return inner
        case n.For(_, _, inner) | n.Env(_, _, inner):
            return inner
        case n.If(_, then, orelse):
            return (*then, *orelse)
        case _:
            return None


def _part(span: Span, node: n.Node, lines: dict[str, list[str]]) -> _Part:
    match node:
        case n.Define(name) | n.Fn(name):
            return _Part(span, frozenset({name.text, *_named(node)}), signature=name.text)
        case n.Instance(word):
            return _Part(span, frozenset(_named(node)), uses=word.text)
        case n.Block(word, None, _):
            head = _text(lines, replace(span, end_line=span.line))
            return _Part(span, frozenset(_WORD.findall(head)) - {word.text} | {*_named(node)})
        case _:
            return _Part(span, frozenset(_named(node)))


def _unread(span: Span, lines: dict[str, list[str]], part: _Part | None = None) -> _Part:
    part, text = part or _Part(span, frozenset()), _text(lines, span)
    return replace(part, unread=True, text=text, names=part.names | {*_WORD.findall(text)})


def _named(node: n.Node) -> Iterator[str]:
    """The names that a part declares, and those of what is in it."""
    match node:
        case n.Block(_, label, inner) | n.Instance(_, label, _, inner) | n.Resource_(_, _, label, inner):
            if label is not None and isinstance(label.value, n.Key):
                yield label.value.text
            yield from (name for item in inner for name in _named(item))
        case n.For(_, _, inner):
            yield from (name for item in inner for name in _named(item))
        case n.Let(name) | n.Enum_(name):
            yield name.text
        case n.Define(_, params, body):
            yield from (param.name.text for param in params)
            yield from (name for item in body for name in _named(item))
        case n.Param(declaration):
            yield declaration.name.text
        case _:
            pass


def _text(lines: dict[str, list[str]], span: Span) -> str:
    return "\n".join(lines.get(span.file, [])[span.line - 1 : span.end_line])


def _joined(found: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """One finding for each place, though several objects come of it, and for each unknown name, wherever it stands."""
    once = list({(d.rule, d.message, d.span, d.help): d for d in reversed(list(found))}.values())[::-1]
    errors = {d.span for d in once if d.is_error and d.rule is not rules.DUPLICATE}
    same: dict[object, list[Diagnostic]] = defaultdict(list)
    for diagnostic in once:
        if diagnostic.rule is rules.DUPLICATE and diagnostic.span in errors:
            continue
        unknown = diagnostic.rule is rules.UNKNOWN_NAME and diagnostic.span is not None
        same[diagnostic.rule, diagnostic.message, diagnostic.help if unknown else diagnostic].append(diagnostic)
    for first, *others in same.values():
        places = [Label("here too", d.span) for d in others if d.span is not None]
        more = len(places) - _SHOWN
        message = f"{first.message}, and in {more} more places" if more > 1 else first.message
        shown = places[:_SHOWN] if more > 1 else places
        yield replace(first, message=message, related=(*first.related, *shown)) if places else first

"""A small algebra of layouts, and the printer that chooses line breaks.

A group is printed on one line if it fits and nothing in it asks for a line of its own; otherwise its `LINE`s become
breaks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

STEP = 2
"""How much further right the content of a bracket stands."""


class Break(Enum):
    """Places where a line may end: a blank or nothing where the group fits on one line; and where it must end."""

    LINE = " "
    WIDE = "  "
    SOFT = ""
    HARD = "\n"
    BLANK = "\n\n"


@dataclass(frozen=True, slots=True)
class Joined:
    """One after the other."""

    parts: tuple[Doc, ...]
    hard: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "hard", any(is_hard(part) for part in self.parts))


@dataclass(frozen=True, slots=True)
class Group:
    """On one line if possible; `broken` says that it is not to be."""

    content: Doc
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Indent:
    """Further right after each break."""

    columns: int
    content: Doc


@dataclass(frozen=True, slots=True)
class Suffix:
    """A comment that waits for the end of the line."""

    text: str


@dataclass(frozen=True, slots=True)
class OwnLine:
    """A comment on a line of its own."""

    text: str


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment where a line begins already: what surrounds it cannot be on one line."""

    text: str


@dataclass(frozen=True, slots=True)
class IfBroken:
    """Text that stands only where the group is broken."""

    text: str


Doc: TypeAlias = "str | Break | Joined | Group | Indent | Suffix | OwnLine | Remark | IfBroken"


def join(*parts: Doc) -> Doc:
    """The parts one after the other."""
    return Joined(parts)


def is_hard(doc: Doc) -> bool:
    """Whether a layout cannot be on one line."""
    match doc:
        case Break():
            return doc in (Break.HARD, Break.BLANK)
        case Joined():
            return doc.hard
        case Group():
            return doc.broken or is_hard(doc.content)
        case Indent():
            return is_hard(doc.content)
        case Suffix() | OwnLine() | Remark():
            return True
        case str() | IfBroken():
            return False


_Frame: TypeAlias = tuple[int, bool, Doc]
"""Indentation, whether the surrounding group is on one line, and what is to be printed."""


class _Page:
    """What was printed so far."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line = ""
        self.margin = 0
        self.begun = 0
        self.waiting = ""

    def end_line(self, indent: int) -> None:
        """End the line, with the comment that waits for that."""
        self.lines.append(f"{self.line}  {self.waiting}".rstrip())
        self.waiting = ""
        self.line = " " * indent
        self.margin, self.begun = indent, len(self.lines)

    def wait(self, comment: str) -> None:
        """Put a comment behind the line; one that waits already goes above the line."""
        if self.waiting:
            first = (self.lines[self.begun] if self.begun < len(self.lines) else self.line).lstrip()
            margin = self.margin + (STEP if first.startswith((")", "]", "}")) else 0)
            self.lines.insert(self.begun, " " * margin + self.waiting)
            self.begun += 1
        self.waiting = comment

    def text(self) -> str:
        self.end_line(0)
        while self.lines and not self.lines[-1]:
            self.lines.pop()
        return "".join(f"{line}\n" for line in self.lines)


def render(doc: Doc, width: int) -> str:
    """The text of a layout. A text of several lines is kept as it is."""
    page = _Page()
    stack: list[_Frame] = [(0, False, doc)]
    while stack:
        indent, flat, doc = stack.pop()
        match doc:
            case str():
                *lines, page.line = (page.line + doc).split("\n")
                page.lines += lines
            case Break():
                _break(page, doc, indent, flat)
            case Joined(parts):
                stack.extend((indent, flat, part) for part in reversed(parts))
            case Indent(columns, content):
                stack.append((indent + columns, flat, content))
            case Group(content, broken):
                frame = (indent, True, content)
                fits = not broken and not is_hard(content) and _fits(frame, stack, width - len(page.line))
                stack.append(frame if flat or fits else (indent, False, content))
            case IfBroken(text):
                page.line += "" if flat else text
            case Suffix(text):
                page.wait(text)
            case Remark(text):
                page.line += text
            case OwnLine(text):
                if page.line.strip():
                    page.end_line(indent)
                page.line = " " * indent + text
                page.end_line(indent)
    return page.text()


def _break(page: _Page, kind: Break, indent: int, flat: bool) -> None:
    if kind in (Break.HARD, Break.BLANK):
        page.end_line(indent)
        if kind is Break.BLANK:
            page.end_line(indent)
    elif flat:
        page.line += kind.value
    else:
        page.end_line(indent)


def _fits(frame: _Frame, rest: Sequence[_Frame], room: int) -> bool:
    """Whether a layout and what follows on its line have room."""
    stack = [frame]
    behind = len(rest)
    while room >= 0:
        if not stack:
            if behind == 0:
                return True
            behind -= 1
            stack.append(rest[behind])
        indent, flat, doc = stack.pop()
        match doc:
            case str():
                first, newline, _ = doc.partition("\n")
                room -= len(first)
                if newline:
                    return room >= 0
            case Break():
                if not flat or doc in (Break.HARD, Break.BLANK):
                    return True
                room -= len(doc.value)
            case Joined(parts):
                stack.extend((indent, flat, part) for part in reversed(parts))
            case Indent(_, content):
                stack.append((indent, flat, content))
            case Group(content, broken):
                stack.append((indent, flat and not broken, content))
            case OwnLine() | Remark():
                return True
            case IfBroken(text):
                room -= 0 if flat else len(text)
            case Suffix():
                pass
    return False

"""Cutting a text into tokens.

The cut does not depend on what the parser expects: only whether a word is one of the language's or a plain name is left
to it. What is no token becomes one of kind `ERROR` with its fault, so that the parser meets it in its place.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from kspec.syntax.table import END, Table
from kspec.syntax.tokens import Fault, Token

ERROR = "ERROR"
_BLANK = r"[\s;\ufeff\u200b]*"
_LINE_BREAK = re.compile("\n")
_BEFORE_COLON = re.compile(r"(?:[\s;\ufeff\u200b]|#[^\n]*)*:(?!=)")
_AFTER_NUMBER = re.compile(r"\w(?:[\w.-]*\w)?")
_LENIENT = re.compile(r'"(?:[^"\\\n]|\\.)*"')
_UNIT = re.compile(r" +(?:[KMGTPE]i?B?)(?![\w-]|[ \t]*[:{(\"'])")


@dataclass(slots=True)
class Lexed:
    """A text in pieces: tokens, the last of them the end of the file, and comments."""

    tokens: list[Token]
    comments: list[Token]
    faults: int = 0


@dataclass(slots=True)
class Position:
    """Where a text stands in its file: for a hole, the place after `${`."""

    line: int = 1
    column: int = 1


@dataclass
class Lexer:
    """Cuts texts by the terminals of a table."""

    table: Table
    pattern: re.Pattern[str] = field(init=False)
    kinds: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.pattern = re.compile(rf"{_BLANK}(?:{self.table.scan}|(?P<comment>#[^\n]*)|(?P<end>\Z)|(?P<error>[^\n]))")
        self.kinds = {**self.table.group_names, "comment": "COMMENT", "end": END, "error": ERROR}

    def cut(self, text: str, at: Position | None = None) -> Lexed:
        """All tokens of `text`, which starts at `at` of its file."""
        run = _Run(text, at or Position())
        words, kinds = self.table.words, self.kinds
        done = False
        position = 0
        while not done:
            done = True
            for match in self.pattern.finditer(text, position):
                group = match.lastgroup or ""
                kind = kinds[group]
                token = run.token(kind, match[group], match.start(group))
                if kind == "NAME":
                    word = words.get(token.text)
                    if word is not None and not _BEFORE_COLON.match(text, token.end):
                        token.word = word
                elif kind == "NUMBER" or kind == ERROR or kind == "ADD":
                    end = run.judged(token)
                    if end is not None:
                        position, done = end, False
                        break
                elif kind == "COMMENT":
                    token.text = token.text.rstrip()
                    run.lexed.comments.append(run.lexed.tokens.pop())
                elif kind == END:
                    break
        return run.lexed


class _Run:
    """The state of one cut: lines and what was found."""

    def __init__(self, text: str, at: Position) -> None:
        self.text = text
        self.breaks = [found.start() for found in _LINE_BREAK.finditer(text)]
        self.at = at
        self.lexed = Lexed([], [])
        self._line, self._start = 0, -1
        self._next = self.breaks[0] if self.breaks else len(text)

    def token(self, kind: str, text: str, start: int) -> Token:
        """The next token; tokens come in the order of the text."""
        if start > self._next:
            self._line = bisect_right(self.breaks, start, self._line)
            self._start = self.breaks[self._line - 1]
            self._next = self.breaks[self._line] if self._line < len(self.breaks) else len(self.text)
        first = self.at.column - 1 if self._line == 0 else 0
        token = Token(kind, text, start, self._line + self.at.line, start - self._start + first)
        if kind == "TEXT" and "\n" in text:
            token.end_line += text.count("\n")
            token.end_column = len(text) - text.rfind("\n")
        self.lexed.tokens.append(token)
        return token

    def fault(self, token: Token, fault: Fault, end: int) -> int:
        """Let the token run to `end` with a fault; the offset where the cut goes on."""
        token.kind, token.fault = ERROR, fault
        token.text = self.text[token.start : end]
        token.end = end
        lines = token.text.count("\n")
        token.end_line = token.line + lines
        token.end_column = len(token.text) - token.text.rfind("\n") if lines else token.column + len(token.text)
        self.lexed.faults += 1
        return end

    def judged(self, token: Token) -> int | None:
        """The fault of a token, if it has one, and the offset where the cut goes on then."""
        match token.kind:
            case "NUMBER":
                return self._number(token)
            case "ADD":
                return self._dash(token)
            case _:
                return self._unreadable(token)

    def _number(self, token: Token) -> int | None:
        following = _AFTER_NUMBER.match(self.text, token.end)
        if following:
            return self.fault(token, Fault.NUMBER, following.end())
        unit = _UNIT.match(self.text, token.end)
        return self.fault(token, Fault.UNIT, unit.end()) if unit and token.text[-1].isdigit() else None

    def _dash(self, token: Token) -> int | None:
        """A list as YAML writes it: a dash on the line after `key:`."""
        before = self.lexed.tokens[-2] if len(self.lexed.tokens) > 1 else token
        if token.text != "-" or before.kind != ":" or before.line == token.line:
            return None
        return self.fault(token, Fault.DASH, token.end)

    def _unreadable(self, token: Token) -> int:
        text, start = self.text, token.start
        line_end = text.find("\n", start)
        line_end = len(text) if line_end < 0 else line_end
        if text.startswith('"""', start):
            return self.fault(token, Fault.BLOCK_STRING, self._less_indented(start))
        if token.text in "\"'":
            if lenient := _LENIENT.match(text, start):
                return self.fault(token, Fault.HOLE, lenient.end())
            comment = text.find(" #", start, line_end)
            content = text[start + 1 : comment if comment > 0 else line_end]
            return self.fault(token, Fault.STRING, start + 1 + len(content.rstrip(" \t\r,)]}")))
        free = start == 0 or text[start - 1].isspace()
        if free and text.startswith("//", start):
            return self.fault(token, Fault.COMMENT, line_end)
        if free and text.startswith("/*", start) and (close := text.find("*/", start + 2)) > 0:
            return self.fault(token, Fault.COMMENT, close + 2)
        return self.fault(token, Fault.CHARACTER, start + 1)

    def _less_indented(self, start: int) -> int:
        """The end of the last line before one that is indented no more than the line of `start`."""
        text = self.text
        line_start = text.rfind("\n", 0, start) + 1
        margin = len(text[line_start:start]) - len(text[line_start:start].lstrip())
        end = text.find("\n", start)
        while end >= 0:
            stop = text.find("\n", end + 1)
            line = text[end + 1 : stop if stop >= 0 else len(text)]
            if line.strip() and len(line) - len(line.lstrip()) <= margin:
                return end
            end = stop
        return len(text.rstrip())

"""Texts, keys and paths as they are written."""

from __future__ import annotations

import re

_PLAIN = re.compile(r"[ -!#%-\[\]-~\u00a0-\ud7ff\ue000-\uffff\U00010000-\U0010ffff]")
_ALL_PLAIN = re.compile(rf"(?:{_PLAIN.pattern})*")
_SHORT_HOLE = re.compile(r"""(?:[^{}"'\n]|"[^"\n]*"|'[^'\n]*'|\{[^{}\n]*\})*""")
"""What a hole in short quotes may hold: `_HOLE` of `grammar/6-words.lark`."""
_SHORT = {"\n": "\\n", "\t": "\\t", "\r": "\\r", '"': '\\"', "\\": "\\\\", "$": "$$"}


def escaped(text: str) -> str:
    """A literal part of a text, between quotes."""
    if _ALL_PLAIN.fullmatch(text):
        return text
    return "".join(c if _PLAIN.fullmatch(c) else _SHORT.get(c, f"\\u{ord(c):04x}") for c in text)


def quoted(text: str) -> str:
    """A text without holes."""
    return f'"{escaped(text)}"'


def assembled(parts: list[tuple[bool, str]]) -> str:
    """A text of parts: literal ones, and the sources of holes (marked True).

    A hole with quotes in its quotes or braces in its braces needs the long quotes; there, leading blanks are escaped,
    because indentation is not part of such a text.
    """
    body = "".join(f"${{{part}}}" if hole else escaped(part) for hole, part in parts)
    if all(_SHORT_HOLE.fullmatch(part) for hole, part in parts if hole):
        return f'"{body}"'
    if body.endswith('\\"'):
        body = body[:-2] + "\\u0022"
    blank = len(body) - len(body.lstrip())
    return '"""' + "".join(f"\\u{ord(c):04x}" for c in body[:blank]) + body[blank:] + '"""'

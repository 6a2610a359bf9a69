"""Where documents begin and end: the lines `---`, found in the text before anything is parsed.

That is how kubectl splits (`YAMLReader` in k8s.io/apimachinery, v1.36), and why one broken document does not hide
the next.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_SEPARATOR = re.compile(r"^---[ \t]*(?:#[^\n]*)?\r?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Chunk:
    """A document's text and where it starts in the file."""

    text: str
    start: int


def split(text: str) -> Iterator[Chunk]:
    """The documents of a text; those of blanks and comments only are left out."""
    start = 0
    for separator in _SEPARATOR.finditer(text):
        if not _is_blank(text, start, separator.start()):
            yield Chunk(text[start : separator.start()], start)
        start = min(separator.end() + 1, len(text))
    if not _is_blank(text, start, len(text)):
        yield Chunk(text[start:], start)


def _is_blank(text: str, start: int, end: int) -> bool:
    """Whether nothing but blanks and comments stands between two offsets."""
    position = start
    while position < end:
        line_end = text.find("\n", position, end)
        line_end = end if line_end < 0 else line_end
        line = text[position:line_end].strip()
        if line and not line.startswith("#"):
            return False
        position = line_end + 1
    return True

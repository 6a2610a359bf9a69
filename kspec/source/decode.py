"""From bytes to text."""

from __future__ import annotations

import codecs

from kspec.source.diagnostic import Diagnostic
from kspec.source.rules import UNREADABLE_INPUT
from kspec.source.text import Span

_OTHER_UNICODE = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
_LOOKED_AT = 8192


def decode(name: str, data: bytes) -> str | Diagnostic:
    """The text of a file called `name`, without a byte order mark; a diagnostic where it is no UTF-8."""
    for mark, encoding in _OTHER_UNICODE.items():
        if data.startswith(mark):
            return Diagnostic(UNREADABLE_INPUT, f"`{name}` is in {encoding}", _start(name), "save it as UTF-8")
    if b"\0" in data[:_LOOKED_AT]:
        return Diagnostic(
            UNREADABLE_INPUT, f"`{name}` is a binary file, not text", _start(name), help="give kspec text files"
        )
    try:
        return data.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode("utf-8")
        line = before.count("\n") + 1
        column = len(before) - (before.rfind("\n") + 1) + 1
        byte = error.object[error.start]
        return Diagnostic(
            UNREADABLE_INPUT,
            f"`{name}` is not UTF-8: byte 0x{byte:02x} starts no character",
            Span.point(name, line, column),
            "save it as UTF-8",
        )


def _start(name: str) -> Span:
    return Span.point(name, 1, 1)

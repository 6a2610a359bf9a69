"""What the constants of CEL stand for.

Upstream: cel-go's parser/unescape.go and parser/parser.go (visitInt and its neighbours).
"""

from __future__ import annotations

import re
from typing import TypeAlias

from kspec.api.cel.tokens import Sort, Token

Constant: TypeAlias = bool | int | float | str | bytes | None

_ESCAPES = {
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
    "\\": "\\",
    "'": "'",
    '"': '"',
    "`": "`",
    "?": "?",
}
_ESCAPE = re.compile(
    r"\\(?:([abfnrtv\\'\"`?])|[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2}))"
)
_INT64 = 1 << 63


def constant(token: Token, negative: bool = False) -> Constant:
    """The value of a literal; `negative` where a minus stands before the number. Raises ValueError."""
    text = token.text
    match token.sort:
        case Sort.INT:
            value = int(text, 16 if text.startswith("0x") else 10) * (-1 if negative else 1)
            if not -_INT64 <= value < _INT64:
                raise ValueError("invalid int literal")
            return value
        case Sort.UINT:
            value = int(text[:-1], 16 if text.startswith("0x") else 10)
            if value >= 2 * _INT64:
                raise ValueError("invalid uint literal")
            return value
        case Sort.FLOAT:
            return -float(text) if negative else float(text)
        case Sort.STRING:
            return _unquoted(text)
        case Sort.BYTES:
            return _bytes(text[1:])
        case _:
            return None if text == "null" else text == "true"


def _body(text: str) -> tuple[str, bool]:
    """What stands between the quotes, and whether it is raw."""
    raw = text[0] in "rR"
    text = text[1:] if raw else text
    width = 3 if text[:3] in ('"""', "'''") else 1
    return text[width:-width], raw


def _unquoted(text: str) -> str:
    body, raw = _body(text)
    return body if raw else _unescaped(body)


def _unescaped(body: str) -> str:
    def replace(match: re.Match[str]) -> str:
        if match[1] is not None:
            return _ESCAPES[match[1]]
        code = int(match[5], 8) if match[5] else int(match[2] or match[3] or match[4], 16)
        if code > 0x10FFFF or 0xD800 <= code < 0xE000:
            raise ValueError("unable to unescape string")
        return chr(code)

    if "\\" in _ESCAPE.sub("", body):
        raise ValueError("unable to unescape string")
    return _ESCAPE.sub(replace, body)


def _bytes(text: str) -> bytes:
    """In bytes, `\\x` and octal escapes are single bytes, not code points."""
    body, raw = _body(text)
    if raw:
        return body.encode()
    out, position = b"", 0
    for match in _ESCAPE.finditer(body):
        out += body[position : match.start()].encode()
        whole = match[2] or match[5]
        out += bytes([int(whole, 16 if match[2] else 8)]) if whole else _unescaped(match.group()).encode()
        position = match.end()
    rest = body[position:]
    if "\\" in rest:
        raise ValueError("unable to unescape string")
    return out + rest.encode()

"""The one YAML filter: every scalar of a manifest goes through it, so that kubectl reads back what was meant.

A string is written plain only where no YAML 1.1 or 1.2 reader could take it for anything else; else it is quoted, or
laid out as a literal block where it has lines.
"""

from __future__ import annotations

import json
import math
import re
from functools import lru_cache

from kspec.source.tree import Json

# Letters, digits and marks that never mean anything to YAML, neither inside nor at the end of a plain scalar.
_PLAIN = re.compile(r"[A-Za-z_/.][A-Za-z0-9_./:@%+=, ()-]*\Z")
_TELLING = re.compile(r": |:\Z| #| \Z|[-.]{3}\Z")
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"})
_NUMBER_LIKE = re.compile(r"[+-]?(\.?[0-9]|\.(inf|nan))|[0-9]", re.IGNORECASE)
_VERSION_LIKE = re.compile(r"[0-9]+([a-z]+|\.[0-9]+\.[0-9a-z.-]*|[a-zA-Z]i)\Z")
_ODD = re.compile(r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_BLOCK = re.compile(r"[^\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\t]*\Z")


def scalar(value: Json, indent: int = 0) -> str:
    """The YAML text of a scalar, or of an empty collection. Block scalars are indented by `indent` spaces."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return _number(value)
        case str():
            return _text(value, indent)
        case _:
            return "{}" if isinstance(value, dict) else "[]"


@lru_cache(maxsize=4096)
def key(text: str) -> str:
    """The YAML text of a mapping key; keys never span lines."""
    return text if _is_plain(text) else _quoted(text)


def _number(value: float) -> str:
    if not math.isfinite(value):
        raise ValueError(f"{value} is no JSON number")
    text = repr(value)
    return text if "e" not in text or "." in text else text.replace("e", ".0e")


def _text(value: str, indent: int) -> str:
    if "\n" in value and _fits_block(value):
        lines = value.rstrip("\n").split("\n")
        trailing = len(value) - len(value.rstrip("\n"))
        chomp = "-" if trailing == 0 else "" if trailing == 1 else "+"
        pad = " " * indent
        body = "\n".join(pad + line if line else "" for line in lines)
        return f"|{chomp}\n{body}" + "\n" * max(trailing - 1, 0)
    return value if _is_plain(value) else _quoted(value)


def _quoted(value: str) -> str:
    """In double quotes, with JSON's escapes, which YAML shares; what YAML calls unprintable is escaped too."""
    return _ODD.sub(lambda m: f"\\u{ord(m[0]):04x}", json.dumps(value, ensure_ascii=False))


def _fits_block(value: str) -> bool:
    """Whether a literal block says it exactly: something else than breaks, no odd characters, no leading blank."""
    body = value.rstrip("\n")
    return bool(body) and not body.startswith((" ", "\n")) and bool(_BLOCK.match(value.replace("\n", "")))


def _is_plain(text: str) -> bool:
    if _VERSION_LIKE.match(text):
        return not re.match(r"[0-9]+[eE]", text) and not re.match(r"0[xobXOB]", text)
    if _NUMBER_LIKE.match(text) or text.lower() in _WORDS:
        return False
    return bool(_PLAIN.match(text)) and not _TELLING.search(text) and text not in {".", "..", "=", "<<"}

"""Texts: the standard functions, the strings extension (version 2) and Kubernetes' regular expressions.

Regular expressions are Go's, read by Python.

Upstream: cel-go's ext/strings.go, staging/src/k8s.io/apiserver/pkg/cel/library/regex.go (v1.36).
"""

from __future__ import annotations

import re

from kspec.api.cel.library.conversions import double_text, to_text
from kspec.api.cel.library.dispatch import overloaded
from kspec.api.cel.values import CelError, Duration, Timestamp, UInt, Value, number, type_name
from kspec.api.schema.constraints import compiled

_SPACE = " \t\n\v\f\r\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_LONGEST = 100_000
"""Texts over this length are not matched: Python's matcher has no bound of its own."""


def pattern_of(text: str) -> re.Pattern[str]:
    found = compiled(text)
    if found is None:
        raise CelError(f"error parsing regexp: `{text}`")
    return found


def _searchable(text: str) -> str:
    if len(text) > _LONGEST:
        raise CelError("text is too long to be matched")
    return text


def _char_at(text: str, at: int) -> str:
    if not 0 <= at <= len(text):
        raise CelError(f"index out of range: {at}")
    return text[at : at + 1]


def _index_of(text: str, part: str, start: int = 0) -> int:
    if not 0 <= start <= len(text):
        raise CelError(f"index out of range: {start}")
    return text.find(part, start)


def _last_index_of(text: str, part: str, last: int | None = None) -> int:
    if last is None:
        return text.rfind(part)
    if not 0 <= last <= len(text):
        raise CelError(f"index out of range: {last}")
    return text.rfind(part, 0, last + len(part))


def _substring(text: str, start: int, end: int | None = None) -> str:
    end = len(text) if end is None else end
    if not 0 <= start <= len(text):
        raise CelError(f"index out of range: {start}")
    if not 0 <= end <= len(text):
        raise CelError(f"index out of range: {end}")
    if start > end:
        raise CelError(f"invalid substring range. start: {start}, end: {end}")
    return text[start:end]


def _replace(text: str, old: str, new: str, times: int = -1) -> str:
    if len(text) * (len(new) + 1) > 10_000_000:
        raise CelError("text is too long")
    return text.replace(old, new, times)


def _split(text: str, by: str, times: int = -1) -> list[Value]:
    if times == 0:
        return []
    if by:
        return list(text.split(by, times - 1 if times > 0 else -1))
    letters = list(text)
    return letters if times < 0 or times >= len(letters) else [*letters[: times - 1], "".join(letters[times - 1 :])]


def _join(items: list[Value], by: str = "") -> str:
    if not all(isinstance(item, str) for item in items):
        raise CelError("no such overload")
    return by.join(items)


def _lower(text: str) -> str:
    return "".join(c.lower() if c.isascii() else c for c in text)


def _upper(text: str) -> str:
    return "".join(c.upper() if c.isascii() else c for c in text)


def _find_all(text: str, pattern: str, most: int = -1) -> list[Value]:
    found = [m.group() for m in pattern_of(pattern).finditer(_searchable(text))]
    return list(found if most < 0 else found[:most])


def _find(text: str, pattern: str) -> str:
    match = pattern_of(pattern).search(_searchable(text))
    return match.group() if match else ""


def _matches(text: str, pattern: str) -> bool:
    return pattern_of(pattern).search(_searchable(text)) is not None


def quoted(text: str) -> str:
    """Upstream's `strings.quote`: escapes for what cannot be printed."""
    escapes = {"\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v"}
    escapes |= {"\\": "\\\\", '"': '\\"'}
    return '"' + "".join(escapes.get(c, c) for c in text) + '"'


def _format(form: str, values: list[Value]) -> str:
    """`'%s of %d'.format([a, b])`: the verbs s, d, f, e, b, x, X, o, with a precision where they have one."""
    out, rest = "", list(values)
    for literal, verb, precision in _clauses(form):
        out += literal
        if verb is None:
            continue
        if not rest:
            raise CelError(f"index {len(values)} out of range")
        out += _verb(verb, rest.pop(0), precision)
    return out


_CLAUSE = re.compile(r"%(?:\.(\d{1,3}))?([a-zA-Z%])")


def _clauses(form: str) -> list[tuple[str, str | None, int]]:
    out: list[tuple[str, str | None, int]] = []
    position = 0
    for match in _CLAUSE.finditer(form):
        literal = form[position : match.start()]
        position = match.end()
        if match[2] == "%":
            out.append((literal + "%", None, 6))
        else:
            out.append((literal, match[2], int(match[1] or 6)))
    if "%" in form[position:]:
        raise CelError("unexpected end of string")
    return [*out, (form[position:], None, 6)]


def _verb(verb: str, value: Value, precision: int) -> str:
    found = number(value)
    if verb == "s":
        return shown(value)
    if verb == "d" and isinstance(found, int):
        return str(found)
    if verb in "fe" and found is not None:
        return format(found, f".{precision}{verb}")
    if verb in "bo" and isinstance(found, int):
        return format(found, verb)
    if verb == "b" and isinstance(value, bool):
        return str(int(value))
    if verb in "xX":
        raw = value.encode() if isinstance(value, str) else value
        if isinstance(raw, bytes):
            return raw.hex() if verb == "x" else raw.hex().upper()
        if isinstance(found, int):
            return format(found, verb)
    if verb not in "sdfebxXo":
        raise CelError(f'could not parse formatting clause: unrecognized formatting clause "{verb}"')
    raise CelError(f"error during formatting: %{verb} clause cannot be used on {type_name(value)}")


def shown(value: Value) -> str:
    """A value in a formatted text."""
    match value:
        case bool() | int() | str() | bytes() | UInt() | Timestamp() | Duration():
            return str(to_text(value))
        case float():
            return double_text(value)
        case None:
            return "null"
        case list():
            return f"[{', '.join(map(shown, value))}]"
        case dict():
            return "{" + ", ".join(sorted(f"{shown(k)}: {shown(v)}" for k, v in value.items())) + "}"
        case _:
            raise CelError(f"error during formatting: string clause cannot be used on {type_name(value)}")


FUNCTIONS = {
    "contains": overloaded(((str, str), lambda text, part: part in text)),
    "startsWith": overloaded(((str, str), str.startswith)),
    "endsWith": overloaded(((str, str), str.endswith)),
    "matches": overloaded(((str, str), _matches)),
    "charAt": overloaded(((str, int), _char_at)),
    "indexOf": overloaded(((str, str), _index_of), ((str, str, int), _index_of)),
    "lastIndexOf": overloaded(((str, str), _last_index_of), ((str, str, int), _last_index_of)),
    "lowerAscii": overloaded(((str,), _lower)),
    "upperAscii": overloaded(((str,), _upper)),
    "replace": overloaded(((str, str, str), _replace), ((str, str, str, int), _replace)),
    "split": overloaded(((str, str), _split), ((str, str, int), _split)),
    "join": overloaded(((list,), _join), ((list, str), _join)),
    "substring": overloaded(((str, int), _substring), ((str, int, int), _substring)),
    "trim": overloaded(((str,), lambda text: text.strip(_SPACE))),
    "format": overloaded(((str, list), _format)),
    "strings.quote": overloaded(((str,), quoted)),
    "find": overloaded(((str, str), _find)),
    "findAll": overloaded(((str, str), _find_all), ((str, str, int), _find_all)),
}

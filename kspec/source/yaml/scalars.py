"""What a bare word of YAML means to kubectl.

kubectl and the API server read YAML through sigs.k8s.io/yaml v1.4, that is go-yaml v2: YAML 1.1 with Go's number
syntax. The facts are those of `goyaml.v2/resolve.go` and `decode.go`; what JSON makes of the result is `yaml.go`.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
import struct
from enum import Enum

from kspec.source.tree import Json

_TRUE = ("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON")
_FALSE = ("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF")
_NULL = ("", "~", "null", "Null", "NULL")
_WORDS: dict[str, Json] = {
    **dict.fromkeys(_TRUE, True),
    **dict.fromkeys(_FALSE, False),
    **dict.fromkeys(_NULL, None),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
}
_MAYBE_WORD = frozenset("yYnNtTfFoO~")
_MAYBE_NUMBER = frozenset("+-.0123456789")
_GO_INTEGER = re.compile(r"[+-]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)", re.ASCII)
_GO_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", re.ASCII)
_LONGEST_NUMBER = 400

TAG_PREFIX = "tag:yaml.org,2002:"


class Dialect(Enum):
    """Whose reading of bare words counts."""

    KUBECTL = "kubectl"
    LETTERS_ARE_TEXT = "letters are text"
    """kubectl's, but `y` and `n` are text, as YAML libraries other than go-yaml have it."""


_LETTERS = frozenset("yYnN")


class BadScalar(ValueError):
    """A scalar that YAML can hold and JSON cannot, or that contradicts its tag. The text says so."""


def resolve(text: str, dialect: Dialect = Dialect.KUBECTL) -> Json:
    """The value of a plain (unquoted, untagged) scalar. Infinite and undefined numbers come back as floats."""
    if not text:
        return None
    first = text[0]
    if first in _MAYBE_WORD:
        if dialect is Dialect.LETTERS_ARE_TEXT and text in _LETTERS:
            return text
        return _WORDS.get(text, text)
    if first in _MAYBE_NUMBER:
        if text in _WORDS:
            return _WORDS[text]
        return _number(text)
    return text


def _number(text: str) -> Json:
    plain = text if text[0] == "." else text.replace("_", "")
    if len(plain) > _LONGEST_NUMBER:
        return text
    if _GO_INTEGER.fullmatch(plain):
        value = _integer(plain)
        if -(2**63) <= value < 2**64:
            return value
    if _GO_FLOAT.fullmatch(plain):
        number = float(plain)
        if not math.isinf(number):
            return number
    return text


def _integer(plain: str) -> int:
    """An integer as Go's strconv reads it with base 0: `0x`, `0b`, `0o`, and a leading `0` for octal."""
    sign, digits = (-1, plain[1:]) if plain[0] == "-" else (1, plain.lstrip("+"))
    if digits[0] == "0" and digits[1:].isdigit():
        return sign * int(digits, 8)
    return sign * int(digits, 0)


def resolve_tagged(tag: str, text: str) -> Json:
    """The value of a scalar with an explicit tag. Raises `BadScalar` where text and tag contradict each other."""
    match tag.removeprefix(TAG_PREFIX):
        case "str" | "timestamp":
            return text
        case "binary":
            return _binary(text)
        case "float":
            value = resolve(text)
            if isinstance(value, int | float) and not isinstance(value, bool):
                return float(value)
        case "int":
            value = resolve(text)
            if isinstance(value, int) and not isinstance(value, bool):
                return value
        case "bool":
            value = resolve(text)
            if isinstance(value, bool):
                return value
        case "null":
            if resolve(text) is None:
                return None
        case _:
            return text
    raise BadScalar(f"`{text}` is no {tag.replace(TAG_PREFIX, '!!')}")


def _binary(text: str) -> str:
    try:
        return base64.b64decode("".join(text.split()), validate=True).decode(errors="replace")
    except (binascii.Error, ValueError) as error:
        raise BadScalar("the !!binary value is not base64") from error


def to_json(value: Json) -> Json:
    """The value after its way through JSON, where a whole float is an integer. Raises `BadScalar` for inf and nan."""
    if isinstance(value, float):
        if not math.isfinite(value):
            raise BadScalar("JSON has no infinite or undefined numbers")
        if value.is_integer() and -(2**63) <= value < 2**63:
            return int(value)
    return value


def key_text(value: Json) -> str:
    """The text of a key in JSON. Raises `BadScalar` for null, which kubectl refuses as a key."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case int() if value < 2**63:
            return str(value)
        case float():
            return _go_float(value)
        case _:
            raise BadScalar("null is no key" if value is None else f"{value} is no key")


def _go_float(value: float) -> str:
    """`strconv.FormatFloat(value, 'g', -1, 32)`: the shortest digits that give the same 32-bit number."""
    if math.isnan(value):
        return ".nan"
    if math.isinf(value) or abs(value) > 3.4028235677973366e38:
        return "-.inf" if value < 0 else ".inf"
    wanted = struct.pack("f", value)
    digits = next(p for p in range(17) if struct.pack("f", float(f"{value:.{p}e}")) == wanted)
    mantissa, _, exponent = f"{value:.{digits}e}".partition("e")
    power = int(exponent)
    if -4 <= power < 6:
        return f"{value:.{max(digits - power, 0)}f}"
    return f"{mantissa}e{'-' if power < 0 else '+'}{abs(power):02d}"

"""Single values as kspec writes them: names bare where they may be, texts in the quotes that need fewest escapes."""

from __future__ import annotations

import re
from functools import cache

from kspec.api.schema import AnySchema, Scalar, ScalarSchema, Schema
from kspec.domain.quantity import Quantity
from kspec.elaborate.objects.scalars import is_name_field
from kspec.emit.language.part import Part
from kspec.source.tree import Json, Path
from kspec.syntax.format.literals import escaped, quoted

_NAME = re.compile(r"[A-Za-z_](?:[A-Za-z0-9_]|-(?=[A-Za-z0-9_]))*")
_QUALIFIED = re.compile(
    r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?){1,16}"
    r"/[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
)
_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?:%|[A-Za-z]+)?")
_TRUTHS = frozenset({"yes", "no", "on", "off", "y", "n"})
_BLOCK_WORDS = frozenset(
    [
        "let",
        "for",
        "if",
        "remove",
        "under",
        "leads_to",
        "in",
        "as",
        "at",
        "else",
        "then",
        "until",
        "true",
        "false",
        "null",
        "mod",
    ]
)
"""Words that cannot open a block."""


@cache
def _words() -> frozenset[str]:
    from kspec.syntax.table import table

    return frozenset(table().words)


def is_bare(text: str) -> bool:
    """Whether a text can be written without quotes where a bare word is a value."""
    return _NAME.fullmatch(text) is not None and text not in _words() and text.lower() not in _TRUTHS


def opens_block(key: str) -> bool:
    """Whether a key can be the word of a block: `spec { ... }`."""
    return _NAME.fullmatch(key) is not None and key not in _BLOCK_WORDS


def name(text: str) -> str:
    """A label or an argument: `web`, `"my.name"`."""
    return text if is_bare(text) else quoted(text)


def key(text: str) -> str:
    """A key of a field or an entry: `app`, `app.kubernetes.io/name`, `"odd key"`."""
    return text if _NAME.fullmatch(text) or _QUALIFIED.fullmatch(text) else quoted(text)


def string(text: str) -> str:
    """A text on one line; raw quotes where the others would need escapes."""
    plain = quoted(text)
    raw = "'" not in text and text.isprintable() and any(c in text for c in '"\\$')
    return f"'{text}'" if raw else plain


def text(value: str, path: Path) -> Part:
    """A text: over several lines where it has some and nothing in it would be lost."""
    lines = value.split("\n")
    if len(lines) > 2 or (len(lines) == 2 and lines[-1]):
        written = [line for line in lines if line]
        odd = any(not line.strip() for line in written) or "\r" in value or all(line[0] in " \t" for line in written)
        if written and not odd and lines[0]:
            return Part('"""', path, closing='"""', lines=(*map(_long, lines[:-1]), _last(lines[-1])))
    return Part(string(value), path)


def _long(line: str) -> str:
    """A line inside `\"\"\"`, where only three quotes in a row need escapes."""
    return '\\"\\"\\"'.join(escaped(part).replace('\\"', '"') for part in line.split('"""'))


def _last(line: str) -> str:
    """The last line: quotes at its end, even escaped ones, would be taken for the closing ones."""
    body = line.rstrip('"')
    return _long(body) + "\\u0022" * (len(line) - len(body))


def scalar(value: Json, schema: Schema, field: str, path: Path) -> Part:
    """A value that is neither a map nor a list, as its field takes it."""
    match value:
        case None:
            return Part("null", path)
        case bool():
            return Part("true" if value else "false", path)
        case int():
            return Part(_integer(value, schema, field), path)
        case float():
            return Part(_float(value), path)
        case str():
            return _string(value, schema, field, path)
        case _:
            raise AssertionError(f"no scalar: {value!r}")


def _integer(value: int, schema: Schema, field: str) -> str:
    if isinstance(schema, ScalarSchema) and schema.type is Scalar.INTEGER and "Seconds" in field and value > 0:
        return seconds(value)
    return str(value)


def seconds(value: int) -> str:
    """A number of seconds in the largest unit that it is a whole number of: `90s`, `5m`, `2h`."""
    if value <= 0:
        return str(value)
    for size, unit in ((3600, "h"), (60, "m")):
        if value % size == 0:
            return f"{value // size}{unit}"
    return f"{value}s"


def _float(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)


def _string(value: str, schema: Schema, field: str, path: Path) -> Part:
    match schema:
        case ScalarSchema(type=Scalar.QUANTITY) if is_amount(value):
            return Part(value, path)
        case ScalarSchema(type=Scalar.INT_OR_STRING) if re.fullmatch(r"\d+%", value) or is_bare(value):
            return Part(value, path)
        case ScalarSchema(type=Scalar.STRING) if value in schema.enum and is_bare(value):
            return Part(value, path)
        case ScalarSchema(type=Scalar.STRING) if is_name_field(field) and not schema.enum and is_bare(value):
            return Part(value, path)
        case AnySchema() if is_name_field(field) and is_bare(value):
            return Part(value, path)
        case _:
            return text(value, path)


def is_amount(value: str) -> bool:
    """Whether a quantity can be written as a bare number with its unit."""
    if _NUMBER.fullmatch(value) is None or value.endswith("%"):
        return False
    try:
        Quantity.parse(value)
    except ValueError:
        return False
    return True


def amount(value: Json) -> str | None:
    """A quantity as a bare number; None where it needs quotes."""
    match value:
        case bool():
            return None
        case int() if value >= 0:
            return str(value)
        case float() if value >= 0 and is_amount(_float(value)):
            return _float(value)
        case str() if is_amount(value):
            return value
        case _:
            return None


_BARE_VERSION = re.compile(r"[a-z]\w*|[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)+/\w+")


def version(api_version: str) -> str:
    """The version of a `resource`: bare where it is a name or has a dotted group."""
    return api_version if _BARE_VERSION.fullmatch(api_version) else quoted(api_version)


_REFERENCE = re.compile(r"[a-z]+/[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")


def is_reference(text: str) -> bool:
    """Whether a text reads as an object of the design: `service/web.http`."""
    return _REFERENCE.fullmatch(text) is not None

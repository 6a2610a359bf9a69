"""Causes: what the API server says is wrong with a field.

Upstream: staging/src/k8s.io/apimachinery/pkg/util/validation/field/{errors,path}.go (v1.36). A cause prints as
upstream's error body; its reason is the `reason` of an entry in `details.causes` of a refusal.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from kspec.source.tree import Json, Path


class Reason(Enum):
    """Upstream's error types, with the words that open their messages."""

    REQUIRED = "FieldValueRequired", "Required value"
    INVALID = "FieldValueInvalid", "Invalid value"
    NOT_SUPPORTED = "FieldValueNotSupported", "Unsupported value"
    FORBIDDEN = "FieldValueForbidden", "Forbidden"
    DUPLICATE = "FieldValueDuplicate", "Duplicate value"
    NOT_FOUND = "FieldValueNotFound", "Not found"
    TOO_LONG = "FieldValueTooLong", "Too long"
    TOO_MANY = "FieldValueTooMany", "Too many"
    TOO_FEW = "FieldValueTooFew", "Too few"
    TYPE_INVALID = "FieldValueTypeInvalid", "Invalid value"
    INTERNAL = "InternalError", "Internal error"
    UNSAID = "", ""
    """A policy's refusal, which is about no field."""

    @property
    def code(self) -> str:
        return self.value[0]

    @property
    def words(self) -> str:
        return self.value[1]


class FieldPath(NamedTuple):
    """A place in an object. `at / "spec"` is a field, `at.item(0)` an element, `at.key("cpu")` an entry of a map."""

    text: str = ""
    parts: Path = ()

    def __truediv__(self, name: str) -> FieldPath:
        parts = name.split(".") if "." in name else (name,)
        return FieldPath(f"{self.text}.{name}" if self.text else name, (*self.parts, *parts))

    def item(self, number: int) -> FieldPath:
        """The element `number` of the list here."""
        return FieldPath(f"{self.text}[{number}]", (*self.parts, number))

    def key(self, key: str) -> FieldPath:
        """The entry `key` of the map here."""
        return FieldPath(f"{self.text}[{key}]", (*self.parts, key))

    def __str__(self) -> str:
        return self.text


ROOT = FieldPath()
META = FieldPath() / "metadata"
SPEC = FieldPath() / "spec"


@dataclass(frozen=True, slots=True)
class Rendered:
    """A value whose printed form is already known, such as one of upstream's internal structs."""

    text: str


Value = Json | Rendered


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that is wrong: the field as upstream prints it, why, and the message without the field."""

    field: str
    reason: Reason
    message: str
    path: Path = ()

    def __str__(self) -> str:
        return f"{self.field}: {self.message}"


def required(at: FieldPath, detail: str = "") -> Cause:
    """A value is missing."""
    return _bare(at, Reason.REQUIRED, detail)


def forbidden(at: FieldPath, detail: str) -> Cause:
    """A value that may not be set here."""
    return _bare(at, Reason.FORBIDDEN, detail)


def invalid(at: FieldPath, value: Value, detail: str = "") -> Cause:
    """A malformed value."""
    return _with_value(at, Reason.INVALID, value, detail)


def invalid_unsaid(at: FieldPath, detail: str) -> Cause:
    """A malformed value that upstream does not print."""
    return _bare(at, Reason.INVALID, detail)


def duplicate(at: FieldPath, value: Value, detail: str = "") -> Cause:
    """A value that must be unique and is not."""
    return _with_value(at, Reason.DUPLICATE, value, detail)


def not_found(at: FieldPath, value: Value, detail: str = "") -> Cause:
    """A name that refers to nothing."""
    return _with_value(at, Reason.NOT_FOUND, value, detail)


def not_supported(at: FieldPath, value: Value, supported: Iterable[str]) -> Cause:
    """A value outside an enumeration. `supported` is printed in the order given."""
    names = ", ".join(quoted(s) for s in supported)
    return _with_value(at, Reason.NOT_SUPPORTED, value, f"supported values: {names}" if names else "")


def too_long(at: FieldPath, limit: int) -> Cause:
    """A text or a map of texts over its limit in bytes."""
    return _bare(at, Reason.TOO_LONG, f"may not be more than {limit} {'byte' if limit == 1 else 'bytes'}")


def too_many(at: FieldPath, actual: int, limit: int) -> Cause:
    """A list with too many items."""
    return _with_value(at, Reason.TOO_MANY, actual, f"must have at most {limit} {'item' if limit == 1 else 'items'}")


def internal(at: FieldPath, detail: str) -> Cause:
    """Upstream calls this an internal error."""
    return _bare(at, Reason.INTERNAL, detail)


def each(at: FieldPath, value: Value, messages: Iterable[str]) -> list[Cause]:
    """One invalid-value cause per message."""
    return [invalid(at, value, message) for message in messages]


def _bare(at: FieldPath, reason: Reason, detail: str) -> Cause:
    return Cause(at.text or "<nil>", reason, f"{reason.words}: {detail}" if detail else reason.words, at.parts)


def _with_value(at: FieldPath, reason: Reason, value: Value, detail: str) -> Cause:
    message = f"{reason.words}: {rendered(value)}"
    return Cause(at.text or "<nil>", reason, f"{message}: {detail}" if detail else message, at.parts)


def rendered(value: Value) -> str:
    """A value as upstream prints it: numbers plain, text quoted, everything else as Go's JSON."""
    match value:
        case Rendered():
            return value.text
        case str():
            return quoted(value)
        case _:
            return go_json(value)


def quoted(text: str) -> str:
    """Text as Go's `%q`."""
    return json.dumps(text, ensure_ascii=False)


def go_json(value: Json, *, sort_keys: bool = True) -> str:
    """JSON as Go's encoder writes it: no spaces, keys sorted as in maps, `<`, `>` and `&` escaped."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=sort_keys)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def go_list(values: Sequence[str]) -> str:
    """A list of texts as Go's `%q`: `["a" "b"]`."""
    return f"[{' '.join(quoted(v) for v in values)}]"

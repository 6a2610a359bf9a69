"""What can be wrong with the shape of an object, as values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from kspec.source.tree import Json, Path, dotted

if TYPE_CHECKING:
    from kspec.source.diagnostic import Rule


class ProblemKind(Enum):
    """The ways in which an object can fail to have its kind's shape."""

    UNKNOWN_FIELD = "unknown field"
    DUPLICATE_FIELD = "duplicate field"
    WRONG_TYPE = "wrong type"
    OUT_OF_RANGE = "integer out of range"
    BAD_FORMAT = "bad format"
    MISSING = "required field missing"
    NOT_IN_ENUM = "value not allowed"
    CONSTRAINT = "constraint of a custom resource"
    DUPLICATE_ITEM = "duplicate item of a keyed list"


class Stage(Enum):
    """When the API server finds it, which decides its words and whether it refuses the object at all."""

    DECODE = "decode"
    """Decoding fails: 400, whatever the field validation. Only the first one is reported."""

    STRICT = "strict"
    """Refused under strict field validation (400, all of them together), a warning otherwise; the field is dropped."""

    APPLY = "apply"
    """Accepted, but refused by server-side apply and mangled by client-side apply."""

    VALIDATE = "validate"
    """Found by validation, after defaulting: 422 with causes. `kspec.api.validation` overrules it on built-in kinds."""


class Keyword(Enum):
    """The keywords of a custom resource's schema that a value can break."""

    TYPE = "type"
    ENUM = "enum"
    PATTERN = "pattern"
    FORMAT = "format"
    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    EXCLUSIVE_MINIMUM = "exclusiveMinimum"
    EXCLUSIVE_MAXIMUM = "exclusiveMaximum"
    MULTIPLE_OF = "multipleOf"
    MIN_LENGTH = "minLength"
    MAX_LENGTH = "maxLength"
    MIN_ITEMS = "minItems"
    MAX_ITEMS = "maxItems"
    MIN_PROPERTIES = "minProperties"
    MAX_PROPERTIES = "maxProperties"
    UNIQUE_ITEMS = "uniqueItems"
    ALL_OF = "allOf"
    ANY_OF = "anyOf"
    ONE_OF = "oneOf"
    NOT = "not"


@dataclass(frozen=True, slots=True)
class Breach:
    """A keyword that a value breaks, what the schema says there, and a predicate for people: "is too long"."""

    keyword: Keyword
    bound: Json
    words: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """One way in which an object is not of its kind's shape.

    `message` and `help` are for people; `value` is the offending value, of which `found` is the JSON type.
    `at_key` where the field's name is at fault, not its value. `breach` is set for values of custom resources.
    """

    rule: Rule
    kind: ProblemKind
    stage: Stage
    path: Path
    message: str
    help: str | None = None
    value: Json = None
    at_key: bool = False
    breach: Breach | None = None

    def at_stage(self, stage: Stage) -> Problem:
        """The same problem, found at another stage."""
        return replace(self, stage=stage)

    @property
    def field(self) -> str:
        """The path as the API server prints it."""
        return dotted(self.path)

    @property
    def found(self) -> str:
        """The JSON type of the offending value, as Go's decoder calls it."""
        return json_type(self.value)


def json_type(value: Json) -> str:
    """The type of a value in the words of Go's JSON decoder."""
    match value:
        case None:
            return "null"
        case bool():
            return "bool"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case dict():
            return "object"

"""The shape of Kubernetes objects: schemas as a tree of values.

Built-in kinds and custom resources have the same tree, so whoever walks a manifest along its schema (the structural
check, defaulting, pruning) needs one walk. Definitions refer to each other, even to themselves; an object's `fields`
are resolved when they are looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from kspec.source.tree import Json


class Scalar(Enum):
    """The scalar types of the API; the value is the word used in messages."""

    STRING = "string"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    NUMBER = "number"
    BYTES = "base64 string"
    TIME = "timestamp"
    MICRO_TIME = "timestamp with microseconds"
    QUANTITY = "quantity"
    INT_OR_STRING = "integer or string"


class ListType(Enum):
    """`x-kubernetes-list-type`: how lists are merged, and which of their items count as the same."""

    ATOMIC = "atomic"
    SET = "set"
    MAP = "map"


@dataclass(frozen=True, slots=True)
class Limits:
    """The value constraints a custom resource's schema can state (built-in kinds state none)."""

    pattern: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    exclusive_minimum: bool = False
    exclusive_maximum: bool = False
    multiple_of: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    min_items: int | None = None
    max_items: int | None = None
    min_properties: int | None = None
    max_properties: int | None = None
    unique_items: bool = False
    format: str | None = None


NO_LIMITS = Limits()
NO_DEFAULT: Json = None
"""A default of null is no default, for built-in kinds and custom resources alike."""


@dataclass(frozen=True, slots=True)
class Logic:
    """Combinations of schemas that a custom resource's value must meet besides its own."""

    all_of: tuple[Schema, ...] = ()
    any_of: tuple[Schema, ...] = ()
    one_of: tuple[Schema, ...] = ()
    not_: Schema | None = None


@dataclass(frozen=True, slots=True)
class CelRule:
    """A rule of `x-kubernetes-validations`. `self` in it is the value that the schema with the rule describes."""

    rule: str
    message: str = ""
    message_expression: str = ""
    reason: str = "FieldValueInvalid"
    field_path: str = ""
    optional_old_self: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Common:
    """What every schema may state. Built-in kinds state none of it but `enum`."""

    nullable: bool = False
    default: Json = NO_DEFAULT
    enum: tuple[Json, ...] = ()
    limits: Limits = NO_LIMITS
    logic: Logic | None = None
    rules: tuple[CelRule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalarSchema(Common):
    """A single value. `bits` is 32 or 64 for integers, and 0 otherwise."""

    type: Scalar
    bits: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSchema(Common):
    """A list. `keys` identify an item of a MAP list; `merge_key` is the one strategic merge patch uses."""

    items: Schema
    list_type: ListType = ListType.ATOMIC
    keys: tuple[str, ...] = ()
    merge_key: str | None = None
    patch_strategy: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MapSchema(Common):
    """Arbitrary keys with values of one shape, such as labels."""

    values: Schema


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ObjectSchema(Common):
    """A struct: named fields, nothing else, unless `preserves_unknown`.

    `name` is the OpenAPI definition (`io.k8s.api.core.v1.Container`), empty for an anonymous struct of a custom
    resource. `embedded` marks a whole Kubernetes object inside another (`x-kubernetes-embedded-resource`).
    """

    name: str = ""
    fields: Mapping[str, Schema] = field(default_factory=dict, repr=False)
    required: frozenset[str] = frozenset()
    deprecated: frozenset[str] = frozenset()
    atomic: bool = False
    preserves_unknown: bool = False
    embedded: bool = False

    @property
    def short_name(self) -> str:
        """The struct's name without its package: `PodSpec`."""
        return self.name.rsplit(".", 1)[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnySchema(Common):
    """Anything goes. `objects_only` where it must at least be an object (a raw extension)."""

    objects_only: bool = False


Schema: TypeAlias = ScalarSchema | ListSchema | MapSchema | ObjectSchema | AnySchema

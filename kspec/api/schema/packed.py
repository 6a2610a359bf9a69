"""Reads the packed schemas in `schemas/` (their format is described in `schemas/build.py`)."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from kspec.api.schema.types import (
    AnySchema,
    ListSchema,
    ListType,
    MapSchema,
    ObjectSchema,
    Scalar,
    ScalarSchema,
    Schema,
)
from kspec.source.data import data_dir

SCALARS: Mapping[str, ScalarSchema] = {
    "string": ScalarSchema(type=Scalar.STRING),
    "bool": ScalarSchema(type=Scalar.BOOLEAN),
    "int32": ScalarSchema(type=Scalar.INTEGER, bits=32),
    "int64": ScalarSchema(type=Scalar.INTEGER, bits=64),
    "double": ScalarSchema(type=Scalar.NUMBER),
    "bytes": ScalarSchema(type=Scalar.BYTES),
    "time": ScalarSchema(type=Scalar.TIME),
    "microtime": ScalarSchema(type=Scalar.MICRO_TIME),
    "quantity": ScalarSchema(type=Scalar.QUANTITY),
    "intstr": ScalarSchema(type=Scalar.INT_OR_STRING),
}
PLUMBING = frozenset(
    {"APIGroup", "APIGroupList", "APIResourceList", "APIVersions", "DeleteOptions", "Status", "WatchEvent"}
)
"""Kinds that the protocol needs and nobody writes."""

ANY = AnySchema()
ANY_OBJECT = AnySchema(objects_only=True)


class Definitions:
    """The definitions of one Kubernetes version; each becomes a schema when it is first asked for."""

    def __init__(self, records: Mapping[str, Any]) -> None:
        self._records = records
        self._schemas: dict[str, ObjectSchema] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self._records)

    def __contains__(self, name: object) -> bool:
        return name in self._records

    def kinds(self) -> dict[tuple[str, str], str]:
        """(apiVersion, kind) -> definition, for the kinds that stand on their own."""
        return {
            (f"{group}/{version}" if group else version, kind): name
            for name, record in self._records.items()
            for group, version, kind in record.get("kinds", ())
            if kind not in PLUMBING
        }

    def get(self, name: str) -> ObjectSchema:
        """The schema of a definition."""
        found = self._schemas.get(name)
        if found is None:
            record = self._records[name]
            found = ObjectSchema(
                name=name,
                fields=_Fields(self, record.get("fields", {})),
                required=frozenset(record.get("required", ())),
                deprecated=frozenset(record.get("deprecated", ())),
                atomic=record.get("atomic", False),
            )
            self._schemas[name] = found
        return found

    def read(self, packed: Any) -> Schema:
        """A packed type as a schema."""
        if isinstance(packed, str):
            return self._read_name(packed)
        if "list" in packed:
            return ListSchema(
                items=self.read(packed["list"]),
                list_type=ListType(packed.get("of", "atomic")),
                keys=tuple(packed.get("keys", ())),
                merge_key=packed.get("merge"),
                patch_strategy=packed.get("strategy"),
            )
        if "map" in packed:
            return MapSchema(values=self.read(packed["map"]))
        return ScalarSchema(type=Scalar.STRING, enum=tuple(packed["enum"]))

    def _read_name(self, name: str) -> Schema:
        if name.startswith("#"):
            return self.get(name[1:])
        match name:
            case "any":
                return ANY
            case "object":
                return ANY_OBJECT
            case _:
                return SCALARS[name]


class _Fields(Mapping[str, Schema]):
    """A struct's fields; each is read when it is first looked at."""

    def __init__(self, definitions: Definitions, packed: Mapping[str, Any]) -> None:
        self._definitions = definitions
        self._packed = packed
        self._read: dict[str, Schema] = {}

    def __getitem__(self, name: str) -> Schema:
        found = self._read.get(name)
        if found is None:
            found = self._read[name] = self._definitions.read(self._packed[name])
        return found

    def __contains__(self, name: object) -> bool:
        return name in self._packed

    def __iter__(self) -> Iterator[str]:
        return iter(self._packed)

    def __len__(self) -> int:
        return len(self._packed)


@cache
def read_definitions(version: str) -> Definitions:
    """The definitions of a version that is in `read_kinds`."""
    path = data_dir("schemas") / f"v{version}.json.gz"
    return Definitions(json.loads(gzip.decompress(path.read_bytes())))


@cache
def read_kinds() -> Mapping[tuple[str, str], tuple[str, ...]]:
    """(apiVersion, kind) -> the versions, ascending, whose schema has it."""
    table: dict[str, list[str]] = json.loads((data_dir("schemas") / "kinds.json").read_text(encoding="utf-8"))
    out: dict[tuple[str, str], tuple[str, ...]] = {}
    for key, versions in table.items():
        api_version, _, kind = key.rpartition("/")
        if kind not in PLUMBING:
            out[api_version, kind] = tuple(versions)
    return out

"""What other versions of Kubernetes know: fields that are new or gone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from kspec.api.schema.catalogue import minor, supported_versions
from kspec.api.schema.packed import read_definitions


@dataclass(frozen=True, slots=True)
class FieldHistory:
    """A field that another version has: `added` in it, or `removed` in it, whichever is set."""

    added: str | None = None
    removed: str | None = None

    def __str__(self) -> str:
        return f"it is new in {self.added}" if self.added else f"it was removed in {self.removed}"


@lru_cache(maxsize=256)
def field_history(definition: str, field: str, version: str) -> FieldHistory | None:
    """When a field that `version` does not have comes, or went; None where no shipped version has it.

    Structs of custom resources, whose names have no dots, have no history.
    """
    if "." not in definition:
        return None
    versions = supported_versions()
    here = minor(version)
    for later in versions:
        if minor(later) > here and _has(later, definition, field):
            return FieldHistory(added=later)
    for earlier in reversed(versions):
        if minor(earlier) < here and _has(earlier, definition, field):
            return FieldHistory(removed=f"1.{minor(earlier) + 1}")
    return None


def _has(version: str, definition: str, field: str) -> bool:
    definitions = read_definitions(version)
    return definition in definitions and field in definitions.get(definition).fields

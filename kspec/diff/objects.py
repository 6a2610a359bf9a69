"""Which objects a change adds, takes away and changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from kspec.api.wire.table import canonical
from kspec.diff.fields import FieldChange, field_changes
from kspec.domain.expansion import namespace_of
from kspec.domain.objects import Resource
from kspec.elaborate.design import Design
from kspec.source.tree import Object


class How(Enum):
    """What becomes of an object."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Altered:
    """An object that is not what it was, with the API server's defaults; at least one of the two is there."""

    before: Resource | None
    after: Resource | None
    fields: tuple[FieldChange, ...] = ()

    @property
    def how(self) -> How:
        if self.before is None:
            return How.ADDED
        return How.REMOVED if self.after is None else How.CHANGED

    @property
    def resource(self) -> Resource:
        """The object as it is now, or was."""
        found = self.after or self.before
        assert found is not None
        return found


def altered(before: Design | None, after: Design) -> Iterator[Altered]:
    """The objects that differ: those of the new design in its order, then those that are gone.

    An object is the same as long as its group, kind, namespace and name are; its version may change.
    """
    old = {_identity(r): r for r in before.resources} if before is not None else {}
    new = {_identity(r): r for r in after.resources}
    for key, resource in new.items():
        if key not in old:
            yield Altered(None, resource)
        elif fields := field_changes(stored(old[key]), stored(resource)):
            yield Altered(old[key], resource, fields)
    yield from (Altered(resource, None) for key, resource in old.items() if key not in new)


def stored(resource: Resource) -> Object:
    """The object as the server prints it: `1000m` of CPU is `1`."""
    return canonical(resource.manifest, resource.api_version, resource.kind)


def _identity(resource: Resource) -> tuple[str, str, str, str]:
    group = resource.api_version.rpartition("/")[0]
    return group, resource.kind, namespace_of(resource), resource.name

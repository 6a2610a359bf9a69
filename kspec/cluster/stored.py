"""An object as the API server stores it: typed access to what controllers look at.

A manifest in the store is never changed in place; `Stored.draft` gives a copy to change and send back.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from kspec.api.fields import flag, integer, mapping, obj, objects, text, texts
from kspec.cluster.moments import seconds_of
from kspec.domain.objects import Resource
from kspec.source.tree import Json, Object

Key: TypeAlias = tuple[str, str]
"""Namespace (empty for kinds without one) and name."""


@dataclass(frozen=True, slots=True)
class Owner:
    """An owner reference."""

    kind: str
    name: str
    uid: str
    controller: bool = False
    block: bool = False
    api_version: str = ""

    def as_json(self) -> Object:
        reference: Object = {"apiVersion": self.api_version, "kind": self.kind, "name": self.name, "uid": self.uid}
        if self.controller:
            reference["controller"] = True
        if self.block:
            reference["blockOwnerDeletion"] = True
        return reference


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of a status. `updated` is for kinds that have `lastUpdateTime` (Deployment)."""

    type: str
    status: str
    reason: str = ""
    message: str = ""
    transitioned: str = ""
    updated: str = ""


@dataclass(frozen=True, eq=False)
class Stored:
    """One object at one revision. What is read from it is remembered; do not change what you get."""

    manifest: Object

    # -- identity ------------------------------------------------------------------------------------------------------

    @property
    def api_version(self) -> str:
        return text(self.manifest, "apiVersion")

    @cached_property
    def kind(self) -> str:
        return text(self.manifest, "kind")

    @cached_property
    def namespace(self) -> str:
        return text(self.manifest, "metadata", "namespace")

    @cached_property
    def name(self) -> str:
        return text(self.manifest, "metadata", "name")

    @cached_property
    def key(self) -> Key:
        return self.namespace, self.name

    @cached_property
    def uid(self) -> str:
        return text(self.manifest, "metadata", "uid")

    @property
    def revision(self) -> int:
        """`metadata.resourceVersion`."""
        return int(text(self.manifest, "metadata", "resourceVersion") or 0)

    # -- metadata ------------------------------------------------------------------------------------------------------

    @property
    def generation(self) -> int:
        return integer(self.manifest, "metadata", "generation")

    @cached_property
    def labels(self) -> dict[str, str]:
        return mapping(self.manifest, "metadata", "labels")

    @cached_property
    def annotations(self) -> dict[str, str]:
        return mapping(self.manifest, "metadata", "annotations")

    @cached_property
    def created(self) -> float:
        """When it was created, in seconds; whole ones, as stored."""
        return seconds_of(text(self.manifest, "metadata", "creationTimestamp"))

    @cached_property
    def deleting(self) -> bool:
        """Whether its deletion was requested."""
        return bool(text(self.manifest, "metadata", "deletionTimestamp"))

    @property
    def finalizers(self) -> list[str]:
        return texts(self.manifest, "metadata", "finalizers")

    @cached_property
    def owners(self) -> tuple[Owner, ...]:
        return tuple(
            Owner(
                text(o, "kind"),
                text(o, "name"),
                text(o, "uid"),
                bool(flag(o, "controller")),
                bool(flag(o, "blockOwnerDeletion")),
                text(o, "apiVersion"),
            )
            for o in objects(self.manifest, "metadata", "ownerReferences")
        )

    @cached_property
    def controller(self) -> Owner | None:
        """The owner that manages the object."""
        return next((o for o in self.owners if o.controller), None)

    def controlled_by(self, owner: Stored) -> bool:
        controller = self.controller
        return controller is not None and controller.uid == owner.uid

    def as_owner(self) -> Owner:
        """A reference to this object, as the controller of another."""
        return Owner(self.kind, self.name, self.uid, True, True, self.api_version)

    # -- spec and status -----------------------------------------------------------------------------------------------

    @cached_property
    def spec(self) -> Object:
        return obj(self.manifest, "spec")

    @cached_property
    def status(self) -> Object:
        return obj(self.manifest, "status")

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        return conditions_of(self.status)

    def condition(self, kind: str) -> Condition | None:
        return next((c for c in self.conditions if c.type == kind), None)

    @cached_property
    def phase(self) -> str:
        """`status.phase`."""
        return text(self.status, "phase")

    @cached_property
    def ready(self) -> bool:
        """Whether the condition Ready is true."""
        condition = self.condition("Ready")
        return condition is not None and condition.status == "True"

    @cached_property
    def resource(self) -> Resource:
        """The object with its typed view (`stored.resource.as_(Pod)`), which is made once."""
        return Resource(self.manifest)

    def draft(self) -> Object:
        """A copy of the manifest, for changing."""
        return deepcopy(self.manifest)

    def with_status(self, status: Object) -> Object:
        """The manifest with another status; the rest is shared with this object."""
        return {**self.manifest, "status": status}


def key_of(manifest: Object) -> Key:
    """The key of an object that is not stored yet."""
    return text(manifest, "metadata", "namespace"), text(manifest, "metadata", "name")


def conditions_of(status: Object) -> tuple[Condition, ...]:
    return tuple(
        Condition(
            text(c, "type"),
            text(c, "status"),
            text(c, "reason"),
            text(c, "message"),
            text(c, "lastTransitionTime"),
            text(c, "lastUpdateTime"),
        )
        for c in objects(status, "conditions")
    )


def conditions_json(conditions: Iterable[Condition]) -> list[Json]:
    """Conditions as a status has them; empty fields are left out."""
    out: list[Json] = []
    for c in conditions:
        given = {
            "type": c.type,
            "status": c.status,
            "lastUpdateTime": c.updated,
            "lastTransitionTime": c.transitioned,
            "reason": c.reason,
            "message": c.message,
        }
        out.append({name: value for name, value in given.items() if value})
    return out


def part(manifest: Json, *path: str) -> Object:
    """The object at a path of a draft, for writing; made where it is absent."""
    assert isinstance(manifest, dict)
    for name in path:
        found = manifest.get(name)
        if not isinstance(found, dict):
            found = manifest[name] = {}
        manifest = found
    return manifest

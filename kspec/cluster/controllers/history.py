"""ControllerRevisions: the versions of a pod template that a StatefulSet or DaemonSet has had.

A revision's data is a patch that replaces the template; its name ends in the hash of that patch, the same that the
real control plane computes.

Upstream: pkg/controller/history/controller_history.go, pkg/controller/statefulset/stateful_set_utils.go (`getPatch`,
`newRevision`), pkg/controller/daemon/update.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kspec.api.admission.refusal import Refused
from kspec.api.fields import integer, mapping, obj
from kspec.cluster.client import Client
from kspec.cluster.hashing import data_hash, go_json, safe_hash
from kspec.cluster.stored import Stored
from kspec.source.tree import Json, Object

HASH_LABEL = "controller.kubernetes.io/hash"
REVISION_LABEL = "controller-revision-hash"
_LONGEST_PREFIX = 223


@dataclass(frozen=True, slots=True)
class Draft:
    """A revision that may have to be created. Its hash is that of its data, or `of_template`."""

    owner: Stored
    data: Object
    number: int
    label: str = HASH_LABEL
    of_template: bool = False

    def _code(self, collisions: int) -> str:
        if self.of_template:
            return safe_hash(self.owner.spec.get("template"), collisions or None)
        return data_hash(go_json(self.data), collisions)

    def manifest(self, collisions: int) -> Object:
        owner = self.owner
        code = self._code(collisions)
        labels: Object = {**mapping(owner.spec, "template", "metadata", "labels"), self.label: code}
        metadata: Object = {
            "name": f"{owner.name[:_LONGEST_PREFIX]}-{code}",
            "namespace": owner.namespace,
            "labels": labels,
            "ownerReferences": [owner.as_owner().as_json()],
        }
        if owner.annotations:
            metadata["annotations"] = dict[str, Json](owner.annotations)
        return {
            "apiVersion": "apps/v1",
            "kind": "ControllerRevision",
            "metadata": metadata,
            "data": self.data,
            "revision": self.number,
        }


def template_patch(owner: Stored) -> Object:
    """The patch that makes a template what the owner's is now."""
    return {"spec": {"template": {**obj(owner.spec, "template"), "$patch": "replace"}}}


def number_of(revision: Stored) -> int:
    return integer(revision.manifest, "revision")


def in_order(revisions: Iterable[Stored]) -> list[Stored]:
    """Oldest revision first."""
    return sorted(revisions, key=lambda r: (number_of(r), r.created, r.name))


def next_number(revisions: list[Stored]) -> int:
    """The number of the next revision; `revisions` are in order."""
    return number_of(revisions[-1]) + 1 if revisions else 1


def same(revision: Stored, data: Object) -> bool:
    return obj(revision.manifest, "data") == data


def template_of(revision: Stored) -> Object:
    """The pod template that a revision stands for."""
    return {k: v for k, v in obj(revision.manifest, "data", "spec", "template").items() if k != "$patch"}


async def create(client: Client, draft: Draft, collisions: int) -> tuple[Stored, int]:
    """Create a revision under a name that is free; the stored one, and how often names have collided now."""
    while True:
        manifest = draft.manifest(collisions)
        try:
            return await client.create_plain(manifest), collisions
        except Refused as refused:
            if refused.refusal.code != 409:
                raise
            name = str(obj(manifest, "metadata")["name"])
            there = await client.get("ControllerRevision", (draft.owner.namespace, name))
            if same(there, draft.data):
                return there, collisions
            collisions += 1


async def renumber(client: Client, revision: Stored, number: int) -> Stored:
    """Make an old revision the newest one."""
    if number_of(revision) == number:
        return revision
    return await client.update({**revision.manifest, "revision": number})

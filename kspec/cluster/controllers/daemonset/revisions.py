"""The revisions of a DaemonSet: which one it is at, and which are kept.

Upstream: pkg/controller/daemon/update.go (`constructHistory`, `snapshot`, `cleanupHistory`) (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kspec.api.fields import integer
from kspec.cluster.client import Client
from kspec.cluster.controller import Controller, matches, selector_of
from kspec.cluster.controllers import history
from kspec.cluster.controllers.claims import claim
from kspec.cluster.stored import Stored
from kspec.source.tree import Object

_LIMIT = 10


@dataclass(frozen=True, slots=True)
class Revisions:
    """The revision that the set is at, and those before."""

    current: Stored
    old: Sequence[Stored]

    @property
    def hash(self) -> str:
        return self.current.labels.get(history.REVISION_LABEL, "")


async def revisions_of(controller: Controller, found: Stored) -> Revisions:
    """Its revisions; the current one is made, or made the newest, where it has to be."""
    selector, data = selector_of(found), history.template_patch(found)
    around = list(controller.cache.list("ControllerRevision", found.namespace))
    known = history.in_order(await claim(controller, found, around, lambda r: matches(selector, r.labels)))
    old = [r for r in known if not history.same(r, data)]
    number = max((history.number_of(r) for r in old), default=0) + 1
    current = next((r for r in reversed(known) if history.same(r, data)), None)
    if current is None:
        current = await _snapshot(controller.client, found, data, number)
    elif history.number_of(current) < number:
        current = await history.renumber(controller.client, current, number)
    return Revisions(current, old)


async def _snapshot(client: Client, found: Stored, data: Object, number: int) -> Stored:
    """A new revision. Its hash is that of the template, as with ReplicaSets."""
    collisions = integer(found.status, "collisionCount")
    draft = history.Draft(found, data, number, history.REVISION_LABEL, of_template=True)
    stored, collided = await history.create(client, draft, collisions)
    if collided != collisions:
        fresh = await client.get("DaemonSet", found.key)
        await client.update_status(fresh.with_status({**fresh.status, "collisionCount": collided}))
    return stored


def unneeded(found: Stored, revisions: Revisions, pods: Iterable[Stored]) -> list[Stored]:
    """The oldest revisions that are too many and that no pod is of."""
    limit = found.spec.get("revisionHistoryLimit")
    too_many = len(revisions.old) - (limit if isinstance(limit, int) else _LIMIT)
    if too_many <= 0:
        return []
    live = {pod.labels.get(history.REVISION_LABEL) for pod in pods}
    unused = [r for r in revisions.old if r.labels.get(history.REVISION_LABEL) not in live]
    return unused[:too_many]

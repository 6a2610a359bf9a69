"""StatefulSet: what sets it off, its pods and its revisions.

Upstream: pkg/controller/statefulset/stateful_set.go, stateful_set_control.go (`getStatefulSetRevisions`,
`truncateHistory`) (v1.36).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from kspec.api.fields import integer
from kspec.cluster.controller import Controller, is_ready, matches, selector_of
from kspec.cluster.controllers import history
from kspec.cluster.controllers.claims import claim
from kspec.cluster.controllers.statefulset.pods import desired_of, parent_and_ordinal, revision_of
from kspec.cluster.controllers.statefulset.sync import Revisions, Sync
from kspec.cluster.store import Change, Verb
from kspec.cluster.stored import Key, Stored

_HISTORY_LIMIT = 10


class StatefulSetController(Controller):
    name: ClassVar[str] = "statefulset-controller"
    title: ClassVar[str] = "statefulset"

    def watch(self) -> None:
        self.cache.on("StatefulSet", lambda change: self.queue.add(change.now.key))
        self.cache.on("Pod", self._pod_changed)

    # -- what sets it off ----------------------------------------------------------------------------------------------

    def _pod_changed(self, change: Change) -> None:
        pod, before = change.now, change.before
        mine = self.controller_of(pod, "StatefulSet")
        if change.verb is Verb.MODIFIED and before is not None and before.controller != pod.controller:
            former = self.controller_of(before, "StatefulSet")
            if former is not None:
                self.queue.add(former.key)
        if mine is not None:
            self.queue.add(mine.key)
            seconds = integer(mine.spec, "minReadySeconds")
            if seconds and change.verb is Verb.MODIFIED and before and is_ready(pod) and not is_ready(before):
                self.queue.add_after(mine.key, seconds + 1)
        elif pod.controller is None and change.verb is not Verb.DELETED and not pod.deleting:
            changed = before is None or before.labels != pod.labels or before.controller is not None
            for candidate in self.cache.list("StatefulSet", pod.namespace) if changed else ():
                if matches(selector_of(candidate), pod.labels):
                    self.queue.add(candidate.key)

    # -- one StatefulSet -----------------------------------------------------------------------------------------------

    async def sync(self, key: Key) -> None:
        found = self.cache.get("StatefulSet", key)
        if found is None:
            return
        selector = selector_of(found)
        await self._adopt_revisions(found)
        around = self.cache.list("Pod", found.namespace)
        pods = await claim(
            self,
            found,
            [pod for pod in around if parent_and_ordinal(pod.name)[0] == found.name],
            lambda pod: matches(selector, pod.labels),
        )
        known = self._revisions(found)
        revisions, collisions = await self._current_and_update(found, known)
        sync = Sync(self, found, revisions, pods, collisions)
        refused = await sync.run()
        await self._truncate(found, pods, known, revisions)
        if refused is not None:
            raise refused
        seconds = integer(found.spec, "minReadySeconds")
        if seconds and integer(sync.status, "availableReplicas") != desired_of(found):
            self.queue.add_after(key, seconds)

    # -- revisions -----------------------------------------------------------------------------------------------------

    def _revisions(self, found: Stored) -> list[Stored]:
        """Its revisions and those of nobody that match, in order."""
        selector = selector_of(found)
        mine = [
            r
            for r in self.cache.list("ControllerRevision", found.namespace)
            if (r.controller is None or r.controlled_by(found)) and matches(selector, r.labels)
        ]
        return history.in_order(mine)

    async def _adopt_revisions(self, found: Stored) -> None:
        orphans = [r for r in self._revisions(found) if r.controller is None]
        if orphans and not found.deleting:
            await claim(self, found, orphans, lambda revision: True)

    async def _current_and_update(self, found: Stored, known: list[Stored]) -> tuple[Revisions, int]:
        """The revision that the set comes from and the one it goes to, which may be a new one."""
        data = history.template_patch(found)
        collisions = integer(found.status, "collisionCount")
        equal = [r for r in known if history.same(r, data)]
        if equal and history.same(known[-1], data):
            update = known[-1]
        elif equal:
            update = await history.renumber(self.client, equal[-1], history.next_number(known))
        else:
            draft = history.Draft(found, data, history.next_number(known))
            update, collisions = await history.create(self.client, draft, collisions)
        current = next((r for r in known if r.name == found.status.get("currentRevision")), update)
        return Revisions(current, update), collisions

    async def _truncate(
        self, found: Stored, pods: Sequence[Stored], known: Sequence[Stored], revisions: Revisions
    ) -> None:
        """Delete the oldest of the revisions that nothing refers to."""
        live = {revisions.current.name, revisions.update.name, *(revision_of(pod) for pod in pods)}
        old = [r for r in known if r.name not in live]
        limit = found.spec.get("revisionHistoryLimit")
        kept = limit if isinstance(limit, int) else _HISTORY_LIMIT
        for revision in old[: max(0, len(old) - kept)]:
            await self.client.delete("ControllerRevision", revision.key)

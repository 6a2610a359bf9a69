"""The log of a run: what was done to the cluster, and what became of its objects, in the order of revisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kspec.api.fields import integer, obj, text
from kspec.cluster.names import Names
from kspec.cluster.reduce import changed, reduced, shown
from kspec.cluster.store import Change, Store, Verb
from kspec.cluster.stored import Stored
from kspec.cluster.telling import Telling
from kspec.run.trace import Step
from kspec.source.tree import Json, Object

ROOT_CERTIFICATES = "kube-root-ca.crt"
"""A ConfigMap that every namespace has."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """One line of the log."""

    revision: int
    time: float
    told: Object


class Log:
    """Watches a store from the start. The objects of `namespaces` are shown, and those that are in none."""

    def __init__(self, store: Store, namespaces: Sequence[str], names: Names) -> None:
        self._store = store
        self._namespaces = frozenset(namespaces)
        self._names = names
        self._entries: list[_Entry] = []
        self._seen: dict[tuple[str, str, str], Object] = {}
        self._telling = Telling(namespaces[0] if namespaces else "")
        self.last = 0.0
        """When something was done to the cluster or an object changed last, in seconds. Events are no changes."""
        store.watch(self._change)

    # -- what is told --------------------------------------------------------------------------------------------------

    def done(self, what: Object, time: float) -> None:
        """A step of the scenario, or the API server's answer to it."""
        revision, self.last = self._store.revision, time
        self._entries.append(_Entry(revision, time, {"do": what}))
        self._telling.done(what, time)

    @property
    def steps(self) -> list[Step]:
        """The run as steps of a trace."""
        return self._telling.steps

    def entries(self) -> list[Object]:
        """The log, with revisions counted from the first entry."""
        first = self._entries[0].revision if self._entries else 0
        lines: list[Object] = []
        for entry in self._entries:
            lines.append({"rv": entry.revision - first, "t": round(entry.time, 2), **entry.told})
        return lines

    def final(self) -> Object:
        """The objects that are left, by kind and name."""
        final: Object = {}
        for kind in sorted(self._store.kinds()):
            if kind == "Namespace" or not shown(kind):
                continue
            found = {self._called(s): reduced(s, self._names) for s in self._store.all(kind) if self._shown(s)}
            if found:
                final[kind] = dict[str, Json](sorted(found.items()))
        return final

    # -- what is noticed -----------------------------------------------------------------------------------------------

    def _change(self, change: Change) -> None:
        self._names.learn(change)
        self._telling.unseen(change)
        if not self._shown(change.now):
            return
        entry = self._event(change) if change.now.kind == "Event" else self._object(change)
        if entry is None:
            return
        if change.now.kind != "Event":
            self.last = change.time
        self._entries.append(_Entry(change.revision, change.time, entry))

    def _shown(self, stored: Stored) -> bool:
        if (stored.kind, stored.name) == ("ConfigMap", ROOT_CERTIFICATES):
            return False
        return (not stored.namespace or stored.namespace in self._namespaces) and (
            stored.kind == "Event" or shown(stored.kind)
        )

    def _called(self, stored: Stored) -> str:
        """The normalised name, with the namespace in front where several are shown."""
        name = self._names.of(stored)
        return f"{stored.namespace}/{name}" if stored.namespace and len(self._namespaces) > 1 else name

    def _object(self, change: Change) -> Object | None:
        stored, names = change.now, self._names
        identity = (stored.kind, stored.namespace, stored.name)
        before, after = self._seen.get(identity, {}), reduced(stored, names) or {}
        entry: Object = {"verb": change.verb.value, "kind": stored.kind, "name": self._called(stored)}
        match change.verb:
            case Verb.ADDED:
                entry["object"] = after
            case Verb.DELETED:
                pass
            case Verb.MODIFIED:
                fields, gone = changed(before, after)
                if not fields and not gone:
                    return None
                if identity in self._seen:
                    entry["changed"] = fields
                    if gone:
                        entry["unset"] = list[Json](gone)
                else:
                    entry["object"] = after
        if names.generated(stored):
            entry["rawName"] = stored.name
        if change.verb is Verb.DELETED:
            self._seen.pop(identity, None)
        else:
            self._seen[identity] = after
        self._telling.changed(change, names.of(stored), before, after)
        return entry

    def _event(self, change: Change) -> Object | None:
        event = change.now.manifest
        if change.verb is Verb.DELETED:
            return None
        about = obj(event, "involvedObject")
        name = self._names.said(text(about, "name"))
        told: Object = {
            "verb": change.verb.value,
            "kind": "Event",
            "about": f"{text(about, 'kind')}/{name}",
            "type": text(event, "type"),
            "reason": text(event, "reason"),
            "message": self._names.said(text(event, "message")),
            "component": text(event, "source", "component"),
            "count": integer(event, "count"),
        }
        self._telling.said(change, text(about, "kind"), name, text(event, "reason"), str(told["message"]))
        return told

"""The log of a run: what was done to the cluster, and what became of its objects, in the order of revisions.

The same run is told as steps of a trace (contract `kspec/trace/v1`): who did it, to which object, what changed, and
which step had set it off.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kspec.api.fields import integer, obj, text
from kspec.cluster.names import Names
from kspec.cluster.reduce import changed, reduced, shown
from kspec.cluster.store import Change, Store, Verb
from kspec.cluster.stored import Stored
from kspec.run.trace import FieldChange, ObjectRef, Step, Value
from kspec.source.tree import Json, Object

_ACTIONS = {Verb.ADDED: "create", Verb.MODIFIED: "update", Verb.DELETED: "delete"}
_PAST = {Verb.ADDED: "is created", Verb.MODIFIED: "changes", Verb.DELETED: "is gone"}


@dataclass(frozen=True, slots=True)
class _Entry:
    """One line of the log."""

    revision: int
    time: float
    told: Object


class Log:
    """Watches a store from the start. `namespace` is the one whose objects are shown, besides those without one."""

    def __init__(self, store: Store, namespace: str, names: Names) -> None:
        self._store = store
        self._namespace = namespace
        self._names = names
        self._entries: list[_Entry] = []
        self._seen: dict[tuple[str, str, str], Object] = {}
        self._number: dict[int | None, int] = {}
        """The step of a revision; of one that is not shown, the step that set it off."""
        self.steps: list[Step] = []
        self.last = 0.0
        """When something was done to the cluster or an object changed last, in seconds. Events are no changes."""
        store.watch(self._change)

    # -- what is told --------------------------------------------------------------------------------------------------

    def done(self, what: Object, time: float) -> None:
        """A step of the scenario, or the API server's answer to it."""
        revision, self.last = self._store.revision, time
        self._entries.append(_Entry(revision, time, {"do": what}))

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
            found = {self._names.of(s): reduced(s, self._names) for s in self._store.all(kind) if self._shown(s)}
            if found:
                final[kind] = dict[str, Json](sorted(found.items()))
        return final

    # -- what is noticed -----------------------------------------------------------------------------------------------

    def _change(self, change: Change) -> None:
        self._names.learn(change)
        if change.cause in self._number:
            self._number[change.revision] = self._number[change.cause]
        if not self._shown(change.now):
            return
        entry = self._event(change) if change.now.kind == "Event" else self._object(change)
        if entry is None:
            return
        if change.now.kind != "Event":
            self.last = change.time
        self._entries.append(_Entry(change.revision, change.time, entry))

    def _shown(self, stored: Stored) -> bool:
        return stored.namespace in ("", self._namespace) and (stored.kind == "Event" or shown(stored.kind))

    def _object(self, change: Change) -> Object | None:
        stored, names = change.now, self._names
        identity = (stored.kind, stored.namespace, stored.name)
        before, after = self._seen.get(identity, {}), reduced(stored, names) or {}
        entry: Object = {"verb": change.verb.value, "kind": stored.kind, "name": names.of(stored)}
        match change.verb:
            case Verb.ADDED:
                entry["object"] = after
                fields: Object = after
                gone: list[str] = []
            case Verb.DELETED:
                fields, gone = {}, []
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
        self._step(change, before, fields, gone)
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
        number = len(self.steps) + 1
        ref = ObjectRef(text(about, "kind"), change.now.namespace, name)
        cause = self._number.get(change.cause)
        self.steps.append(
            Step(number, _time(change), change.by, text(event, "reason"), ref, str(told["message"]), (), cause)
        )
        return told

    def _step(self, change: Change, before: Object, fields: Object, gone: list[str]) -> None:
        stored, number = change.now, len(self.steps) + 1
        old, new = dict(_leaves(before)), dict(_leaves({**before, **fields}))
        for name in gone:
            new = {path: value for path, value in new.items() if path.partition(".")[0] != name}
        changes: tuple[FieldChange, ...] = ()
        if change.verb is not Verb.DELETED:
            paths = [p for p in {**old, **new} if old.get(p) != new.get(p)]
            changes = tuple(FieldChange(p, old.get(p), new.get(p)) for p in paths)
        ref = ObjectRef(stored.kind, stored.namespace, self._names.of(stored))
        summary = f"{stored.kind} {ref.name} {_PAST[change.verb]}"
        cause = self._number.get(change.cause)
        action = _ACTIONS[change.verb]
        self.steps.append(Step(number, _time(change), change.by, action, ref, summary, changes, cause))
        self._number[change.revision] = number


def _time(change: Change) -> float:
    return round(change.time, 3)


def _leaves(value: Json, path: str = "") -> Iterator[tuple[str, Value]]:
    """Every plain value with its path: `status.replicas`, `conditions[Ready].status`."""
    match value:
        case dict():
            for name, item in value.items():
                inner = f"{path}[{name}]" if path in _BY_KEY else f"{path}.{name}" if path else name
                yield from _leaves(item, inner)
        case list():
            for number, item in enumerate(value):
                yield from _leaves(item, f"{path}[{number}]")
        case float():
            yield path, str(value)
        case _:
            yield path, value


_BY_KEY = frozenset({"conditions", "labels", "annotations", "used", "hard"})
"""Fields that are maps by key rather than structs."""

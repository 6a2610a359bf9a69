"""A run as steps of a trace: who did what to which object, what changed, and which step had set it off."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.cluster.store import Change, Verb
from kspec.run.trace import FieldChange, ObjectRef, Step, Value
from kspec.source.tree import Json, Object

_ACTIONS = {Verb.ADDED: "create", Verb.MODIFIED: "update", Verb.DELETED: "delete"}
_DEEDS = {
    "stopKubelet": "stop kubelet",
    "startKubelet": "start kubelet",
    "podCpuUsage": "set CPU usage",
    "evict": "evict",
}
"""Steps of a scenario that are no change of an object by themselves."""
_ANSWERS = {"evictionResult": "answer", "refused": "refuse"}
_BY_KEY = frozenset({"conditions", "labels", "annotations", "used", "hard"})
"""Fields that are maps by key rather than structs."""


class Telling:
    """The steps so far. Causes are revisions; each leads to the step that was told of it."""

    def __init__(self, namespace: str) -> None:
        self.steps: list[Step] = []
        self._namespace = namespace
        self._asked = ObjectRef("Namespace", "", namespace)
        self._numbers: dict[int | None, int] = {}

    def unseen(self, change: Change) -> None:
        """A change that is not shown: what it sets off was set off by its own cause."""
        if change.cause in self._numbers:
            self._numbers[change.revision] = self._numbers[change.cause]

    def changed(self, change: Change, name: str, before: Object, after: Object) -> None:
        """An object became another: it is told in reduced form, under its normalised name."""
        kind, old, new = change.now.kind, dict(_leaves(before)), dict(_leaves(after))
        match change.verb:
            case Verb.ADDED:
                said = f"{kind} {name} is created"
            case Verb.DELETED:
                said, new = f"{kind} {name} is gone", old
            case Verb.MODIFIED:
                fields = [f for f in {**before, **after} if before.get(f) != after.get(f)]
                said = f"{kind} {name} changes: {', '.join(fields)}"
        changes = tuple(FieldChange(p, old.get(p), new.get(p)) for p in {**old, **new} if old.get(p) != new.get(p))
        ref = ObjectRef(kind, change.now.namespace, name)
        self._add(change.time, change.by, _ACTIONS[change.verb], ref, said, changes, change.cause)
        self._numbers[change.revision] = len(self.steps)

    def said(self, change: Change, kind: str, name: str, reason: str, message: str) -> None:
        """An event about an object."""
        self._add(
            change.time, change.by, reason, ObjectRef(kind, change.now.namespace, name), message, (), change.cause
        )

    def done(self, written: Object, time: float) -> None:
        """Something the user did, or was answered, that does not show as a change of an object."""
        name, target = next(iter(written.items()))
        if name in _ANSWERS:
            words = str(written.get("message") or ("granted" if name == "evictionResult" else target))
            self._add(time, "kube-apiserver", _ANSWERS[name], self._asked, words, (), None)
            return
        kind, slash, called = str(target).rpartition("/")
        if slash:
            self._asked = ObjectRef(kind, self._namespace, called)
        elif name.endswith(("Kubelet", "Node")):
            self._asked = ObjectRef("Node", "", called)
        else:
            self._asked = ObjectRef("Namespace", "", self._namespace)
        if name in _DEEDS:
            self._add(time, "user", _DEEDS[name], self._asked, f"{_DEEDS[name]} {target}", (), None)

    def _add(
        self,
        time: float,
        by: str,
        action: str,
        ref: ObjectRef,
        said: str,
        changes: tuple[FieldChange, ...],
        cause: int | None,
    ) -> None:
        number = len(self.steps) + 1
        self.steps.append(Step(number, round(time, 3), by, action, ref, said, changes, self._numbers.get(cause)))


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

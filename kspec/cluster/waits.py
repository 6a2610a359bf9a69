"""What a scenario waits for, told in words.

Of an object: `Deployment/web rolled out`, `StatefulSet/db settled`, `DaemonSet/agent has 3 updated and available`,
`Job/work finished`, `Pod/db-0 ready`, `Pod/db-0 gone`. Of pods and jobs: `3 ready`, `two pods running`, `two jobs have
finished`, `no pods`. Of a node: `node-1 not ready`, `node-1 ready`, `node-2 unreachable taint`. Of what was deleted
last: `gone`; of the pods of nodes that are not there: `its pod is gone`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from kspec.api.fields import integer, objects, text
from kspec.cluster.controller import is_ready, node_of, phase
from kspec.cluster.names import Names
from kspec.cluster.store import Change, Store
from kspec.cluster.stored import Key, Stored

Holds: TypeAlias = Callable[[], bool]
_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_OBJECT = re.compile(r"(?P<kind>[A-Z][A-Za-z]+)/(?P<name>[^ ]+) (?:is |has been )?(?P<what>.+)")
_COUNTS = re.compile(r"has (?P<count>\w+) (?P<fields>\w+(?:(?:,| and) \w+)*)")
_JOBS = re.compile(r"(?P<count>\w+) jobs? (?:ha(?:s|ve) )?(?:finished|completed?)")
_PODS = re.compile(
    r"(?P<count>\w+)(?: pods?)?(?: are| is)? ?(?P<what>ready|running|pending|scheduled|succeeded|failed|)"
)
_STRANDED = re.compile(r"(?:its|their|the) pods? (?:is|are) gone")
_NODE = re.compile(r"(?:Node/)?(?P<name>[^ ]+) (?:is )?(?P<what>not ready|unreachable|ready|gone)(?: taint| again)?")
_FIELDS = {
    "ready": ("readyReplicas", "numberReady"),
    "updated": ("updatedReplicas", "updatedNumberScheduled"),
    "available": ("availableReplicas", "numberAvailable"),
    "replicas": ("replicas", "currentNumberScheduled"),
}


class Waits:
    """Answers whether something holds now in one namespace. `deleted` is what was deleted last."""

    def __init__(self, store: Store, names: Names, namespace: str) -> None:
        self.deleted: tuple[str, Key] = ("Namespace", ("", namespace))
        self._store = store
        self._names = names
        self._namespace = namespace
        self._finished_jobs: set[str] = set()
        store.watch(self._note)

    def _note(self, change: Change) -> None:
        """Remember Jobs that have finished: they may be deleted soon after."""
        if change.now.kind == "Job" and change.now.namespace == self._namespace and _finished(change.now):
            self._finished_jobs.add(change.now.uid)

    def of(self, words: str) -> Holds | None:
        """The condition that the words mean; None for words that are not understood."""
        kind, key = self.deleted
        if words == "gone":
            return lambda: self._store.get(kind, key) is None
        if _STRANDED.fullmatch(words):
            return self._no_stranded_pod
        if found := _OBJECT.fullmatch(words):
            return self._object(found["kind"], found["name"], found["what"])
        if (found := _JOBS.fullmatch(words)) and (jobs := _number(found["count"])) is not None:
            return lambda: len(self._finished_jobs) >= jobs
        if (found := _PODS.fullmatch(words)) and (pods := _number(found["count"])) is not None:
            return self._pods(pods, _POD_STATES[found["what"]])
        if found := _NODE.fullmatch(words):
            return self._node(found["name"], found["what"])
        return None

    def _pods(self, count: int, state: Callable[[Stored], bool]) -> Holds:
        def holds() -> bool:
            found = sum(map(state, self._store.all("Pod", self._namespace)))
            return found >= count if count else found == 0

        return holds

    def _object(self, kind: str, name: str, what: str) -> Holds | None:
        def get() -> Stored | None:
            space, _, bare = name.rpartition("/")
            raw = self._names.raw(kind, bare)
            return self._store.get(kind, (space or self._namespace, raw)) or self._store.get(kind, ("", raw))

        def holds(predicate: Callable[[Stored], bool]) -> Holds:
            return lambda: (found := get()) is not None and predicate(found)

        if what in ("gone", "deleted"):
            return lambda: get() is None
        if kind == "Pod" and what in _POD_STATES:
            return holds(_POD_STATES[what])
        if kind == "Node" and (found := _NODE.fullmatch(f"{name} {what}")):
            return self._node(name, found["what"])
        if found := _COUNTS.fullmatch(what):
            return self._counts(holds, found["count"], re.findall(r"\w+", found["fields"]))
        predicate = _STATES.get(what, {}).get(kind)
        return holds(predicate) if predicate is not None else None

    def _counts(self, holds: Callable[[Callable[[Stored], bool]], Holds], count: str, words: list[str]) -> Holds | None:
        number = _number(count)
        wanted = [_FIELDS.get(word) for word in words if word != "and"]
        if number is None or None in wanted:
            return None
        return holds(
            lambda stored: (
                _observed(stored)
                and all(any(integer(stored.status, f) == number for f in fields) for fields in wanted if fields)
            )
        )

    def _node(self, name: str, what: str) -> Holds:
        def holds() -> bool:
            node = self._store.get("Node", ("", name))
            if node is None:
                return what == "gone"
            match what:
                case "unreachable":
                    taints = [text(t, "key") for t in objects(node.spec, "taints")]
                    return "node.kubernetes.io/unreachable" in taints
                case "ready":
                    return is_ready(node)
                case "not ready":
                    return not is_ready(node)
                case _:
                    return False

        return holds

    def _no_stranded_pod(self) -> bool:
        nodes = {node.name for node in self._store.all("Node")}
        return all(not node_of(pod) or node_of(pod) in nodes for pod in self._store.all("Pod", self._namespace))


def _number(word: str) -> int | None:
    if word.isdigit():
        return int(word)
    return _WORDS.index(word) if word in _WORDS else None


def _observed(stored: Stored) -> bool:
    return integer(stored.status, "observedGeneration") >= stored.generation


def _replicas(stored: Stored, *fields: str) -> bool:
    wanted = integer(stored.spec, "replicas")
    return _observed(stored) and all(integer(stored.status, field) == wanted for field in fields)


def _stateful_set(stored: Stored) -> bool:
    wanted = integer(stored.spec, "replicas")
    partition = integer(stored.spec, "updateStrategy", "rollingUpdate", "partition")
    if not _replicas(stored, "replicas", "readyReplicas"):
        return False
    on_delete = text(stored.spec, "updateStrategy", "type") == "OnDelete"
    return on_delete or integer(stored.status, "updatedReplicas") >= max(0, wanted - partition)


def _daemon_set(stored: Stored) -> bool:
    wanted = integer(stored.status, "desiredNumberScheduled")
    fields = ("updatedNumberScheduled", "numberAvailable")
    return _observed(stored) and all(integer(stored.status, field) == wanted for field in fields)


def _finished(job: Stored) -> bool:
    return _has(job, "Complete") or _has(job, "Failed")


def _has(stored: Stored, condition: str) -> bool:
    found = stored.condition(condition)
    return found is not None and found.status == "True"


_POD_STATES: dict[str, Callable[[Stored], bool]] = {
    "": lambda pod: True,
    "ready": is_ready,
    "running": lambda pod: phase(pod) == "Running",
    "pending": lambda pod: phase(pod) == "Pending",
    "scheduled": lambda pod: bool(node_of(pod)),
    "succeeded": lambda pod: phase(pod) == "Succeeded",
    "failed": lambda pod: phase(pod) == "Failed",
}
_ROLLED_OUT: dict[str, Callable[[Stored], bool]] = {
    "Deployment": lambda stored: _replicas(stored, "replicas", "updatedReplicas", "availableReplicas"),
    "ReplicaSet": lambda stored: _replicas(stored, "replicas", "availableReplicas"),
    "ReplicationController": lambda stored: _replicas(stored, "replicas", "availableReplicas"),
    "StatefulSet": _stateful_set,
    "DaemonSet": _daemon_set,
    "Job": _finished,
}
_STATES: dict[str, dict[str, Callable[[Stored], bool]]] = {
    "rolled out": _ROLLED_OUT,
    "settled": _ROLLED_OUT,
    "ready": _ROLLED_OUT,
    "finished": {"Job": _finished},
    "complete": {"Job": lambda job: _has(job, "Complete")},
    "failed": {"Job": lambda job: _has(job, "Failed")},
    "suspended": {"Job": lambda job: _has(job, "Suspended")},
}

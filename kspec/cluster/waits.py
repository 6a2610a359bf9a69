"""What a scenario waits for, told in words.

`Deployment/web rolled out`, `StatefulSet/db settled`, `DaemonSet/agent has 3 updated and available`,
`Job/work finished`, `two jobs have finished`, `3 ready` (pods), `node-1 not ready`, `node-1 ready`,
`node-2 unreachable taint`, `its pod is gone` (no pod is left on a node that is not there), `Pod/db-0 gone`, `gone`
(the namespace).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from kspec.api.fields import integer, objects, text
from kspec.cluster.controller import is_ready, node_of
from kspec.cluster.names import Names
from kspec.cluster.store import Store
from kspec.cluster.stored import Stored

Holds: TypeAlias = Callable[[], bool]
_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8}
_OBJECT = re.compile(r"(?P<kind>[A-Z][A-Za-z]+)/(?P<name>[^ ]+) (?P<what>.+)")
_DAEMONS = re.compile(r"has (?P<count>\w+) updated and available")
_JOBS = re.compile(r"(?P<count>\w+) jobs? ha(s|ve) finished")
_PODS = re.compile(r"(?P<count>\w+) ready")
_NODE = re.compile(r"(?P<name>[^ ]+) (?P<what>not ready|ready|unreachable taint|gone)")


class Waits:
    """Answers whether something holds now in one namespace."""

    def __init__(self, store: Store, names: Names, namespace: str) -> None:
        self._store = store
        self._names = names
        self._namespace = namespace

    def of(self, words: str) -> Holds | None:
        """The condition that the words mean; None for words that are not understood."""
        if words == "gone":
            return lambda: self._store.get("Namespace", ("", self._namespace)) is None
        if words == "its pod is gone":
            return self._no_stranded_pod
        if found := _OBJECT.fullmatch(words):
            return self._object(found["kind"], found["name"], found["what"])
        if (found := _JOBS.fullmatch(words)) and (jobs := _number(found["count"])) is not None:
            return lambda: sum(map(_finished, self._store.all("Job", self._namespace))) >= jobs
        if (found := _PODS.fullmatch(words)) and (count := _number(found["count"])) is not None:
            return lambda: sum(map(is_ready, self._store.all("Pod", self._namespace))) >= count
        if found := _NODE.fullmatch(words):
            return self._node(found["name"], found["what"])
        return None

    def _object(self, kind: str, name: str, what: str) -> Holds | None:
        def get() -> Stored | None:
            raw = self._names.raw(kind, name)
            return self._store.get(kind, (self._namespace, raw)) or self._store.get(kind, ("", raw))

        def holds(predicate: Callable[[Stored], bool]) -> Holds:
            return lambda: (found := get()) is not None and predicate(found)

        if what == "gone":
            return lambda: get() is None
        if what == "finished":
            return holds(_finished)
        if what == "ready" and kind == "Pod":
            return holds(is_ready)
        if (found := _DAEMONS.fullmatch(what)) and (count := _number(found["count"])) is not None:
            return holds(lambda daemons: _daemons(daemons, count))
        if what in ("rolled out", "settled"):
            return holds(_ROLLED_OUT.get(kind, lambda stored: True))
        return None

    def _node(self, name: str, what: str) -> Holds:
        def holds() -> bool:
            node = self._store.get("Node", ("", name))
            if node is None:
                return what == "gone"
            ready = node.condition("Ready")
            match what:
                case "unreachable taint":
                    taints = [text(t, "key") for t in objects(node.spec, "taints")]
                    return "node.kubernetes.io/unreachable" in taints
                case "ready":
                    return ready is not None and ready.status == "True"
                case "not ready":
                    return ready is None or ready.status != "True"
                case _:
                    return False

        return holds

    def _no_stranded_pod(self) -> bool:
        nodes = {node.name for node in self._store.all("Node")}
        return all(not node_of(pod) or node_of(pod) in nodes for pod in self._store.all("Pod", self._namespace))


def _number(word: str) -> int | None:
    return int(word) if word.isdigit() else _NUMBERS.get(word)


def _observed(stored: Stored) -> bool:
    return integer(stored.status, "observedGeneration") >= stored.generation


def _deployment(stored: Stored) -> bool:
    wanted = integer(stored.spec, "replicas")
    fields = ("replicas", "updatedReplicas", "availableReplicas")
    return _observed(stored) and all(integer(stored.status, f) == wanted for f in fields)


def _replica_set(stored: Stored) -> bool:
    wanted = integer(stored.spec, "replicas")
    return _observed(stored) and all(integer(stored.status, f) == wanted for f in ("replicas", "availableReplicas"))


def _stateful_set(stored: Stored) -> bool:
    wanted = integer(stored.spec, "replicas")
    partition = integer(stored.spec, "updateStrategy", "rollingUpdate", "partition")
    on_delete = text(stored.spec, "updateStrategy", "type") == "OnDelete"
    updated = wanted if on_delete else max(0, wanted - partition)
    counts = all(integer(stored.status, f) == wanted for f in ("replicas", "readyReplicas"))
    return _observed(stored) and counts and (on_delete or integer(stored.status, "updatedReplicas") >= updated)


def _daemon_set(stored: Stored) -> bool:
    return _daemons(stored, integer(stored.status, "desiredNumberScheduled"))


def _daemons(stored: Stored, count: int) -> bool:
    fields = ("updatedNumberScheduled", "numberAvailable")
    return _observed(stored) and all(integer(stored.status, f) == count for f in fields)


def _finished(job: Stored) -> bool:
    return any(c.type in ("Complete", "Failed") and c.status == "True" for c in job.conditions)


_ROLLED_OUT: dict[str, Callable[[Stored], bool]] = {
    "Deployment": _deployment,
    "ReplicaSet": _replica_set,
    "StatefulSet": _stateful_set,
    "DaemonSet": _daemon_set,
    "Job": _finished,
}

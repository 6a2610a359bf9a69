"""The kubelets of all nodes, as fast ones: pods start 0.15 s after they are bound and end 0.3 s after they are told to.

Annotations of a pod change its life: `kspec.test/ready-after` (seconds from running to ready), `kspec.test/ready`
(`false`: not ready), `kspec.test/term-seconds`, `kspec.test/exit-code` with `kspec.test/run-seconds` (its containers
end by themselves), `kspec.test/fail-indexes` (indexes of a Job that end with code 1). An image with `broken` in its
name is never pulled. A node whose kubelet is stopped renews neither lease nor status, and its pods are left alone.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from kspec.api.admission.refusal import Refused
from kspec.api.fields import objects, text
from kspec.cluster.apiserver import ApiServer
from kspec.cluster.cache import Cache
from kspec.cluster.client import Client
from kspec.cluster.controller import is_ready, node_of, phase
from kspec.cluster.loop import Loop
from kspec.cluster.moments import stamp
from kspec.cluster.names import INDEX
from kspec.cluster.store import Change, Verb
from kspec.cluster.stored import Condition, Key, Stored, conditions_json, conditions_of
from kspec.source.tree import Json, Object

START, END, LEASE = 0.15, 0.3, 8.0
_PACE = 0.005
"""The kubelets write one after the other, with so much between two writes. Seconds."""
_RESYNC = 0.5
"""From a kubelet's start until it has looked at all its pods. Seconds."""
LEASES = "kube-node-lease"
"""The namespace of the nodes' leases."""
TERMINATED = 143
"""The exit code of a container that is ended by a signal (128 + SIGTERM)."""
_PREFIX = "kspec.test/"
_ENDED = ("Succeeded", "Failed")


@dataclass(slots=True)
class _Life:
    """What the kubelet has planned for a pod. `wants_ready` is what its annotation said last."""

    uid: str
    node: str
    wants_ready: bool
    ending: bool = False
    frozen: list[Callable[[], Coroutine[Any, Any, None]]] = field(default_factory=list)


class Kubelets:
    """Drives the pods of every node whose kubelet runs, and keeps the nodes' leases."""

    def __init__(self, loop: Loop, api: ApiServer, cache: Cache) -> None:
        self._loop = loop
        self._api = api
        self._cache = cache
        self._clients: dict[str, Client] = {}
        self._lives: dict[Key, _Life] = {}
        self._free = 0.0
        self._turns: dict[str, int] = {}
        self.stopped: set[str] = set()
        """The nodes whose kubelet does not run."""
        cache.on("Pod", self._changed)
        cache.on("Node", self._node)

    def stop(self, node: str) -> None:
        self.stopped.add(node)

    def start(self, node: str) -> None:
        """Let a kubelet run again: it renews the lease, reports the node ready, and takes up what it had to do."""
        self.stopped.discard(node)
        if self._cache.get("Node", ("", node)) is None:
            return
        self._loop.spawn(self._leases(node))
        self._loop.spawn(self._report(node))
        self._loop.spawn(self._again(node))
        for life in self._lives.values():
            if life.node == node:
                waiting, life.frozen = life.frozen, []
                for work in waiting:
                    self._loop.spawn(work())

    def _client(self, node: str) -> Client:
        """The connection of a node's kubelet."""
        if node not in self._clients:
            self._clients[node] = Client(self._loop, self._api, f"kubelet/{node}")
        return self._clients[node]

    async def _again(self, node: str) -> None:
        """Look after the pods of a node that were said not to be ready meanwhile."""
        await self._loop.sleep(_RESYNC)
        for pod in list(self._cache.list("Pod")):
            if node_of(pod) == node and node not in self.stopped and _ready_wanted(pod):
                await self._turn(pod.key, ready=True)

    # -- nodes ---------------------------------------------------------------------------------------------------------

    def _node(self, change: Change) -> None:
        if change.verb is Verb.ADDED:
            self._loop.spawn(self._leases(change.now.name))

    async def _leases(self, node: str) -> None:
        """Renew a node's lease as long as its kubelet runs."""
        turn = self._turns[node] = self._turns.get(node, 0) + 1
        while node not in self.stopped and self._cache.get("Node", ("", node)) is not None:
            await self._renew(node)
            await self._loop.sleep(LEASE)
            if self._turns[node] != turn:
                return

    async def _renew(self, node: str) -> None:
        lease: Object = {
            "apiVersion": "coordination.k8s.io/v1",
            "kind": "Lease",
            "metadata": {"name": node, "namespace": LEASES},
            "spec": {"holderIdentity": node, "renewTime": stamp(self._loop.now)},
        }
        try:
            if self._cache.get("Lease", (LEASES, node)) is None:
                await self._client(node).create_plain(lease)
            else:
                await self._client(node).update(lease)
        except Refused:
            return

    async def _report(self, node: str) -> None:
        """Say that the node is ready."""

        def ready(status: Object) -> None:
            now = stamp(self._loop.now)
            mine = Condition("Ready", "True", "KubeletReady", "", now)
            before = [c for c in conditions_of(status) if c.type != "Ready"]
            status["conditions"] = conditions_json([*(_healthy(c, now) for c in before), mine])

        try:
            await self._client(node).set_status("Node", ("", node), ready)
        except Refused:
            return

    # -- pods ----------------------------------------------------------------------------------------------------------

    def _changed(self, change: Change) -> None:
        pod = change.now
        if change.verb is Verb.DELETED:
            self._lives.pop(pod.key, None)
            return
        if not node_of(pod):
            return
        life = self._lives.get(pod.key)
        if life is None or life.uid != pod.uid:
            life = self._lives[pod.key] = _Life(pod.uid, node_of(pod), _ready_wanted(pod))
            if phase(pod) not in _ENDED:
                self._plan(life, pod, START, lambda: self._run(pod.key))
        if pod.deleting and not life.ending:
            life.ending = True
            self._plan(life, pod, _number(pod, "term-seconds", END), lambda: self._end(pod.key))
        wanted = _ready_wanted(pod)
        if wanted != life.wants_ready:
            life.wants_ready = wanted
            self._plan(life, pod, 0.0, lambda: self._turn(pod.key, ready=wanted))

    def _plan(self, life: _Life, pod: Stored, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        """Do something to a pod later; not at all if it is another one by then, not yet if its kubelet is stopped."""

        async def when_due() -> None:
            await self._loop.sleep(seconds)
            if self._lives.get(pod.key) is not life:
                return
            if node_of(pod) in self.stopped:
                life.frozen.append(when_due)
            else:
                await when_allowed()

        async def when_allowed() -> None:
            try:
                await work()
            except Refused:
                return

        self._loop.spawn(when_due())

    async def _run(self, key: Key) -> None:
        pod, life = self._cache.get("Pod", key), self._lives[key]
        if pod is None or pod.deleting or phase(pod) in _ENDED:
            return
        if any("broken" in text(c, "image") for c in objects(pod.spec, "containers")):
            await self._tell(pod, "Pending", _waiting, ready=False)
            return
        delay = _number(pod, "ready-after", 0.0)
        at_once = delay <= 0 and _ready_wanted(pod)
        await self._tell(pod, "Running", _running, ready=at_once)
        if not at_once and _ready_wanted(pod):
            self._plan(life, pod, delay, lambda: self._turn(key, ready=True))
        code = _exit_code(pod)
        if code is not None:
            self._plan(life, pod, _number(pod, "run-seconds", 1.0), lambda: self._exit(key, code))

    async def _turn(self, key: Key, *, ready: bool) -> None:
        """A running pod becomes ready, or stops being so."""
        pod = self._cache.get("Pod", key)
        if pod is None or phase(pod) != "Running" or pod.deleting or is_ready(pod) == ready:
            return
        if ready and not _ready_wanted(pod):
            return
        await self._tell(pod, "Running", _running, ready=ready)

    async def _exit(self, key: Key, code: int) -> None:
        """The containers end by themselves."""
        pod = self._cache.get("Pod", key)
        if pod is not None and phase(pod) == "Running" and not pod.deleting:
            await self._finish(pod, code)

    async def _end(self, key: Key) -> None:
        """The containers are ended, and then the pod goes."""
        pod = self._cache.get("Pod", key)
        if pod is None:
            return
        if phase(pod) == "Running":
            await self._finish(pod, TERMINATED if _exit_code(pod) is not None else 0)
        await self._client(node_of(pod)).delete("Pod", key, grace=0, uid=pod.uid)

    async def _finish(self, pod: Stored, code: int) -> None:
        await self._tell(pod, "Succeeded" if code == 0 else "Failed", partial(_terminated, code), ready=False)

    async def _tell(self, pod: Stored, pod_phase: str, state: Callable[[str], Object], *, ready: bool) -> None:
        names = [text(c, "name") for c in objects(pod.spec, "containers")]
        now = stamp(self._loop.now)

        def write(status: Object) -> None:
            conditions = {c.type: c for c in conditions_of(status)}
            new = {
                "Initialized": Condition("Initialized", "True", "PodCompleted" if pod_phase == "Succeeded" else ""),
                "Ready": _ready_condition(pod_phase, names, ready=ready),
            }
            for kind, condition in new.items():
                known = conditions.get(kind)
                same = known is not None and known.status == condition.status
                since = known.transitioned if known is not None and same else now
                conditions[kind] = Condition(kind, condition.status, condition.reason, condition.message, since)
            conditions.setdefault("PodScheduled", Condition("PodScheduled", "True", transitioned=now))
            status["phase"] = pod_phase
            status["conditions"] = conditions_json(conditions.values())
            statuses: list[Json] = [
                {"name": name, "state": state(name), "ready": ready, "restartCount": 0} for name in names
            ]
            status["containerStatuses"] = statuses
            status.setdefault("startTime", now)
            status.setdefault("podIP", _address(pod))

        start = max(self._loop.now, self._free)
        self._free = start + _PACE
        await self._loop.until(start)
        await self._client(node_of(pod)).set_status("Pod", pod.key, write)


def _ready_condition(pod_phase: str, names: list[str], *, ready: bool) -> Condition:
    match pod_phase:
        case "Succeeded":
            return Condition("Ready", "False", "PodCompleted")
        case "Failed":
            return Condition("Ready", "False", "PodFailed")
        case _ if ready:
            return Condition("Ready", "True")
        case _:
            listed = " ".join(names)
            return Condition("Ready", "False", "ContainersNotReady", f"containers with unready status: [{listed}]")


def _healthy(condition: Condition, now: str) -> Condition:
    """A condition that was unknown while the kubelet did not report."""
    if condition.status != "Unknown":
        return condition
    return Condition(condition.type, "False", f"KubeletHasNo{condition.type}", "", now)


def _waiting(name: str) -> Object:
    return {"waiting": {"reason": "ImagePullBackOff"}}


def _running(name: str) -> Object:
    return {"running": {}}


def _terminated(code: int, name: str) -> Object:
    return {"terminated": {"exitCode": code, "reason": "Completed" if code == 0 else "Error"}}


def _ready_wanted(pod: Stored) -> bool:
    return pod.annotations.get(f"{_PREFIX}ready") != "false"


def _number(pod: Stored, name: str, default: float) -> float:
    try:
        return float(pod.annotations.get(f"{_PREFIX}{name}", default))
    except ValueError:
        return default


def _exit_code(pod: Stored) -> int | None:
    """The code with which the pod's containers end by themselves; None for pods that run until they are ended."""
    code = pod.annotations.get(f"{_PREFIX}exit-code")
    if code is None:
        return None
    failing = pod.annotations.get(f"{_PREFIX}fail-indexes", "").replace(" ", "").split(",")
    if pod.annotations.get(INDEX) in failing:
        return 1
    return int(code) if code.lstrip("-").isdigit() else 0


def _address(pod: Stored) -> str:
    """An address that is the pod's alone."""
    number = int(pod.uid[-6:] or "0", 16)
    return f"10.244.{number // 250 % 250}.{number % 250 + 1}"

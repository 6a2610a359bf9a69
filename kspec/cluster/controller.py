"""What the controllers of kube-controller-manager have in common.

A controller registers handlers for what it watches in `watch` and looks at one key at a time in `sync`. It reads from
the cache, which may lag behind its own writes; `Expectations` tells when the cache has caught up.

Upstream: pkg/controller/controller_utils.go, pkg/controller/controller_ref_manager.go (v1.36).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from kspec.api.admission.chain import ENDING_NAMESPACE
from kspec.api.admission.refusal import Refused
from kspec.api.fields import mapping, obj, text
from kspec.cluster.apiserver import ApiServer
from kspec.cluster.cache import Cache
from kspec.cluster.client import Client
from kspec.cluster.loop import Loop
from kspec.cluster.metrics import Metrics
from kspec.cluster.recorder import Recorder
from kspec.cluster.stored import Key, Owner, Stored
from kspec.cluster.throttle import CONTROLLER, Rate
from kspec.cluster.workqueue import WorkQueue
from kspec.domain.labels import LabelSelector
from kspec.source.tree import Json, Object

MANAGER = "kube-controller-manager"


@dataclass(frozen=True, slots=True)
class Manager:
    """The process the controllers run in: one cache for all of them."""

    loop: Loop
    api: ApiServer
    cache: Cache
    metrics: Metrics


class Controller(ABC):
    """One controller. `name` is the component of its events, `title` its name in traces."""

    name: ClassVar[str]
    title: ClassVar[str]
    workers: ClassVar[int] = 5
    rate: ClassVar[Rate] = CONTROLLER

    def __init__(self, manager: Manager) -> None:
        self.loop = manager.loop
        self.cache = manager.cache
        self.client = Client(manager.loop, manager.api, f"{MANAGER}/{self.title}", self.rate)
        self.events = Recorder(manager.loop, self.client, self.name)
        self.queue = WorkQueue(manager.loop, self.sync, self.workers)
        self.watch()

    @abstractmethod
    def watch(self) -> None:
        """Register handlers with the cache (`self.cache.on`), and plan what happens by the clock."""

    @abstractmethod
    async def sync(self, key: Key) -> None:
        """Bring one object to where it should be. Raises `Refused` or `Retry` to be called again after a back-off."""

    def controller_of(self, stored: Stored, kind: str) -> Stored | None:
        """The object of `kind` that manages this one, if the cache has it."""
        owner = stored.controller
        if owner is None or owner.kind != kind:
            return None
        found = self.cache.get(kind, (stored.namespace, owner.name))
        return found if found is not None and found.uid == owner.uid else None


class Expectations:
    """What a controller has done that its cache does not show yet, by key."""

    def __init__(self) -> None:
        self._creations: dict[Key, int] = {}
        self._deletions: dict[Key, set[Key]] = {}

    def satisfied(self, key: Key) -> bool:
        return self._creations.get(key, 0) <= 0 and not self._deletions.get(key)

    def expect(self, key: Key, creations: int, gone: set[Key]) -> None:
        self._creations[key], self._deletions[key] = creations, set(gone)

    def expect_creations(self, key: Key, count: int) -> None:
        self._creations[key] = count
        self._deletions.pop(key, None)

    def expect_deletions(self, key: Key, gone: set[Key]) -> None:
        self._deletions[key] = set(gone)
        self._creations.pop(key, None)

    def created(self, key: Key, count: int = 1) -> None:
        """Creations were seen, or will never be."""
        if key in self._creations:
            self._creations[key] -= count

    def deleted(self, key: Key, gone: Key) -> None:
        self._deletions.get(key, set()).discard(gone)

    def forget(self, key: Key) -> None:
        self._creations.pop(key, None)
        self._deletions.pop(key, None)


def of_ending_namespace(refused: Refused) -> bool:
    """Whether a request was refused because its namespace is being deleted; any other creation would be, too."""
    return refused.refusal.message.endswith(ENDING_NAMESPACE)


def selector_of(stored: Stored) -> LabelSelector:
    """`spec.selector`; that of a ReplicationController is plain labels."""
    if stored.kind == "ReplicationController":
        return LabelSelector(match_labels=mapping(stored.spec, "selector"))
    return LabelSelector.model_validate(stored.spec.get("selector") or {})


def matches(selector: LabelSelector, labels: dict[str, str]) -> bool:
    """Whether a selector that selects something (an empty one does not) means an object with these labels."""
    return bool(selector.match_labels or selector.match_expressions) and selector.matches(labels)


def pod_from(template: Json, owner: Stored, prefix: str = "", name: str = "") -> Object:
    """A pod as a controller makes it from a template: with a generated name, or with `name`."""
    source = template if isinstance(template, dict) else {}
    metadata: Object = {"namespace": owner.namespace, "ownerReferences": [owner.as_owner().as_json()]}
    metadata |= {"name": name} if name else {"generateName": prefix or f"{owner.name}-"}
    for field in ("labels", "annotations", "finalizers"):
        given = obj(source, "metadata").get(field)
        if given:
            metadata[field] = given
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": dict(obj(source, "spec"))}


def is_active(pod: Stored) -> bool:
    """Whether a pod counts: it has not ended, and nobody asked for its deletion."""
    return phase(pod) not in ("Succeeded", "Failed") and not pod.deleting


def phase(pod: Stored) -> str:
    return pod.phase


def is_ready(pod: Stored) -> bool:
    return pod.ready


def node_of(pod: Stored) -> str:
    return text(pod.spec, "nodeName")


def without_owner(pod: Stored, uid: str) -> Object:
    """The patch that makes an owner let a pod go."""
    return {"metadata": {"ownerReferences": [{"$patch": "delete", "uid": uid}], "uid": pod.uid}}


def with_owner(owner: Owner) -> Object:
    """The patch by which an owner takes an object on."""
    return {"metadata": {"ownerReferences": [owner.as_json()]}}

"""Plays a scenario: a cluster with its nodes, and the steps that are done to it, in simulated time."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from kspec.api.admission.refusal import Refused
from kspec.api.fields import obj, objects, text
from kspec.api.schema import Catalogue
from kspec.cluster.client import Client
from kspec.cluster.controllers.node_lifecycle.taints import NOT_READY, taints_of
from kspec.cluster.eviction import evict
from kspec.cluster.loop import Work
from kspec.cluster.plane import ControlPlane
from kspec.cluster.steps import (
    Answer,
    Apply,
    CreateNode,
    Delete,
    DeleteNode,
    Evict,
    Kubelet,
    Patch,
    PodCpuUsage,
    Sleep,
    Target,
    Told,
    WaitQuiet,
    WaitUntil,
)
from kspec.cluster.stored import Key
from kspec.cluster.timing import WRITE
from kspec.cluster.waits import Waits
from kspec.domain.kinds import KINDS
from kspec.source.tree import Json, Object

_BEGIN = 0.4
"""When the first node joins."""
_PATIENCE = 600.0
"""The longest wait for anything, in seconds."""
_SETTLED = 1.0
"""A cluster in which nothing changes for so long has settled; nothing but time will change it."""
_QUIET = 3.0
"""A wait for words that are not understood ends when nothing changes for so long."""
_PROMPT, _PAUSE = 0.006, 0.086
"""From one step to the next, and how much longer after one that changed something."""
_LOOK = 0.05
"""How often a waiting scenario looks."""
_RANDOM_UID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}|uid-of-.+")
_CLUSTER_WIDE = frozenset(k.kind for k in KINDS if not k.namespaced)


@dataclass(frozen=True, slots=True)
class Script:
    """A scenario: its namespaces, the nodes there can be, the objects of its files, and the steps.

    Steps that name no namespace are about the first one.
    """

    title: str
    namespaces: Sequence[str]
    nodes: Mapping[str, Object]
    files: Mapping[str, Sequence[Object]]
    steps: Sequence[Told] = field(default_factory=tuple)
    catalogue: Catalogue | None = None

    @property
    def namespace(self) -> str:
        return self.namespaces[0]


class Scenario:
    """One run of a script; afterwards `plane` has the log."""

    def __init__(self, script: Script) -> None:
        self.plane = ControlPlane(*script.namespaces, catalogue=script.catalogue)
        self._script = script
        self._loop = self.plane.loop
        self._user = Client(self._loop, self.plane.api, "user")
        self._waits = Waits(self.plane.store, self.plane.names, script.namespace)

    def run(self) -> None:
        """Let the nodes join, then do the steps."""
        self._loop.run(_BEGIN)
        later = {told.step.node for told in self._script.steps if isinstance(told.step, CreateNode)}
        for name, node in self._script.nodes.items():
            if name not in later:
                self._attempt(self._user.create(node))
        self._wait(lambda: not any(NOT_READY in taints_of(node) for node in self.plane.store.all("Node")), 5.0)
        for told in self._script.steps:
            self._do(told)

    @property
    def settled(self) -> bool:
        """Whether nothing has changed for a while: no controller had anything left to do."""
        return self._loop.now >= self.plane.log.last + _SETTLED

    # -- steps ---------------------------------------------------------------------------------------------------------

    def _do(self, told: Told) -> None:
        match told.step:
            case Sleep(seconds):
                self._pass(seconds)
            case WaitQuiet(seconds):
                self._wait_quiet(seconds)
            case WaitUntil(what):
                holds = self._waits.of(what)
                if holds is None:
                    self._wait_quiet(_QUIET)
                else:
                    self._wait(holds, _PATIENCE)
            case Answer():
                pass
            case _:
                self.plane.log.done(told.written, self._loop.now)
                self._act(told)
                self._pass(_PROMPT)

    def _act(self, told: Told) -> None:
        match told.step:
            case Apply(target, file):
                self._apply(target, file)
            case Patch(target, body):
                key = self._key(target)
                self._attempt(self._user.patch(target.kind, key, body, admitted=True))
            case Delete(target, propagation, grace):
                key = self._key(target)
                self._waits.deleted = (target.kind, key)
                self._attempt(self._user.delete(target.kind, key, propagation=propagation, grace=grace))
            case Evict(target):
                self._evict(self._key(target))
            case Kubelet(node, runs):
                (self.plane.kubelets.start if runs else self.plane.kubelets.stop)(node)
            case CreateNode(node):
                self._attempt(self._user.create(self._script.nodes[node]))
            case DeleteNode(node):
                self._attempt(self._user.delete("Node", ("", node)))
            case PodCpuUsage(amount):
                self.plane.metrics.cpu = amount
                self._pass(_PAUSE)
            case _:
                pass

    def _apply(self, target: Target, file: str) -> None:
        for manifest in self._script.files.get(file, ()):
            self._attempt(self._user.apply(self._owned(manifest)))

    def _owned(self, manifest: Object) -> Object:
        """The manifest with the uids that its owners have here. Random uids in files are those of another run."""
        references = objects(manifest, "metadata", "ownerReferences")
        if not references:
            return manifest
        known: list[Json] = [self._known(reference) for reference in references]
        return {**manifest, "metadata": {**obj(manifest, "metadata"), "ownerReferences": known}}

    def _known(self, reference: Object) -> Object:
        target = Target(text(reference, "kind"), text(reference, "name"))
        owner = self.plane.store.get(target.kind, self._key(target))
        if owner is None or not _RANDOM_UID.fullmatch(text(reference, "uid")):
            return reference
        return {**reference, "name": owner.name, "uid": owner.uid}

    def _evict(self, key: Key) -> None:
        async def ask() -> None:
            await self._loop.sleep(WRITE)
            told = await evict(self._loop, self.plane.api, key)
            self.plane.log.done(told, self._loop.now)

        self._attempt(ask())

    def _key(self, target: Target) -> Key:
        namespace = "" if target.kind in _CLUSTER_WIDE else target.namespace or self._script.namespace
        return namespace, self.plane.names.raw(target.kind, target.name)

    # -- time ----------------------------------------------------------------------------------------------------------

    def _attempt(self, work: Work[object]) -> None:
        """Send a request and wait for the answer; a refusal is logged."""
        done = False

        async def wait() -> None:
            nonlocal done
            try:
                await work
            except Refused as refused:
                refusal: Json = refused.refusal.message
                self.plane.log.done({"refused": refusal}, self._loop.now)
            else:
                await self._loop.sleep(_PAUSE)
            done = True

        self._loop.spawn(wait())
        self._loop.run(self._loop.now + _PATIENCE, lambda: done)

    def _pass(self, seconds: float) -> None:
        self._loop.run(self._loop.now + seconds)

    def _wait(self, holds: Callable[[], bool], seconds: float) -> None:
        """Look every now and then whether something holds."""
        end = self._loop.now + seconds
        while not holds() and self._loop.now < end:
            self._pass(_LOOK)

    def _wait_quiet(self, seconds: float) -> None:
        """Until nothing has happened for some seconds."""
        self._wait(lambda: self._loop.now >= self.plane.log.last + seconds, _PATIENCE)

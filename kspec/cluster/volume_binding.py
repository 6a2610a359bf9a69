"""The scheduler's part in binding volumes: what it has decided about a pod's claims is written before the pod is bound.

A claim gets its volume, or is told the node for which a volume is to be made; then the scheduler waits, looking once a
second, until the volume controller has seen it through.

Upstream: pkg/scheduler/framework/plugins/volumebinding/binder.go (`BindPodVolumes`, `checkBindings`) (v1.36).
"""

from __future__ import annotations

from dataclasses import dataclass

from kspec.api.fields import text
from kspec.cluster.cache import Cache
from kspec.cluster.client import Client
from kspec.cluster.controllers.persistentvolume.binding import reference_to
from kspec.cluster.controllers.persistentvolume.facts import BIND_COMPLETED, BOUND_BY_CONTROLLER, is_for
from kspec.cluster.loop import Loop
from kspec.cluster.stored import Key, Stored, part
from kspec.domain.pod import Pod
from kspec.scheduler.framework.catalog import Catalog
from kspec.scheduler.plugins.volume_claims import SELECTED_NODE, claim_uses, is_bound

_LOOK, _PATIENCE = 1.0, 600.0
TIMED_OUT = 'running PreBind plugin "VolumeBinding": binding volumes: context deadline exceeded'
GAVE_UP = 'running PreBind plugin "VolumeBinding": binding volumes: provisioning failed for PVC "{}"'


class NotBound(Exception):
    """The volumes of a pod were not bound; the text is upstream's error."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What the scheduler chose for the claims of one pod: volumes by claim, and claims to provision for on a node."""

    node: str = ""
    bindings: tuple[tuple[Key, str], ...] = ()
    provisions: tuple[Key, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.bindings or self.provisions)


class Unbound:
    """The claims of a pod that wait for the scheduler, as they are before it decides."""

    def __init__(self, pod: Pod, catalog: Catalog) -> None:
        self._catalog = catalog
        self._volumes = set(catalog.volumes)
        claims = (catalog.claims.get(use.key) for use in claim_uses(pod))
        self._claims = {claim.key: claim for claim in claims if claim is not None and not is_bound(claim)}

    def decided(self, node: str) -> Decided:
        """What was chosen. Volumes that are still to be made are taken out of the catalogue again."""
        bindings: list[tuple[Key, str]] = []
        provisions: list[Key] = []
        for name, before in self._claims.items():
            volume = self._catalog.claims[name].spec.volume_name
            key = (before.namespace, before.name)
            if volume in self._volumes:
                bindings.append((key, volume))
            elif volume:
                provisions.append(key)
                self._catalog.drop("PersistentVolume", volume)
                annotations = {**before.metadata.annotations, SELECTED_NODE: node}
                metadata = before.metadata.model_copy(update={"annotations": annotations})
                self._catalog.put(before.model_copy(update={"metadata": metadata}))
        return Decided(node, tuple(bindings), tuple(provisions))


class VolumeBinder:
    """Writes decisions and waits for what follows from them."""

    def __init__(self, loop: Loop, cache: Cache, client: Client) -> None:
        self._loop = loop
        self._cache = cache
        self._client = client

    async def bind(self, decided: Decided) -> None:
        """Raises `NotBound` or `Refused`."""
        for key, name in decided.bindings:
            await self._reserve(key, name)
        for key in decided.provisions:
            await self._select(key, decided.node)
        end = self._loop.now + _PATIENCE
        keys = [*(key for key, _ in decided.bindings), *decided.provisions]
        while self._loop.now < end:
            await self._loop.sleep(_LOOK)
            claims = [await self._client.get("PersistentVolumeClaim", key) for key in keys]
            if all(_is_bound(claim) for claim in claims):
                return
            for claim in claims:
                if claim.key in decided.provisions and not _is_bound(claim) and SELECTED_NODE not in claim.annotations:
                    raise NotBound(GAVE_UP.format(f"{claim.namespace}/{claim.name}"))
        raise NotBound(TIMED_OUT)

    async def _reserve(self, key: Key, name: str) -> None:
        claim, volume = self._cache.get("PersistentVolumeClaim", key), self._cache.get("PersistentVolume", ("", name))
        if claim is None or volume is None:
            raise NotBound(TIMED_OUT)
        draft = volume.draft()
        part(draft, "spec")["claimRef"] = reference_to(claim)
        if not is_for(volume, claim):
            part(draft, "metadata", "annotations").setdefault(BOUND_BY_CONTROLLER, "yes")
        await self._client.update(draft)

    async def _select(self, key: Key, node: str) -> None:
        claim = self._cache.get("PersistentVolumeClaim", key)
        if claim is None:
            raise NotBound(TIMED_OUT)
        draft = claim.draft()
        part(draft, "metadata", "annotations")[SELECTED_NODE] = node
        await self._client.update(draft)


def _is_bound(claim: Stored) -> bool:
    return bool(text(claim.spec, "volumeName")) and BIND_COMPLETED in claim.annotations

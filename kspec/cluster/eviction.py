"""The eviction API: a pod is deleted if its disruption budget allows it.

Upstream: pkg/registry/core/pod/storage/eviction.go (v1.36).
"""

from __future__ import annotations

from kspec.cluster.apiserver import ApiServer
from kspec.cluster.loop import Loop
from kspec.cluster.stored import Key
from kspec.source.tree import Object

_DONE = 0.09


async def evict(loop: Loop, api: ApiServer, key: Key) -> Object:
    """Evict a pod; the API server's answer as the log has it."""
    api.delete("Pod", key, "kube-apiserver")
    await loop.sleep(_DONE)
    return {"evictionResult": 201}

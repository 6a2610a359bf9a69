"""Claims of pods, and which of them tie pods to one node."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kspec.domain.node import HOSTNAME
from kspec.domain.objects import Resource
from kspec.domain.storage import PersistentVolumeClaim
from kspec.lint.index import Index
from kspec.lint.sources import PodSource

_ONE_NODE = frozenset({"ReadWriteOnce", "ReadWriteOncePod"})


@dataclass(frozen=True, slots=True)
class OneNodeClaim:
    """A claim that only one node (or one pod) can use at a time. `volume` is its index in the pod's volumes."""

    name: str
    mode: str
    resource: Resource
    volume: int


def single_node_claims(index: Index, pods: PodSource) -> Iterator[OneNodeClaim]:
    """The claims of a pod, other than those a StatefulSet makes for each, that only one node can use."""
    for i, volume in enumerate(pods.spec.volumes):
        source = volume.persistent_volume_claim
        if source is None or source.read_only:
            continue
        found = index.find("PersistentVolumeClaim", pods.namespace, source.claim_name)
        if found is None:
            continue
        modes = found.as_(PersistentVolumeClaim).spec.access_modes
        if modes and set(modes) <= _ONE_NODE:
            yield OneNodeClaim(source.claim_name, modes[0], found, i)


def pinned_to_one_node(index: Index, pods: PodSource) -> bool:
    """Whether all pods are bound to run on the same node."""
    spec = pods.spec
    if spec.node_name or HOSTNAME in spec.node_selector:
        return True
    if len(index.cluster.nodes) == 1 and not index.cluster.pools:
        return True
    together = spec.affinity.pod_affinity.required
    return any(
        t.topology_key == HOSTNAME and t.label_selector is not None and t.label_selector.matches(pods.labels)
        for t in together
    )

"""A design as the scheduler meets it: the nodes it has at least, and the pods its controllers would create."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from kspec.domain.daemons import daemon_pods
from kspec.domain.expansion import expand
from kspec.domain.pod import Pod
from kspec.domain.podset import PodSet
from kspec.domain.snapshot import Snapshot
from kspec.domain.storage import PersistentVolumeClaim
from kspec.elaborate.design import Design


def with_claims(snapshot: Snapshot, podsets: Iterable[PodSet]) -> Snapshot:
    """The snapshot with the claims that StatefulSets make for their pods, where they are not there already."""
    known = {(c.metadata.namespace or "default", c.metadata.name) for c in snapshot.claims}
    made: list[PersistentVolumeClaim] = []
    for podset in podsets:
        for claim in podset.claims:
            for name in podset.names:
                key = (podset.namespace, f"{claim.metadata.name}-{name}")
                if key not in known:
                    metadata = claim.metadata.model_copy(update={"namespace": key[0], "name": key[1]})
                    made.append(claim.model_copy(update={"metadata": metadata}))
    return replace(snapshot, claims=(*snapshot.claims, *made))


def snapshot_of(design: Design) -> tuple[Snapshot, list[Pod]]:
    """The cluster without the pods to come, and those pods: daemons first, then in the order of the design."""
    nodes = design.cluster.at_minimum()
    others = [r for r in design.resources if r.kind not in ("Node", "Pod")]
    podsets = expand(design.resources)
    running = tuple(pod for podset in podsets for pod in podset.running)
    snapshot = with_claims(replace(Snapshot.of(others), nodes=nodes, pods=running), podsets)
    daemons = [pod for podset in podsets if podset.everywhere for pod in daemon_pods(podset, nodes)]
    return snapshot, daemons + [pod for podset in podsets for pod in podset.pods()]

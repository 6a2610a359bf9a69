"""A design as the scheduler meets it: the nodes it has at least, and the pods its controllers would create."""

from __future__ import annotations

from dataclasses import replace

from kspec.domain.daemons import daemon_pods
from kspec.domain.expansion import expand
from kspec.domain.pod import Pod
from kspec.domain.snapshot import Snapshot
from kspec.elaborate.design import Design


def snapshot_of(design: Design) -> tuple[Snapshot, list[Pod]]:
    """The cluster without the pods to come, and those pods: daemons first, then in the order of the design."""
    nodes = design.cluster.at_minimum()
    others = [r for r in design.resources if r.kind not in ("Node", "Pod")]
    podsets = expand(design.resources)
    running = tuple(pod for podset in podsets for pod in podset.running)
    snapshot = replace(Snapshot.of(others), nodes=nodes, pods=running)
    daemons = [pod for podset in podsets if podset.everywhere for pod in daemon_pods(podset, nodes)]
    return snapshot, daemons + [pod for podset in podsets for pod in podset.pods()]

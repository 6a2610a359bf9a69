"""NodePorts: two pods that want one host port do not share a node.

Upstream: pkg/scheduler/framework/plugins/nodeports, pkg/scheduler/framework/types.go `HostPortInfo` (v1.36). Sidecars
count, other init containers do not; the address 0.0.0.0 stands for every address.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from kspec.domain.pod import PodSpec
from kspec.place import wording
from kspec.place.draft import Batch, Draft
from kspec.place.problem import Exclusion, Mask, Why

ANY = "0.0.0.0"


class HostPort(NamedTuple):
    address: str
    protocol: str
    port: int

    def clashes(self, other: HostPort) -> bool:
        same = self.protocol == other.protocol and self.port == other.port
        return same and (self.address == other.address or ANY in (self.address, other.address))


def host_ports(spec: PodSpec) -> list[HostPort]:
    """The ports of the node that a pod takes; with the host's network, all its ports."""
    containers = (*spec.containers, *(c for c in spec.init_containers if c.is_sidecar))
    found = []
    for port in (p for c in containers for p in c.ports):
        number = port.host_port or (port.container_port if spec.host_network else 0)
        if number:
            found.append(HostPort(port.host_ip or ANY, port.protocol, number))
    return found


def node_ports(draft: Draft) -> None:
    """Keep pods with clashing host ports apart."""
    ports = {b.index: host_ports(b.spec) for b in draft.batches}
    busy = [(r.site, host_ports(r.pod.spec)) for r in draft.running]
    using = [b for b in draft.batches if ports[b.index]]
    for batch in using:
        own = ports[batch.index]
        numbers = wording.some([str(p.port) for p in own])
        message = f"{batch.label} takes host port {numbers}: one pod a node"
        requirement = draft.require_of(batch, Why.PORTS, message, ("containers",), short=f"host port {numbers}")
        topology = draft.site_topology()
        others = [b for b in using if b.index >= batch.index and _clash(own, ports[b.index])]
        draft.rules += [Exclusion(requirement, batch.index, other.index, topology) for other in others]
        draft.barrier(requirement, batch, _free(draft, batch, own, busy))


def _free(draft: Draft, batch: Batch, own: list[HostPort], busy: list[tuple[int, list[HostPort]]]) -> Mask:
    free: Mask = np.ones(len(draft.nodes), dtype=bool)
    free[[site for site, ports in busy if _clash(own, ports)]] = False
    return free


def _clash(ours: list[HostPort], theirs: list[HostPort]) -> bool:
    return any(a.clashes(b) for a in ours for b in theirs)

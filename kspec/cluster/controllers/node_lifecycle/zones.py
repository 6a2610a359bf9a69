"""Which nodes are to be told to let their pods go, zone by zone, one every ten seconds.

Upstream: pkg/controller/nodelifecycle/node_lifecycle_controller.go (`ComputeZoneState`, `setLimiterInZone`,
`doNoExecuteTaintingPass`), scheduler/rate_limited_queue.go (v1.36); the rates are the defaults.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from kspec.cluster.stored import Stored

_EVERY = 10.0
_LARGE, _UNHEALTHY = 50, 0.55
_SLOWER = 10
"""In a large zone that is mostly down one node every hundred seconds; in a small one none."""
_LABELS = ("topology.kubernetes.io/region", "topology.kubernetes.io/zone")


@dataclass(slots=True)
class _Zone:
    ready: dict[str, bool] = field(default_factory=dict)
    waiting: deque[str] = field(default_factory=deque)
    queued: set[str] = field(default_factory=set)
    next: float = 0.0

    def wait(self) -> float | None:
        """The seconds between two nodes; None if no node has to go."""
        down = sum(not ready for ready in self.ready.values())
        if down > 2 and down / len(self.ready) >= _UNHEALTHY and down < len(self.ready):
            return _EVERY * _SLOWER if len(self.ready) > _LARGE else None
        return _EVERY


class Zones:
    """All zones. `halted` is set while no node anywhere is ready."""

    def __init__(self) -> None:
        self._zones: dict[tuple[str, ...], _Zone] = {}
        self._of: dict[str, _Zone] = {}
        self.halted = False

    def note(self, node: Stored, *, ready: bool) -> None:
        zone = self._zones.setdefault(tuple(node.labels.get(label, "") for label in _LABELS), _Zone())
        before = self._of.get(node.name)
        if before is not zone and before is not None:
            self.forget(node.name)
        self._of[node.name] = zone
        zone.ready[node.name] = ready

    def forget(self, name: str) -> None:
        zone = self._of.pop(name, None)
        if zone is not None:
            zone.ready.pop(name, None)
            self._drop(zone, name)

    def failed(self, node: Stored) -> None:
        """A node's pods are to leave; asked for again it means nothing."""
        zone = self._of[node.name]
        if node.name not in zone.queued:
            zone.queued.add(node.name)
            zone.waiting.append(node.name)

    def failed_again(self, name: str) -> None:
        if name in self._of:
            self._of[name].waiting.append(name)

    def recovered(self, node: Stored) -> None:
        zone = self._of.get(node.name)
        if zone is not None:
            self._drop(zone, node.name)

    def all_down(self) -> bool:
        return bool(self._of) and not any(any(zone.ready.values()) for zone in self._zones.values())

    def next_due(self, now: float) -> float | None:
        """When the next node is to be told; None for never."""
        dues = [max(zone.next, now) for zone in self._zones.values() if zone.waiting and zone.wait() is not None]
        return None if self.halted or not dues else min(dues)

    def take(self, now: float) -> str:
        """The node to be told now; empty for none."""
        for zone in self._zones.values():
            wait = zone.wait()
            if zone.waiting and wait is not None and zone.next <= now and not self.halted:
                zone.next = now + wait
                return zone.waiting.popleft()
        return ""

    @staticmethod
    def _drop(zone: _Zone, name: str) -> None:
        zone.queued.discard(name)
        if name in zone.waiting:
            zone.waiting.remove(name)

"""Which of several daemon pods on one node are too many, and how often failed ones are deleted.

Upstream: pkg/controller/daemon/daemon_controller.go (`podsShouldBeOnNode`), staging/src/k8s.io/client-go/util/
flowcontrol/backoff.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from kspec.api.fields import integer
from kspec.cluster.controller import is_ready, node_of
from kspec.cluster.controllers.history import REVISION_LABEL
from kspec.cluster.controllers.replicaset import is_available
from kspec.cluster.stored import Stored

_FIRST, _LONGEST = 1.0, 900.0
_Place = tuple[str, str]


def to_trim(found: Stored, pods: Sequence[Stored], revision_hash: str, now: float, *, surging: bool) -> list[Stored]:
    """All but the oldest; with surge, all but the oldest of the new and of the old template."""
    if len(pods) <= 1:
        return []
    oldest_first = sorted(pods, key=lambda pod: (not node_of(pod), pod.created, pod.name))
    if not surging:
        return oldest_first[1:]
    new = [pod for pod in oldest_first if pod.labels.get(REVISION_LABEL) == revision_hash]
    old = [pod for pod in oldest_first if pod not in new]
    trimmed = [*new[1:], *old[1:]]
    if new and old and (not is_ready(old[0]) or is_available(new[0], integer(found.spec, "minReadySeconds"), now)):
        trimmed.append(old[0])
    return trimmed


@dataclass(slots=True)
class Backoffs:
    """How long a set waits before it deletes another failed pod on a node: 1 s, 2 s, 4 s and so on."""

    _seconds: dict[_Place, float] = field(default_factory=dict)
    _since: dict[_Place, float] = field(default_factory=dict)

    def left(self, place: _Place, now: float) -> float:
        """The seconds still to wait; 0 for none."""
        if place not in self._since:
            return 0.0
        gone = now - self._since[place]
        return 0.0 if gone > 2 * _LONGEST else max(0.0, self._seconds[place] - gone)

    def next(self, place: _Place, now: float) -> None:
        known = place in self._since and now - self._since[place] <= 2 * _LONGEST
        self._seconds[place] = min(self._seconds[place] * 2, _LONGEST) if known else _FIRST
        self._since[place] = now

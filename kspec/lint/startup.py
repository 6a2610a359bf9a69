"""How long pods take to become ready, as far as a design tells."""

from __future__ import annotations

from kspec.domain.pod import Container
from kspec.lint.declared import declared, seconds
from kspec.lint.sources import PodSource


def start_up(pods: PodSource) -> int:
    """Seconds until a pod can be ready: what `kspec/start-up` declares, but no less than its probes wait."""
    waits = max((_waits(c) for _, c in pods.running), default=0)
    return max(seconds(declared(pods, "start-up")) or 0, waits)


def _waits(container: Container) -> int:
    probes = (container.readiness_probe, container.startup_probe)
    return max((p.initial_delay_seconds for p in probes if p is not None), default=0)

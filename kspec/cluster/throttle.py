"""How often a component may ask the API server: a bucket of tokens that fills up again.

Upstream: staging/src/k8s.io/client-go/util/flowcontrol/throttle.go, and the defaults of kube-controller-manager
(`--kube-api-qps` 20, `--kube-api-burst` 30, for each controller and its events together) and kube-scheduler (50 and
100), and where cmd/kube-controller-manager/app/core.go raises them (v1.36).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """Requests a second, and how many may come at once."""

    qps: float
    burst: int


CONTROLLER = Rate(20.0, 30)
COLLECTOR = Rate(2 * CONTROLLER.qps, CONTROLLER.burst)
NAMESPACE = Rate(20 * CONTROLLER.qps, 100 * CONTROLLER.burst)
SCHEDULER = Rate(50.0, 100)


class Throttle:
    """Who asks too often waits; requests keep their order."""

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._tokens = float(rate.burst)
        self._since = 0.0

    def take(self, now: float) -> float:
        """Take a token; the seconds until there is one."""
        filled = self._tokens + (now - self._since) * self._rate.qps
        self._tokens = min(float(self._rate.burst), filled) - 1
        self._since = now
        return max(0.0, -self._tokens / self._rate.qps)

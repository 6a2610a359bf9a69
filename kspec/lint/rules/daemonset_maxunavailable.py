"""A DaemonSet's rollout may take all nodes, or all nodes of a zone, at once.

What the daemon does for its node (network, storage, logs) is gone there meanwhile. Zones are those of the design's
nodes; without nodes only a maxUnavailable of 100 % is reported.

Fails:

    apiVersion: apps/v1
    kind: DaemonSet
    metadata: {name: agent}
    spec:
      updateStrategy: {rollingUpdate: {maxUnavailable: 100%}}
      selector: {matchLabels: {app: agent}}
      template:
        metadata: {labels: {app: agent}}
        spec:
          containers:
            - name: agent
              image: "agent:1.4"

Passes:

    apiVersion: apps/v1
    kind: DaemonSet
    metadata: {name: agent}
    spec:
      updateStrategy: {rollingUpdate: {maxUnavailable: 10%}}
      selector: {matchLabels: {app: agent}}
      template:
        metadata: {labels: {app: agent}}
        spec:
          containers:
            - name: agent
              image: "agent:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from kspec.domain.workloads import DaemonSet, resolve_percent
from kspec.lint.index import Index
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS3036", "daemonset-maxunavailable", Severity.WARNING, __doc__)
_MANY = 1000


def check(index: Index) -> Iterator[Diagnostic]:
    """Rollouts of daemons that leave nothing standing."""
    nodes = index.cluster.at_minimum()
    zones = Counter(n.zone for n in nodes if n.zone)
    for resource, daemons in index.of("DaemonSet", DaemonSet):
        strategy = daemons.spec.update_strategy
        if strategy.type != "RollingUpdate" or strategy.rolling_update.max_surge not in (0, "0%"):
            continue
        total = len(nodes) or _MANY
        gone = resolve_percent(strategy.rolling_update.max_unavailable, total, round_up=True)
        where = ("spec", "updateStrategy", "rollingUpdate", "maxUnavailable")
        smallest = min(zones.values(), default=0)
        if gone >= total > 1:
            message = f"a rollout of DaemonSet {resource.name} may take it away from all nodes at once"
            yield on(RULE, resource, where, message, "use a small number or percentage")
        elif len(zones) > 1 and gone >= smallest > 1:
            zone = min(z for z, n in zones.items() if n == smallest)
            message = (
                f"a rollout of DaemonSet {resource.name} may take it away from all {smallest} nodes of zone {zone}"
            )
            yield on(RULE, resource, where, message, f"use at most {smallest - 1}")

"""Nothing keeps the replicas apart: all may run on one node, and go down with it.

The scheduler's own default spreads only as far as scoring goes. Topology spread constraints and pod anti-affinity,
required or preferred, count. Information for workloads that no Service sends to.

Fails:

    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      replicas: 3
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers:
            - name: web
              image: "web:1.4"
              readinessProbe: {tcpSocket: {port: 8080}}

Passes:

    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      replicas: 3
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          topologySpreadConstraints:
            - maxSkew: 1
              topologyKey: kubernetes.io/hostname
              whenUnsatisfiable: DoNotSchedule
              labelSelector: {matchLabels: {app: web}}
          containers:
            - name: web
              image: "web:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
              readinessProbe: {tcpSocket: {port: 8080}}
    ---
    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: {name: web}
    spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.lint.index import Index
from kspec.lint.rule import on, rule
from kspec.lint.sources import PodSource
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS3018", "no-spread", Severity.WARNING, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Replicated workloads that may share one node."""
    if len(index.cluster.nodes) == 1 and not index.cluster.pools:
        return
    for pods in index.pods:
        scale = index.scale(pods)
        if scale is None or scale.least < 2 or _kept_apart(pods):
            continue
        message = f"all {scale.least} pods of {pods} may run on one node"
        help = "add topologySpreadConstraints over kubernetes.io/hostname and topology.kubernetes.io/zone"
        severity = None if index.serving(pods) else Severity.INFO
        yield on(RULE, scale.at, scale.path, message, help, key=True, severity=severity)


def _kept_apart(pods: PodSource) -> bool:
    spec = pods.spec
    constraints = [c.label_selector for c in spec.topology_spread_constraints]
    anti = spec.affinity.pod_anti_affinity
    terms = [t.label_selector for t in (*anti.required, *(w.pod_affinity_term for w in anti.preferred))]
    return any(s is not None and s.matches(pods.labels) for s in (*constraints, *terms))

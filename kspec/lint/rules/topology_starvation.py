"""Traffic is to stay in its zone, and there are fewer pods than zones.

With topology-aware routing a zone without a pod sends elsewhere at best; with few pods in a zone these carry all of its
load. Kubernetes asks for three pods a zone before it follows the hint.

Fails:

    apiVersion: v1
    kind: Node
    metadata:
      name: node-1
      labels: {kubernetes.io/hostname: node-1, topology.kubernetes.io/zone: z1}
    status: {allocatable: {cpu: "4", memory: 16Gi, pods: "110"}}
    ---
    apiVersion: v1
    kind: Node
    metadata:
      name: node-2
      labels: {kubernetes.io/hostname: node-2, topology.kubernetes.io/zone: z2}
    status: {allocatable: {cpu: "4", memory: 16Gi, pods: "110"}}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}], trafficDistribution: PreferClose}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
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
    kind: Node
    metadata:
      name: node-1
      labels: {kubernetes.io/hostname: node-1, topology.kubernetes.io/zone: z1}
    status: {allocatable: {cpu: "4", memory: 16Gi, pods: "110"}}
    ---
    apiVersion: v1
    kind: Node
    metadata:
      name: node-2
      labels: {kubernetes.io/hostname: node-2, topology.kubernetes.io/zone: z2}
    status: {allocatable: {cpu: "4", memory: 16Gi, pods: "110"}}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}], trafficDistribution: PreferClose}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      replicas: 2
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

from kspec.api.fields import mapping, obj, text
from kspec.domain.labels import LabelSelector
from kspec.domain.network import Service
from kspec.lint.index import Index
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS6007", "topology-aware-starvation", Severity.WARNING, __doc__)
_MODE = "service.kubernetes.io/topology-mode"


def check(index: Index) -> Iterator[Diagnostic]:
    """Services that prefer a zone they may have nobody in."""
    zones = {node.zone for node in index.cluster.at_minimum() if node.zone}
    for resource, service in index.of("Service", Service):
        distribution = text(obj(resource.manifest, "spec"), "trafficDistribution")
        auto = mapping(resource.manifest, "metadata", "annotations").get(_MODE) in ("Auto", "auto")
        if not (distribution or auto) or len(zones) < 2 or not service.spec.selector:
            continue
        pods = index.selected(resource.namespace, LabelSelector(match_labels=service.spec.selector))
        scales = [index.scale(p) for p in pods]
        total = sum(s.least for s in scales if s is not None)
        if scales and None not in scales and total < len(zones):
            message = (
                f"Service {resource.name} prefers pods of the same zone, and has {total} pods for {len(zones)} zones"
            )
            where = ("spec", "trafficDistribution") if distribution else ("metadata", "annotations", _MODE)
            yield on(RULE, resource, where, message, "run at least one pod a zone, better three")

"""Traffic comes to nodes that have no pod to give it to.

With `externalTrafficPolicy: Local` a node without a pod of the Service drops what it gets, and nodes with one get equal
shares, however many pods they have. There are fewer pods than nodes, so some nodes have none, wherever the pods go.

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
    spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}], type: LoadBalancer,
           externalTrafficPolicy: Local}
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
    spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}], type: LoadBalancer,
           externalTrafficPolicy: Local}
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

from kspec.api.fields import obj, text
from kspec.domain.labels import LabelSelector
from kspec.domain.network import Service
from kspec.lint.index import Index
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS6006", "traffic-policy-local-imbalance", Severity.WARNING, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Services with fewer pods than nodes, that stay local."""
    nodes = len(index.cluster.at_minimum())
    for resource, service in index.of("Service", Service):
        local = text(obj(resource.manifest, "spec"), "externalTrafficPolicy") == "Local"
        if not local or nodes < 2 or not service.spec.selector:
            continue
        pods = index.selected(resource.namespace, LabelSelector(match_labels=service.spec.selector))
        scales = [index.scale(p) for p in pods]
        total = sum(s.least for s in scales if s is not None)
        if scales and None not in scales and total < nodes:
            message = f"Service {resource.name} keeps traffic on its node, and has {total} pods for {nodes} nodes"
            help = "use a DaemonSet, more replicas, or externalTrafficPolicy: Cluster"
            yield on(RULE, resource, ("spec", "externalTrafficPolicy"), message, help)

"""More pods than nodes want the same port of their node.

Each node has a port once: the rest stay Pending. Pods on the host's network take their container ports there. Counted
at the least number of replicas, over all nodes the pods may use; nothing is said where the design has no nodes.

Fails:

    apiVersion: v1
    kind: Node
    metadata: {name: node-1, labels: {kubernetes.io/hostname: node-1, disk: ssd}}
    spec: {}
    status: {allocatable: {cpu: "4", memory: 16Gi, pods: "110"}}
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
          containers:
            - name: web
              image: "web:1.4"
              ports: [{containerPort: 8080, hostPort: 8080}]
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}

Passes:

    apiVersion: v1
    kind: Node
    metadata: {name: node-1, labels: {kubernetes.io/hostname: node-1, disk: ssd}}
    spec: {}
    status: {allocatable: {cpu: "4", memory: 16Gi, pods: "110"}}
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
              ports: [{containerPort: 8080}]
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
    ---
    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: {name: web}
    spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.lint.index import Index
from kspec.lint.nodes import most_nodes, usable
from kspec.lint.rule import rule, within
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS4024", "hostport-conflict", Severity.ERROR, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Workloads that are too many for a port."""
    nodes = most_nodes(index)
    for pods in index.pods if nodes else ():
        scale = index.scale(pods)
        homes = len(usable(pods.spec, nodes))
        if scale is None or not 0 < homes < scale.least:
            continue
        for path, container in pods.running:
            for i, port in enumerate(container.ports):
                if port.host_port:
                    what = f"{scale.least} pods of {pods} want port {port.host_port} of their node"
                    message = f"{what}; they may use {homes} node{'s' if homes > 1 else ''}"
                    yield within(RULE, pods, (*path, "ports", i, "hostPort"), message, "use a Service, or a DaemonSet")

"""A pod asks for a device that no node of the design has.

GPUs and other extended resources are offered by device plugins; a pod that asks for one stays Pending where no node has
it. Nothing is said where the design has no nodes.

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
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers:
            - name: web
              image: "web:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi, nvidia.com/gpu: 1}}

Passes:

    apiVersion: v1
    kind: Node
    metadata: {name: node-1, labels: {kubernetes.io/hostname: node-1, disk: ssd}}
    spec: {}
    status: {allocatable: {cpu: "4", memory: 16Gi, pods: "110", nvidia.com/gpu: "2"}}
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
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi, nvidia.com/gpu: 1}}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.lint.index import Index
from kspec.lint.nearest import did_you_mean
from kspec.lint.nodes import all_nodes
from kspec.lint.rule import rule, within
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS4021", "extended-resource", Severity.ERROR, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Devices that are nowhere."""
    nodes = all_nodes(index)
    offered = {name for node in nodes for name, amount in node.allocatable.items() if amount.amount}
    devices = {name for name in offered if "/" in name}
    for pods in index.pods if nodes else ():
        for path, container in pods.containers:
            for field in ("limits", "requests"):
                asked = container.resources.limits if field == "limits" else container.resources.requests
                for name in (n for n, amount in asked.items() if "/" in n and n not in offered and amount.amount):
                    if field == "requests" and name in container.resources.limits:
                        continue
                    message = f"container {container.name} of {pods} asks for {name}, which no node of the design has"
                    yield within(
                        RULE, pods, (*path, "resources", field, name), message, did_you_mean(name, devices), key=True
                    )

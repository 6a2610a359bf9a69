"""No node of the design can hold one pod of the workload, even empty.

The pod stays Pending for ever, and an autoscaler that knows only such nodes can not help. Only nodes that the pod may
use count.

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
              resources: {requests: {cpu: "8", memory: 64Mi}, limits: {memory: 64Mi}}

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
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers:
            - name: web
              image: "web:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.domain.quantity import Quantity
from kspec.domain.requests import list_in_units, pod_requests
from kspec.lint.index import Index
from kspec.lint.nodes import all_nodes, usable
from kspec.lint.rule import rule, within
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS4010", "request-over-node", Severity.ERROR, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Pods larger than every node."""
    nodes = all_nodes(index)
    for pods in index.pods if nodes else ():
        candidates = usable(pods.spec, nodes)
        wanted = {name: amount for name, amount in pod_requests(pods.spec).items() if amount}
        rooms = [list_in_units(node.allocatable) for node in candidates]
        if not rooms or any(all(room.get(n, 0) >= amount for n, amount in wanted.items()) for room in rooms):
            continue
        for name, amount in wanted.items():
            most = max(room.get(name, 0) for room in rooms)
            if 0 < most < amount:
                message = (
                    f"a pod of {pods} requests {_said(name, amount)} {name}; the largest node has {_said(name, most)}"
                )
                yield within(
                    RULE, pods, ("spec", "containers", 0, "resources"), message, "request less, or add larger nodes"
                )
                break


def _said(name: str, amount: int) -> str:
    """An amount in the scheduler's units, as a quantity."""
    if name == "cpu":
        return str(Quantity.parse(f"{amount}m"))
    return f"{amount // 2**20}Mi" if name in ("memory", "ephemeral-storage") and amount % 2**20 == 0 else str(amount)

"""All nodes that a pod could use are tainted, and it tolerates none of the taints.

The pod stays Pending: `node(s) had untolerated taint`. Nothing is said where the design has no nodes.

Fails:

    apiVersion: v1
    kind: Node
    metadata: {name: node-1, labels: {kubernetes.io/hostname: node-1, disk: ssd}}
    spec: {taints: [{key: dedicated, value: gpu, effect: NoSchedule}]}
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

Passes:

    apiVersion: v1
    kind: Node
    metadata: {name: node-1, labels: {kubernetes.io/hostname: node-1, disk: ssd}}
    spec: {taints: [{key: dedicated, value: gpu, effect: NoSchedule}]}
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
          tolerations: [{key: dedicated, value: gpu, effect: NoSchedule}]
          containers:
            - name: web
              image: "web:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.domain.matching import hard_taints, node_matches, untolerated
from kspec.lint.index import Index
from kspec.lint.nearest import listed
from kspec.lint.nodes import all_nodes, tolerations_of
from kspec.lint.rule import lacks, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS4014", "taint-not-tolerated", Severity.ERROR, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Pods that every node they match keeps away."""
    nodes = all_nodes(index)
    for pods in index.pods if nodes else ():
        matching = [node for node in nodes if node_matches(pods.spec, node)]
        taints = [untolerated(hard_taints(node), tolerations_of(pods)) for node in matching]
        if not matching or None in taints:
            continue
        said = sorted({f"{t.key}={t.value}:{t.effect}" if t.value else f"{t.key}:{t.effect}" for t in taints if t})
        message = f"every node that {pods} could use has a taint it does not tolerate: {listed(said)}"
        yield lacks(RULE, pods, ("spec",), "tolerations", message, "add a toleration, or nodes without the taint")

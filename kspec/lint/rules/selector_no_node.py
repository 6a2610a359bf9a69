"""A node selector or a required node affinity matches no node of the design.

The pod stays Pending: `node(s) didn't match Pod's node affinity/selector`. Pools count as they are declared, also those
that are empty now. Nothing is said where the design has no nodes.

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
          nodeSelector: {disk: nvme}
          containers:
            - name: web
              image: "web:1.4"
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
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          nodeSelector: {disk: ssd}
          containers:
            - name: web
              image: "web:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kspec.domain.matching import node_matches, node_selector_matches
from kspec.domain.node import Node
from kspec.domain.pod import PodSpec
from kspec.lint.index import Index
from kspec.lint.nearest import did_you_mean
from kspec.lint.nodes import all_nodes
from kspec.lint.rule import rule, within
from kspec.source.diagnostic import Diagnostic, Severity
from kspec.source.tree import Path

RULE = rule("KS4013", "selector-no-node", Severity.ERROR, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Pods for which there is no kind of node."""
    nodes = all_nodes(index)
    for pods in index.pods if nodes else ():
        if any(node_matches(pods.spec, node) for node in nodes):
            continue
        selects = any(node_selector_matches(pods.spec, node.labels) for node in nodes)
        path: Path = ("spec", "affinity", "nodeAffinity") if selects else ("spec", "nodeSelector")
        what = "required node affinity" if selects else "node selector"
        yield within(RULE, pods, path, f"no node of the design matches the {what} of {pods}", _hint(pods.spec, nodes))


def _hint(spec: PodSpec, nodes: Sequence[Node]) -> str | None:
    for key, value in spec.node_selector.items():
        values = {node.labels[key] for node in nodes if key in node.labels}
        if not values:
            return f"no node has label {key}: {did_you_mean(key, {k for n in nodes for k in n.labels}) or ''}".rstrip(
                ": "
            )
        if value not in values:
            return f"{key} is {value}; nodes have {', '.join(sorted(values)[:6])}"
    return None

"""A topology spread constraint counts domains that its pods can not use.

Nodes with a taint that the pods do not tolerate count as domains (nodeTaintsPolicy is `Ignore` by default), and stay
empty for ever: every other domain may then hold maxSkew pods and no more, and the rest stay Pending. The same happens
while there are fewer domains than minDomains. Counted at the least number of replicas, over the nodes of the design.

Fails:

    apiVersion: v1
    kind: Node
    metadata: {name: node-1, labels: {kubernetes.io/hostname: node-1}}
    status: {allocatable: {cpu: "4", memory: 16Gi, pods: "110"}}
    ---
    apiVersion: v1
    kind: Node
    metadata: {name: node-2, labels: {kubernetes.io/hostname: node-2}}
    status: {allocatable: {cpu: "4", memory: 16Gi, pods: "110"}}
    ---
    apiVersion: v1
    kind: Node
    metadata: {name: node-3, labels: {kubernetes.io/hostname: node-3}}
    spec: {taints: [{key: node-role.kubernetes.io/control-plane, effect: NoSchedule}]}
    status: {allocatable: {cpu: "4", memory: 16Gi, pods: "110"}}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      replicas: 4
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
    ---
    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: {name: web}
    spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}

Passes:

    apiVersion: v1
    kind: Node
    metadata: {name: node-1, labels: {kubernetes.io/hostname: node-1}}
    status: {allocatable: {cpu: "4", memory: 16Gi, pods: "110"}}
    ---
    apiVersion: v1
    kind: Node
    metadata: {name: node-2, labels: {kubernetes.io/hostname: node-2}}
    status: {allocatable: {cpu: "4", memory: 16Gi, pods: "110"}}
    ---
    apiVersion: v1
    kind: Node
    metadata: {name: node-3, labels: {kubernetes.io/hostname: node-3}}
    spec: {taints: [{key: node-role.kubernetes.io/control-plane, effect: NoSchedule}]}
    status: {allocatable: {cpu: "4", memory: 16Gi, pods: "110"}}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      replicas: 4
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          topologySpreadConstraints:
            - maxSkew: 1
              topologyKey: kubernetes.io/hostname
              whenUnsatisfiable: DoNotSchedule
              labelSelector: {matchLabels: {app: web}}
              nodeTaintsPolicy: Honor
          containers:
            - name: web
              image: "web:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
    ---
    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: {name: web}
    spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kspec.domain.matching import node_matches
from kspec.domain.node import Node
from kspec.domain.pod import TopologySpreadConstraint
from kspec.lint.index import Index
from kspec.lint.nearest import listed
from kspec.lint.nodes import most_nodes, usable
from kspec.lint.rule import rule, within
from kspec.lint.sources import PodSource
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS4016", "spread-unsatisfiable", Severity.ERROR, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Constraints that leave too little room."""
    nodes = most_nodes(index)
    for pods in index.pods if nodes else ():
        scale = index.scale(pods)
        for i, constraint in enumerate(pods.spec.topology_spread_constraints):
            room = _room(pods, constraint, nodes)
            if scale is None or room is None or scale.least <= room[0]:
                continue
            most, empty = room
            why = (
                f"{listed(empty, 3)} count and stay empty"
                if empty
                else f"there are fewer than {constraint.min_domains}"
            )
            what = f"its spread over {constraint.topology_key} has room for {most}"
            message = f"{pods} runs {scale.least} pods, and {what}: {why}"
            help = "set nodeTaintsPolicy: Honor" if empty else "lower minDomains, or add nodes"
            yield within(RULE, pods, ("spec", "topologySpreadConstraints", i), message, help)


def _room(pods: PodSource, constraint: TopologySpreadConstraint, nodes: Sequence[Node]) -> tuple[int, list[str]] | None:
    """How many pods the constraint lets in at most, and the domains that stay empty; None where it sets no bound."""
    selector, key = constraint.label_selector, constraint.topology_key
    if constraint.when_unsatisfiable != "DoNotSchedule" or selector is None or not selector.matches(pods.labels):
        return None
    reachable = {n.labels[key] for n in usable(pods.spec, nodes) if key in n.labels}
    counted = {n.labels[key] for n in nodes if key in n.labels and _counts(pods, constraint, n, reachable)}
    empty = sorted(counted - reachable)
    if not reachable or not (empty or len(counted) < (constraint.min_domains or 0)):
        return None
    return constraint.max_skew * len(reachable), empty


def _counts(pods: PodSource, constraint: TopologySpreadConstraint, node: Node, reachable: set[str]) -> bool:
    """Whether a node makes its domain one that counts."""
    if constraint.node_affinity_policy == "Honor" and not node_matches(pods.spec, node):
        return False
    return constraint.node_taints_policy == "Ignore" or node.labels[constraint.topology_key] in reachable

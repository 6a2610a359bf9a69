"""Required anti-affinity asks for more domains than the nodes have.

Pods that may not share a node (or a zone) need one each: the rest stay Pending. A warning where the number is reached
only at the autoscaler's limit, or by the extra pod of a rollout that may take none away before (maxUnavailable 0): that
rollout never ends.

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
          affinity:
            podAntiAffinity:
              requiredDuringSchedulingIgnoredDuringExecution:
                - {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: web}}}
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
    apiVersion: v1
    kind: Node
    metadata: {name: node-2, labels: {kubernetes.io/hostname: node-2, disk: ssd}}
    spec: {}
    status: {allocatable: {cpu: "4", memory: 16Gi, pods: "110"}}
    ---
    apiVersion: v1
    kind: Node
    metadata: {name: node-3, labels: {kubernetes.io/hostname: node-3, disk: ssd}}
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
          affinity:
            podAntiAffinity:
              requiredDuringSchedulingIgnoredDuringExecution:
                - {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: web}}}
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

from collections.abc import Iterator

from kspec.domain.workloads import Deployment
from kspec.lint.index import Index
from kspec.lint.nodes import most_nodes, usable
from kspec.lint.rule import rule, within
from kspec.lint.sources import PodSource
from kspec.source.diagnostic import Diagnostic, Severity
from kspec.source.tree import Path

RULE = rule("KS4015", "anti-affinity-capacity", Severity.ERROR, __doc__)
_REQUIRED: Path = ("spec", "affinity", "podAntiAffinity", "requiredDuringSchedulingIgnoredDuringExecution")


def check(index: Index) -> Iterator[Diagnostic]:
    """Workloads that are too many for their own rule."""
    nodes = most_nodes(index)
    for pods in index.pods if nodes else ():
        scale = index.scale(pods)
        if scale is None:
            continue
        for i, term in enumerate(pods.spec.affinity.pod_anti_affinity.required):
            if term.label_selector is None or not term.label_selector.matches(pods.labels):
                continue
            domains = {n.labels[term.topology_key] for n in usable(pods.spec, nodes) if term.topology_key in n.labels}
            for count, when, severity in _sizes(pods, scale.least, scale.most):
                if count > len(domains) > 0:
                    message = (
                        f"{pods} needs {count} values of {term.topology_key} {when}; its nodes have {len(domains)}"
                    )
                    help = "prefer instead of require, run fewer, or add nodes"
                    yield within(RULE, pods, (*_REQUIRED, i), message, help, severity=severity)
                    break


def _sizes(pods: PodSource, least: int, most: int) -> Iterator[tuple[int, str, Severity | None]]:
    yield least, "at rest", None
    yield most, "at the autoscaler's limit", Severity.WARNING
    view = pods.resource.view
    if isinstance(view, Deployment) and view.spec.strategy.type == "RollingUpdate":
        surge, unavailable = view.spec.strategy.rolling_update.resolve(least)
        if not unavailable:
            yield least + surge, "during a rollout", Severity.WARNING

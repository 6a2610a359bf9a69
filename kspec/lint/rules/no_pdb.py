"""Several replicas, and no PodDisruptionBudget.

A drain may evict all of them at once: the eviction API asks nobody but budgets.

Fails:

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

Passes:

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
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS3002", "no-pdb", Severity.WARNING, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Workloads of two pods or more that no budget covers."""
    for pods in index.pods:
        scale = index.scale(pods)
        if scale is not None and scale.least > 1 and pods.kind != "Pod" and not index.budgets(pods):
            message = (
                f"{pods} runs {scale.least} pods, and no PodDisruptionBudget keeps a drain from evicting all at once"
            )
            help = "add one: maxUnavailable: 1"
            yield on(RULE, scale.at, scale.path, message, help, key=True)

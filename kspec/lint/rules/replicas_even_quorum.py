"""A workload that needs a majority has an even number of replicas.

Four members survive the loss of one, like three, and have one more that can fail. The annotation `kspec/quorum: "true"`
says that a majority must agree.

Fails:

    apiVersion: v1
    kind: Service
    metadata: {name: db}
    spec: {selector: {app: db}, ports: [{port: 5432}], clusterIP: None}
    ---
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: db, annotations: {kspec/quorum: "true"}}
    spec:
      replicas: 4
      serviceName: db
      selector: {matchLabels: {app: db}}
      template:
        metadata: {labels: {app: db}}
        spec:
          containers:
            - name: db
              image: "db:1.4"

Passes:

    apiVersion: v1
    kind: Service
    metadata: {name: db}
    spec: {selector: {app: db}, ports: [{port: 5432}], clusterIP: None}
    ---
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: db, annotations: {kspec/quorum: "true"}}
    spec:
      replicas: 3
      serviceName: db
      selector: {matchLabels: {app: db}}
      template:
        metadata: {labels: {app: db}}
        spec:
          topologySpreadConstraints:
            - maxSkew: 1
              topologyKey: kubernetes.io/hostname
              whenUnsatisfiable: DoNotSchedule
              labelSelector: {matchLabels: {app: db}}
          containers:
            - name: db
              image: "db:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
              readinessProbe: {tcpSocket: {port: 5432}}
    ---
    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: {name: db}
    spec: {maxUnavailable: 1, selector: {matchLabels: {app: db}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.lint.declared import declared
from kspec.lint.index import Index
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS3035", "replicas-even-quorum", Severity.WARNING, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Quorums that pay for a member that does not help."""
    for pods in index.pods:
        scale = index.scale(pods)
        if declared(pods, "quorum") == "true" and scale is not None and scale.least % 2 == 0:
            survives = (scale.least - 1) // 2
            message = (
                f"{pods} has {scale.least} members and survives the loss of {survives}, like {scale.least - 1} would"
            )
            yield on(RULE, scale.at, scale.path, message, f"run {scale.least - 1} or {scale.least + 1}", key=True)

"""Members find each other through a headless Service that only tells of ready pods.

Where a member is ready only when it has found the others, nobody ever is. `publishNotReadyAddresses: true` tells of
pods that start as well. Reported for StatefulSets of several members with readiness probes; whether readiness waits
for peers is not in a design (see KS9110).

Fails:

    apiVersion: v1
    kind: Service
    metadata: {name: db}
    spec: {selector: {app: db}, ports: [{port: 5432}], clusterIP: None}
    ---
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: db}
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

Passes:

    apiVersion: v1
    kind: Service
    metadata: {name: db}
    spec: {selector: {app: db}, ports: [{port: 5432}], clusterIP: None, publishNotReadyAddresses: true}
    ---
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: db}
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

from kspec.domain.network import Service
from kspec.domain.workloads import StatefulSet
from kspec.lint.index import Index
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS6009", "headless-no-publish", Severity.INFO, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Governing Services that hide pods which are starting."""
    for pods in index.pods:
        view = pods.resource.view
        if not isinstance(view, StatefulSet) or view.spec.replicas < 2:
            continue
        service = index.find("Service", pods.namespace, view.spec.service_name)
        if service is None or not any(c.readiness_probe for _, c in pods.running):
            continue
        spec = service.as_(Service).spec
        if spec.headless and not spec.publish_not_ready_addresses:
            message = f"members of {pods} can not find each other through Service {service.name} before they are ready"
            help = "set publishNotReadyAddresses: true if members wait for each other"
            yield on(RULE, service, ("spec", "publishNotReadyAddresses"), message, help, key=True)

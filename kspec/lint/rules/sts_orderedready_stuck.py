"""A StatefulSet's rollout can not get past a broken pod.

With `OrderedReady` and RollingUpdate, a pod that never becomes ready stops the rollout, and going back to the old
template does not replace it: someone has to delete the pod by hand. `kspec verify` tells the story (KS9106). Members
that may start together can use `podManagementPolicy: Parallel`. Information, for it is the default of Kubernetes.

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
      serviceName: db
      selector: {matchLabels: {app: db}}
      template:
        metadata: {labels: {app: db}}
        spec:
          containers:
            - name: db
              image: "db:1.4"
              readinessProbe: {tcpSocket: {port: 5432}}

Passes:

    apiVersion: v1
    kind: Service
    metadata: {name: db}
    spec: {selector: {app: db}, ports: [{port: 5432}], clusterIP: None}
    ---
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: db}
    spec:
      serviceName: db
      podManagementPolicy: Parallel
      selector: {matchLabels: {app: db}}
      template:
        metadata: {labels: {app: db}}
        spec:
          containers:
            - name: db
              image: "db:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
              readinessProbe: {tcpSocket: {port: 5432}}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.domain.workloads import StatefulSet
from kspec.lint.index import Index
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS3031", "sts-orderedready-stuck", Severity.WARNING, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """StatefulSets that need a hand after a bad rollout."""
    for resource, workload in index.of("StatefulSet", StatefulSet):
        spec = workload.spec
        if spec.pod_management_policy == "OrderedReady" and spec.update_strategy.type == "RollingUpdate":
            message = f"a rollout of StatefulSet {resource.name} to a broken version needs a manual delete to be undone"
            where = ("spec", "podManagementPolicy")
            help = "use Parallel where members may start together"
            yield on(RULE, resource, where, message, help, key=True, severity=Severity.INFO)

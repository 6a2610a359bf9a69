"""A Deployment behind a Service stops all pods before it starts new ones.

Every rollout is an outage. Where a volume may be used by one node only this is needed, and nothing is said.

Fails:

    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      strategy: {type: Recreate}
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers:
            - name: web
              image: "web:1.4"
              readinessProbe: {tcpSocket: {port: 8080}}

Passes:

    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
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
              readinessProbe: {tcpSocket: {port: 8080}}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.domain.workloads import Deployment
from kspec.lint.claims import single_node_claims
from kspec.lint.index import Index
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS3014", "strategy-recreate", Severity.WARNING, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Served Deployments that recreate without need."""
    for pods in index.served():
        view = pods.resource.view
        if not isinstance(view, Deployment) or view.spec.strategy.type != "Recreate":
            continue
        if not any(single_node_claims(index, pods)):
            service = index.serving(pods)[0][0].name
            message = f"every rollout of {pods} takes Service {service} down: all pods stop before new ones start"
            yield on(RULE, pods.resource, ("spec", "strategy", "type"), message, "use RollingUpdate")

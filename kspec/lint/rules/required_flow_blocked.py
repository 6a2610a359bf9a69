"""A NetworkPolicy keeps a workload from a Service that it needs.

Needs are what `kspec/depends-on` declares and addresses of Services in environment variables (`cart:7070`). The flow
must leave through the egress policies of one side and enter through the ingress policies of the other.

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
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers:
            - name: web
              image: "web:1.4"
              readinessProbe: {tcpSocket: {port: 8080}}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: client}
    spec:
      selector: {matchLabels: {app: client}}
      template:
        metadata: {labels: {app: client}}
        spec:
          containers:
            - name: client
              image: "client:1.4"
              env: [{name: WEB_ADDR, value: "web:80"}]
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: web}
    spec:
      podSelector: {matchLabels: {app: web}}
      ingress: [{from: [{podSelector: {matchLabels: {app: other}}}]}]

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
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: client}
    spec:
      selector: {matchLabels: {app: client}}
      template:
        metadata: {labels: {app: client}}
        spec:
          containers:
            - name: client
              image: "client:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
              env: [{name: WEB_ADDR, value: "web:80"}]
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: web}
    spec:
      podSelector: {matchLabels: {app: web}}
      ingress: [{from: [{podSelector: {matchLabels: {app: client}}}]}]
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.domain.network import ServicePort
from kspec.lint.dependencies import dependencies
from kspec.lint.flows import Flows, Port, container_ports
from kspec.lint.index import Index
from kspec.lint.rule import on, rule
from kspec.lint.sources import PodSource
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS6002", "required-flow-blocked", Severity.ERROR, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Needs that policies do not let through."""
    flows = Flows(index)
    for need in dependencies(index):
        targets = need.targets(index)
        verdicts = [flows.blocked(need.source, target, _port(target, need.port)) for target in targets]
        policy = next((v for v in verdicts if v is not None), None)
        if policy is None or None in verdicts:
            continue
        message = (
            f"{need.source} needs port {need.port.port} of Service {need.service.name}, "
            f"and NetworkPolicy {policy.name} does not let it through"
        )
        related = [(f"NetworkPolicy {policy.name}", policy.at("metadata", "name"))]
        yield on(RULE, need.source.resource, need.path, message, "allow the flow in the policy", related=related)


def _port(pods: PodSource, port: ServicePort) -> Port:
    """The port of the pods that a Service's port leads to."""
    target = port.target_port if port.target_port is not None else port.port
    for own in container_ports(pods):
        if target in (own.name, own.container_port) and own.protocol == port.protocol:
            return Port(own.container_port, own.protocol, own.name)
    return Port(target if isinstance(target, int) else 0, port.protocol, target if isinstance(target, str) else "")

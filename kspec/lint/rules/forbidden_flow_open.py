"""A flow that the design forbids is open: no NetworkPolicy stands between.

`kspec/isolated-from: "batch, payments/report"` in the annotations of a workload names workloads (of its namespace, or
`namespace/name`) that must not reach it. Looked at are the ports its containers declare. Policies only add up: one that
lets the flow in is enough.

Fails:

    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: db, annotations: {kspec/isolated-from: client}}
    spec:
      serviceName: db
      selector: {matchLabels: {app: db}}
      template:
        metadata: {labels: {app: db}}
        spec:
          containers:
            - name: db
              image: "db:1.4"
              ports: [{containerPort: 5432}]
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: db}
    spec: {clusterIP: None, selector: {app: db}, ports: [{port: 5432}]}
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

Passes:

    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: db, annotations: {kspec/isolated-from: client}}
    spec:
      selector: {matchLabels: {app: db}}
      template:
        metadata: {labels: {app: db}}
        spec:
          containers:
            - name: db
              image: "db:1.4"
              ports: [{containerPort: 5432}]
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
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
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: db}
    spec:
      podSelector: {matchLabels: {app: db}}
      ingress: [{from: [{podSelector: {matchLabels: {app: db}}}]}]
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.lint.declared import declared
from kspec.lint.flows import INGRESS, Flows, Port, container_ports
from kspec.lint.index import Index
from kspec.lint.rule import on, rule
from kspec.lint.sources import PodSource
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS6003", "forbidden-flow-open", Severity.ERROR, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Open ports, one finding for each pair of workloads."""
    flows = Flows(index)
    for target in index.pods:
        for source in _forbidden(index, target):
            ports = [Port(p.container_port, p.protocol, p.name) for p in container_ports(target)]
            port = next((p for p in ports if flows.blocked(source, target, p) is None), None)
            if port is None:
                continue
            policies = flows.over(target, INGRESS)
            names = ", ".join(resource.name for resource, _ in policies)
            why = f"NetworkPolicy {names} lets it in" if names else f"no NetworkPolicy restricts who reaches {target}"
            message = f"{source} can reach port {port.number} of {target}, which is to be isolated from it: {why}"
            related = [(str(source), source.resource.at("metadata", "name"))]
            related += [(f"NetworkPolicy {r.name}", r.at("metadata", "name")) for r, _ in policies]
            yield on(RULE, target.resource, ("metadata", "name"), message, "select it by a policy", related=related)


def _forbidden(index: Index, target: PodSource) -> Iterator[PodSource]:
    for name in filter(None, (part.strip() for part in declared(target, "isolated-from").split(","))):
        space, slash, own = name.partition("/")
        namespace, workload = (space, own) if slash else (target.namespace, name)
        yield from (p for p in index.pods_in(namespace) if p.resource.name == workload and p.key != target.key)

"""No NetworkPolicy selects the pods: everything in the cluster may talk to them.

One finding for each namespace, at its first workload.

Fails:

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

Passes:

    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: web}
    spec:
      podSelector: {}
      policyTypes: [Ingress]
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
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.lint.flows import INGRESS, Flows
from kspec.lint.index import Index
from kspec.lint.nearest import listed
from kspec.lint.rule import on, rule
from kspec.lint.sources import PodSource
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS6001", "no-networkpolicy", Severity.INFO, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Pods that are open to all."""
    flows = Flows(index)
    open_pods: dict[str, list[PodSource]] = {}
    for pods in index.pods:
        if pods.lasting and not pods.spec.host_network and not flows.over(pods, INGRESS):
            open_pods.setdefault(pods.namespace, []).append(pods)
    for namespace, found in open_pods.items():
        message = f"everything may talk to the pods of {listed(found, 4)} in namespace {namespace}"
        help = "add a NetworkPolicy that allows what is needed"
        yield on(RULE, found[0].resource, ("metadata", "name"), message, help)

"""A NetworkPolicy restricts what pods may call, and leaves DNS out.

Names can not be resolved any more: every call by name fails after a timeout, also those that are allowed. Allow port
53, UDP and TCP, to the cluster's DNS.

Fails:

    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: web}
    spec:
      podSelector: {matchLabels: {app: web}}
      policyTypes: [Egress]
      egress: [{ports: [{port: 5432}]}]
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

Passes:

    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: web}
    spec:
      podSelector: {matchLabels: {app: web}}
      policyTypes: [Egress]
      egress: [{ports: [{port: 5432}]}, {ports: [{port: 53, protocol: UDP}, {port: 53}]}]
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

from kspec.api.fields import objects, text
from kspec.lint.flows import EGRESS, Flows
from kspec.lint.index import Index
from kspec.lint.nearest import listed
from kspec.lint.rule import on, rule
from kspec.lint.sources import PodSource
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS6004", "egress-without-dns", Severity.WARNING, __doc__)
_NO_DNS = ("None", "Default")


def check(index: Index) -> Iterator[Diagnostic]:
    """Pods that can not ask for an address; one finding for each policy, at one that lets something out if there is."""
    flows = Flows(index)
    deaf: dict[int, list[PodSource]] = {}
    for pods in index.pods:
        if text(pods.raw, "dnsPolicy") not in _NO_DNS and not flows.reaches_dns(pods):
            policies = flows.over(pods, EGRESS)
            opened = [policy for policy, spec in policies if objects(spec, "egress")]
            deaf.setdefault(id((opened or [policy for policy, _ in policies])[0]), []).append(pods)
    for policy in index.all("NetworkPolicy"):
        found = deaf.get(id(policy), [])
        if found:
            message = f"NetworkPolicy {policy.name} keeps {listed(found, 3)} from DNS"
            yield on(RULE, policy, ("spec", "egress"), message, "allow port 53, UDP and TCP", key=True)

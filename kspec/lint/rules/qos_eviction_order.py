"""A critical workload is not of the class Guaranteed.

Under memory pressure the kubelet evicts pods that use more than they request, whatever their class; only where requests
are limits can that not be. Critical are pods with a system priority class.

Fails:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web, namespace: kube-system}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          priorityClassName: system-cluster-critical
          containers:
            - name: web
              image: "web:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}

Passes:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web, namespace: kube-system}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          priorityClassName: system-cluster-critical
          containers:
            - name: web
              image: "web:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {cpu: 100m, memory: 64Mi}}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.defaulting.qos import quality_of_service
from kspec.domain.policy import SYSTEM_PRIORITIES
from kspec.lint.index import Index
from kspec.lint.rule import rule, within
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS4030", "qos-eviction-order", Severity.INFO, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Critical pods that may be evicted early."""
    for pods in index.pods:
        quality = quality_of_service(pods.raw)
        if pods.spec.priority_class_name in SYSTEM_PRIORITIES and quality != "Guaranteed":
            message = f"{pods} is critical, and its pods are {quality}"
            help = "set limits equal to requests, for cpu and memory"
            yield within(RULE, pods, ("spec", "priorityClassName"), message, help)

"""A workload depends on one that is evicted before it.

The annotation `kspec/depends-on` names the workloads it can not do without. One of them has a lower priority: under
pressure it goes first, and takes the dependent with it.

Fails:

    apiVersion: scheduling.k8s.io/v1
    kind: PriorityClass
    metadata: {name: high}
    value: 1000
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web, annotations: {kspec/depends-on: db}}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          priorityClassName: high
          containers:
            - name: web
              image: "web:1.4"
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: db}
    spec:
      selector: {matchLabels: {app: db}}
      template:
        metadata: {labels: {app: db}}
        spec:
          containers:
            - name: db
              image: "db:1.4"

Passes:

    apiVersion: scheduling.k8s.io/v1
    kind: PriorityClass
    metadata: {name: high}
    value: 1000
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web, annotations: {kspec/depends-on: db}}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          priorityClassName: high
          containers:
            - name: web
              image: "web:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: db}
    spec:
      selector: {matchLabels: {app: db}}
      template:
        metadata: {labels: {app: db}}
        spec:
          priorityClassName: high
          containers:
            - name: db
              image: "db:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.domain.policy import SYSTEM_PRIORITIES, PriorityClass
from kspec.lint.declared import declared
from kspec.lint.index import Index
from kspec.lint.rule import rule, within
from kspec.lint.sources import PodSource
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS3032", "priority-inversion", Severity.WARNING, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Dependents that outrank what they need."""
    classes = {r.name: c for r, c in index.of("PriorityClass", PriorityClass)}
    default = max((c.value for c in classes.values() if c.global_default), default=0)

    def priority(pods: PodSource) -> int:
        name = pods.spec.priority_class_name
        if name in classes:
            return classes[name].value
        return SYSTEM_PRIORITIES.get(name, default)

    for pods in index.pods:
        for name in filter(None, (n.strip() for n in declared(pods, "depends-on").split(","))):
            for needed in (p for p in index.pods_in(pods.namespace) if p.resource.name == name):
                if priority(needed) < priority(pods):
                    message = f"{pods} (priority {priority(pods)}) depends on {needed} (priority {priority(needed)})"
                    help = f"give {needed} at least the same priority"
                    related = [(f"{needed}", needed.resource.at("metadata", "name"))]
                    yield within(RULE, pods, ("spec", "priorityClassName"), message, help, related=related)

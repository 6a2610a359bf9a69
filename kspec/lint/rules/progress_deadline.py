"""A rollout is declared failed before its pods can be available.

progressDeadlineSeconds is shorter than what the pods take: the declared start-up time (`kspec/start-up`) or what the
probes wait at least, plus minReadySeconds.

Fails:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      progressDeadlineSeconds: 60
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers:
            - name: web
              image: "web:1.4"
              readinessProbe: {tcpSocket: {port: 8080}, initialDelaySeconds: 90}

Passes:

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
              readinessProbe: {tcpSocket: {port: 8080}, initialDelaySeconds: 90}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.domain.workloads import Deployment
from kspec.lint.index import Index
from kspec.lint.rule import on, rule
from kspec.lint.startup import start_up
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS3017", "progress-deadline", Severity.WARNING, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Deployments that can not meet their own deadline."""
    for pods in index.pods:
        view = pods.resource.view
        if not isinstance(view, Deployment):
            continue
        deadline, needed = view.spec.progress_deadline_seconds, start_up(pods) + view.spec.min_ready_seconds
        if deadline <= needed:
            message = f"a rollout of {pods} fails after {deadline}s, and its pods are available after {needed}s at best"
            where = ("spec", "progressDeadlineSeconds")
            yield on(RULE, pods.resource, where, message, f"raise it to {needed * 2} or more", key=True)

"""A pod without a controller.

When its node goes, or it is evicted, it is gone for good. Use a Deployment, or a Job for work that ends. Hooks of Helm
are meant to be pods.

Fails:

    apiVersion: v1
    kind: Pod
    metadata: {name: web}
    spec:
      containers:
        - name: web
          image: "web:1.4"
          resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}

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
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.domain.pod import Pod
from kspec.lint.index import Index
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS3026", "bare-pod", Severity.WARNING, __doc__)
_MIRROR = "kubernetes.io/config.mirror"


def check(index: Index) -> Iterator[Diagnostic]:
    """Pods that nobody brings back."""
    for resource, pod in index.of("Pod", Pod):
        known = pod.metadata.annotations
        if pod.metadata.owner_references or "helm.sh/hook" in known or _MIRROR in known:
            continue
        message = f"Pod {pod.name} has no controller: when its node goes, it is gone"
        help = "use a Deployment" if pod.spec.restart_policy == "Always" else "use a Job"
        yield on(RULE, resource, ("kind",), message, help)

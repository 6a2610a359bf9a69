"""A LimitRange of the namespace refuses the pod or the claim.

The workload is accepted, and its controller can not create a single pod. Defaults of the LimitRange are filled in
before its bounds are looked at, as the API server does.

Fails:

    apiVersion: v1
    kind: LimitRange
    metadata: {name: bounds}
    spec: {limits: [{type: Container, max: {memory: 32Mi}}]}
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

Passes:

    apiVersion: v1
    kind: LimitRange
    metadata: {name: bounds}
    spec: {limits: [{type: Container, max: {memory: 1Gi}}]}
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
from copy import deepcopy

from kspec.api.admission.attempt import Attempt
from kspec.api.admission.cluster import Cluster
from kspec.api.admission.limit_ranger import check_limits, set_limits
from kspec.api.admission.refusal import Refused
from kspec.domain.kinds import BY_KIND
from kspec.domain.objects import Resource
from kspec.lint.index import Index
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity
from kspec.source.tree import Object, Path

RULE = rule("KS4007", "limitrange-conflict", Severity.ERROR, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Pods and claims out of bounds."""
    ranges = list(index.all("LimitRange"))
    if not ranges:
        return
    cluster = Cluster()
    for limits in ranges:
        cluster.put(limits.manifest)
    for pods in index.pods:
        metadata: Object = {"name": pods.resource.name, "namespace": pods.namespace}
        spec = deepcopy(pods.raw)
        pod: Object = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}
        yield from _asked(cluster, "Pod", pod, pods.resource, (*pods.path, "spec"), f"the pods of {pods}")
    for claim in index.all("PersistentVolumeClaim"):
        manifest: Object = {
            **claim.manifest,
            "metadata": {"name": claim.name, "namespace": claim.namespace or "default"},
        }
        yield from _asked(
            cluster, "PersistentVolumeClaim", manifest, claim, ("spec", "resources"), f"claim {claim.name}"
        )


def _asked(
    cluster: Cluster, kind: str, manifest: Object, resource: Resource, path: Path, what: str
) -> Iterator[Diagnostic]:
    attempt = Attempt(BY_KIND["v1", kind], manifest, cluster)
    try:
        set_limits(attempt)
        check_limits(attempt)
    except Refused as refused:
        _, _, why = refused.refusal.message.partition("is forbidden: ")
        where = next(l.name for l in (Resource(m) for m in cluster.all("LimitRange", attempt.namespace)))
        message = f"LimitRange {where} refuses {what}: {why}"
        yield on(RULE, resource, path, message, key=True)

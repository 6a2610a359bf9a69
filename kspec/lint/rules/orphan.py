"""Deleting an object leaves what it made behind.

The finalizer `orphan` makes the garbage collector cut the owner references of an object's dependents instead of
deleting them: the pods of a deleted workload run on, and nobody looks after them. It belongs to a deletion that asks
for it (`kubectl delete --cascade=orphan`), which sets it by itself. Said of workloads, and of owners that the design's
objects name.

Fails:

    apiVersion: apps/v1
    kind: ReplicaSet
    metadata: {name: web, finalizers: [orphan]}
    spec:
      replicas: 1
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers:
            - name: web
              image: "web:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}

Passes:

    apiVersion: apps/v1
    kind: ReplicaSet
    metadata: {name: web}
    spec:
      replicas: 1
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

from kspec.api.fields import obj, objects, text, texts
from kspec.domain.objects import Resource
from kspec.domain.templates import MAKERS
from kspec.lint.index import Index
from kspec.lint.nearest import listed
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS9116", "orphan", Severity.ERROR, __doc__)
_FINALIZER = "orphan"


def check(index: Index) -> Iterator[Diagnostic]:
    """Owners that would leave their dependents alone."""
    for resource in index.resources:
        finalizers = texts(resource.manifest, "metadata", "finalizers")
        left = _left(index, resource) if _FINALIZER in finalizers else ""
        if left:
            path = ("metadata", "finalizers", finalizers.index(_FINALIZER))
            message = f"deleting {resource.kind} {resource.name} leaves {left} behind"
            yield on(RULE, resource, path, message, "remove the finalizer; `kubectl delete --cascade=orphan` sets it")


def _left(index: Index, owner: Resource) -> str:
    """What would stay: objects of the design that name it, or what its controller makes."""
    named = [f"{r.kind} {r.name}" for r in index.resources if _is_owned(r, owner)]
    made = "the pods that it made" if owner.kind in MAKERS else ""
    return listed(named, 3) if named else made


def _is_owned(resource: Resource, owner: Resource) -> bool:
    """Whether an object names the owner; an owner with a namespace has dependents there only."""
    if owner.namespace and resource.namespace != owner.namespace:
        return False
    references = objects(obj(resource.manifest, "metadata"), "ownerReferences")
    return any((text(r, "kind"), text(r, "name")) == (owner.kind, owner.name) for r in references)

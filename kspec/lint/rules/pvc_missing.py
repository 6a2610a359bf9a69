"""A pod uses a claim that is not there, or a claim asks for a storage class that is not there.

The pod stays Pending. Storage classes are looked for only where the design declares any: clusters bring their own.

Fails:

    apiVersion: v1
    kind: PersistentVolumeClaim
    metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      strategy: {type: Recreate}
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          volumes: [{name: data, persistentVolumeClaim: {claimName: dta}}]
          containers:
            - name: web
              image: "web:1.4"
              volumeMounts: [{name: data, mountPath: /data}]

Passes:

    apiVersion: v1
    kind: PersistentVolumeClaim
    metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      strategy: {type: Recreate}
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
          containers:
            - name: web
              image: "web:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
              volumeMounts: [{name: data, mountPath: /data}]
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.domain.objects import Resource
from kspec.domain.storage import PersistentVolumeClaim
from kspec.domain.workloads import StatefulSet
from kspec.lint.index import Index
from kspec.lint.nearest import did_you_mean
from kspec.lint.rule import on, rule, within
from kspec.source.diagnostic import Diagnostic, Severity
from kspec.source.tree import Path

RULE = rule("KS2021", "pvc-missing", Severity.ERROR, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Storage that nobody provides."""
    for pods in index.pods:
        for i, volume in enumerate(pods.spec.volumes):
            source = volume.persistent_volume_claim
            if source is None or index.exists("PersistentVolumeClaim", pods.namespace, source.claim_name):
                continue
            where: Path = ("spec", "volumes", i, "persistentVolumeClaim", "claimName")
            message = f"{pods} uses claim {source.claim_name}, which is not there"
            hint = did_you_mean(source.claim_name, index.names("PersistentVolumeClaim", pods.namespace))
            yield within(RULE, pods, where, message, hint)
    if index.has_any("StorageClass"):
        for resource, path, name in _classes(index):
            if not index.exists("StorageClass", "", name) and not _bound_by_hand(index, name):
                message = f"{resource.kind} {resource.name} asks for storage class {name}, which is not there"
                yield on(RULE, resource, path, message, did_you_mean(name, index.names("StorageClass")))


def _classes(index: Index) -> Iterator[tuple[Resource, Path, str]]:
    for resource, claim in index.of("PersistentVolumeClaim", PersistentVolumeClaim):
        if claim.spec.storage_class_name:
            yield resource, ("spec", "storageClassName"), claim.spec.storage_class_name
    for resource, workload in index.of("StatefulSet", StatefulSet):
        for i, template in enumerate(workload.spec.volume_claim_templates):
            if template.spec.storage_class_name:
                where: Path = ("spec", "volumeClaimTemplates", i, "spec", "storageClassName")
                yield resource, where, template.spec.storage_class_name


def _bound_by_hand(index: Index, name: str) -> bool:
    """Whether volumes of that class are declared, which needs no StorageClass object."""
    volumes = (v.manifest.get("spec") for v in index.all("PersistentVolume"))
    return any(isinstance(spec, dict) and spec.get("storageClassName") == name for spec in volumes)

"""Data goes when its claim goes.

With `reclaimPolicy: Delete` removing a claim, or its namespace, deletes the disk; with `whenDeleted: Delete` removing
the StatefulSet is enough. Storage classes that the design does not declare are not judged.

Fails:

    apiVersion: v1
    kind: Service
    metadata: {name: db}
    spec: {selector: {app: db}, ports: [{port: 5432}], clusterIP: None}
    ---
    apiVersion: storage.k8s.io/v1
    kind: StorageClass
    metadata: {name: fast}
    provisioner: ebs.csi.aws.com
    reclaimPolicy: Delete
    ---
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: db}
    spec:
      serviceName: db
      volumeClaimTemplates:
        - metadata: {name: data}
          spec: {accessModes: [ReadWriteOnce], storageClassName: fast, resources: {requests: {storage: 1Gi}}}
      selector: {matchLabels: {app: db}}
      template:
        metadata: {labels: {app: db}}
        spec:
          containers:
            - name: db
              image: "db:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
              readinessProbe: {tcpSocket: {port: 5432}}
              volumeMounts: [{name: data, mountPath: /data}]

Passes:

    apiVersion: v1
    kind: Service
    metadata: {name: db}
    spec: {selector: {app: db}, ports: [{port: 5432}], clusterIP: None}
    ---
    apiVersion: storage.k8s.io/v1
    kind: StorageClass
    metadata: {name: fast}
    provisioner: ebs.csi.aws.com
    reclaimPolicy: Retain
    ---
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: db}
    spec:
      serviceName: db
      volumeClaimTemplates:
        - metadata: {name: data}
          spec: {accessModes: [ReadWriteOnce], storageClassName: fast, resources: {requests: {storage: 1Gi}}}
      selector: {matchLabels: {app: db}}
      template:
        metadata: {labels: {app: db}}
        spec:
          containers:
            - name: db
              image: "db:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
              readinessProbe: {tcpSocket: {port: 5432}}
              volumeMounts: [{name: data, mountPath: /data}]
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.fields import obj, text
from kspec.domain.objects import Resource
from kspec.domain.storage import StorageClass
from kspec.domain.workloads import StatefulSet
from kspec.lint.index import Index
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS7003", "reclaim-delete", Severity.WARNING, __doc__)
_OLD_CLASS = "volume.beta.kubernetes.io/storage-class"


def check(index: Index) -> Iterator[Diagnostic]:
    """StatefulSets whose disks are not kept."""
    users: dict[str, list[Resource]] = {}
    for resource, workload in index.of("StatefulSet", StatefulSet):
        for template in workload.spec.volume_claim_templates:
            name = template.spec.storage_class_name or template.metadata.annotations.get(_OLD_CLASS, "")
            users.setdefault(name, []).append(resource)
        kept = obj(resource.manifest, "spec", "persistentVolumeClaimRetentionPolicy")
        if workload.spec.volume_claim_templates and text(kept, "whenDeleted") == "Delete":
            message = f"deleting StatefulSet {resource.name} deletes its claims"
            where = ("spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted")
            yield on(RULE, resource, where, message, "use Retain")
    for resource, storage in index.of("StorageClass", StorageClass):
        found = [*users.get(resource.name, []), *(users.get("", []) if storage.is_default else [])]
        if found and storage.reclaim_policy == "Delete":
            message = f"disks of StatefulSet {found[0].name} are deleted with their claims: class {resource.name}"
            related = [(f"StatefulSet {found[0].name}", found[0].at("spec", "volumeClaimTemplates"))]
            yield on(
                RULE, resource, ("reclaimPolicy",), message, "use reclaimPolicy: Retain", key=True, related=related
            )

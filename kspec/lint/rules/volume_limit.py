"""A pod has more volumes of a driver than any node can attach.

A CSI driver tells for each node how many of its volumes can be attached there (CSINode, `allocatable.count`). A pod
that claims more of them fits on no node. Looked at only where the design has CSINodes of the driver.

Fails:

    apiVersion: storage.k8s.io/v1
    kind: CSINode
    metadata: {name: one}
    spec: {drivers: [{name: csi.example.com, nodeID: one, allocatable: {count: 1}}]}
    ---
    apiVersion: storage.k8s.io/v1
    kind: StorageClass
    metadata: {name: fast}
    provisioner: csi.example.com
    volumeBindingMode: WaitForFirstConsumer
    reclaimPolicy: Retain
    ---
    apiVersion: v1
    kind: PersistentVolumeClaim
    metadata: {name: a}
    spec: {accessModes: [ReadWriteOnce], storageClassName: fast, resources: {requests: {storage: 1Gi}}}
    ---
    apiVersion: v1
    kind: PersistentVolumeClaim
    metadata: {name: b}
    spec: {accessModes: [ReadWriteOnce], storageClassName: fast, resources: {requests: {storage: 1Gi}}}
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: web}
    spec:
      containers:
        - name: web
          image: "web:1.4"
          volumeMounts: [{name: a, mountPath: /a}, {name: b, mountPath: /b}]
      volumes: [{name: a, persistentVolumeClaim: {claimName: a}}, {name: b, persistentVolumeClaim: {claimName: b}}]

Passes:

    apiVersion: storage.k8s.io/v1
    kind: CSINode
    metadata: {name: one}
    spec: {drivers: [{name: csi.example.com, nodeID: one, allocatable: {count: 24}}]}
    ---
    apiVersion: storage.k8s.io/v1
    kind: StorageClass
    metadata: {name: fast}
    provisioner: csi.example.com
    volumeBindingMode: WaitForFirstConsumer
    reclaimPolicy: Retain
    ---
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: db}
    spec:
      selector: {matchLabels: {app: db}}
      volumeClaimTemplates:
        - metadata: {name: data}
          spec: {accessModes: [ReadWriteOnce], storageClassName: fast, resources: {requests: {storage: 1Gi}}}
      template:
        metadata: {labels: {app: db}}
        spec:
          containers:
            - name: db
              image: "db:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
              volumeMounts: [{name: data, mountPath: /data}]
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from kspec.api.fields import objects, text
from kspec.domain.storage import CSINode, PersistentVolumeClaim, StorageClass
from kspec.domain.workloads import StatefulSet
from kspec.lint.index import Index
from kspec.lint.rule import rule, within
from kspec.lint.sources import PodSource
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS4023", "volume-limit", Severity.WARNING, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Pods whose own volumes are too many for every node."""
    limits = _limits(index)
    drivers = {resource.name: storage.provisioner for resource, storage in index.of("StorageClass", StorageClass)}
    for pods in index.pods if limits else ():
        wanted = Counter(drivers.get(name, "") for name in _classes(index, pods))
        for driver, count in sorted(wanted.items()):
            limit = limits.get(driver)
            if limit is not None and count > limit:
                message = f"{pods} has {count} volumes of {driver}, and no node attaches more than {limit}"
                yield within(RULE, pods, ("spec",), message, "use fewer, larger volumes", key=True)


def _limits(index: Index) -> dict[str, int]:
    """The most that any node attaches, by driver; a node without a number attaches as many as one likes."""
    found: dict[str, int] = {}
    boundless = set()
    for _, node in index.of("CSINode", CSINode):
        for driver in node.spec.drivers:
            count = driver.allocatable.get("count")
            if count is None:
                boundless.add(driver.name)
            else:
                found[driver.name] = max(count, found.get(driver.name, 0))
    return {name: count for name, count in found.items() if name not in boundless}


def _classes(index: Index, pods: PodSource) -> Iterator[str]:
    """The storage class of each claim of a pod."""
    for volume in objects(pods.raw, "volumes"):
        claim = index.find("PersistentVolumeClaim", pods.namespace, text(volume, "persistentVolumeClaim", "claimName"))
        if claim is not None and claim.builtin is not None:
            yield claim.as_(PersistentVolumeClaim).spec.storage_class_name or ""
    view = pods.resource.view
    if isinstance(view, StatefulSet):
        yield from (t.spec.storage_class_name or "" for t in view.spec.volume_claim_templates)

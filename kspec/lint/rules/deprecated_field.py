"""A field, label or annotation that has a successor.

It still works, or it works no more and nobody says so: `serviceAccount`, the topology labels from before 1.17, the
class annotations of Ingresses and claims, volume types whose drivers left Kubernetes. Pinning a pod with `nodeName` is
information: it goes past the scheduler.

Fails:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          nodeSelector: {beta.kubernetes.io/os: linux}
          containers:
            - name: web
              image: "web:1.4"

Passes:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          nodeSelector: {kubernetes.io/os: linux}
          containers:
            - name: web
              image: "web:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.fields import mapping, obj, objects, text
from kspec.domain.objects import Resource, get
from kspec.lint.index import Index
from kspec.lint.rule import on, rule, within
from kspec.lint.sources import PodSource
from kspec.source.diagnostic import Diagnostic, Severity
from kspec.source.tree import Path

RULE = rule("KS1105", "deprecated-field", Severity.WARNING, __doc__)
_LABELS = {
    "beta.kubernetes.io/os": "kubernetes.io/os",
    "beta.kubernetes.io/arch": "kubernetes.io/arch",
    "beta.kubernetes.io/instance-type": "node.kubernetes.io/instance-type",
    "failure-domain.beta.kubernetes.io/zone": "topology.kubernetes.io/zone",
    "failure-domain.beta.kubernetes.io/region": "topology.kubernetes.io/region",
}
_ANNOTATIONS = {
    ("Ingress", "kubernetes.io/ingress.class"): "spec.ingressClassName",
    ("PersistentVolumeClaim", "volume.beta.kubernetes.io/storage-class"): "spec.storageClassName",
    ("PersistentVolume", "volume.beta.kubernetes.io/storage-class"): "spec.storageClassName",
}
_VOLUMES = {
    "gitRepo": "an init container that clones",
    "awsElasticBlockStore": "the ebs.csi.aws.com driver",
    "azureDisk": "the disk.csi.azure.com driver",
    "azureFile": "the file.csi.azure.com driver",
    "gcePersistentDisk": "the pd.csi.storage.gke.io driver",
    "cinder": "the cinder.csi.openstack.org driver",
    "vsphereVolume": "the csi.vsphere.vmware.com driver",
    "cephfs": "the cephfs.csi.ceph.com driver",
    "rbd": "the rbd.csi.ceph.com driver",
    "glusterfs": "another volume type: it is gone",
    "flexVolume": "a CSI driver",
}


def check(index: Index) -> Iterator[Diagnostic]:
    """Old ways to say things."""
    for pods in index.pods:
        yield from _pod(index, pods)
    for resource in index.all("Ingress", "PersistentVolumeClaim", "PersistentVolume"):
        yield from _annotations(resource, ("metadata",), resource.kind)
    for resource in index.all("StatefulSet"):
        for i, _ in enumerate(objects(obj(resource.manifest, "spec"), "volumeClaimTemplates")):
            yield from _annotations(resource, ("spec", "volumeClaimTemplates", i, "metadata"), "PersistentVolumeClaim")


def _pod(index: Index, pods: PodSource) -> Iterator[Diagnostic]:
    written = obj(get(index.as_written(pods.resource), pods.path), "spec")
    if text(written, "serviceAccount") and not text(written, "serviceAccountName"):
        yield _old(pods, ("spec", "serviceAccount"), "serviceAccount", "serviceAccountName")
    if text(written, "nodeName"):
        message = f"{pods} is pinned to node {text(written, 'nodeName')}, past the scheduler"
        yield within(RULE, pods, ("spec", "nodeName"), message, "use a nodeSelector", severity=Severity.INFO)
    for name in mapping(pods.raw, "nodeSelector"):
        if name in _LABELS:
            yield _old(pods, ("spec", "nodeSelector", name), f"node label {name}", _LABELS[name])
    for i, constraint in enumerate(pods.spec.topology_spread_constraints):
        if constraint.topology_key in _LABELS:
            where: Path = ("spec", "topologySpreadConstraints", i, "topologyKey")
            yield _old(pods, where, f"node label {constraint.topology_key}", _LABELS[constraint.topology_key])
    for i, volume in enumerate(objects(pods.raw, "volumes")):
        for name in _VOLUMES.keys() & volume.keys():
            yield _old(pods, ("spec", "volumes", i, name), f"volume type {name}", _VOLUMES[name])


def _old(pods: PodSource, path: Path, what: str, new: str) -> Diagnostic:
    return within(RULE, pods, path, f"{pods} uses {what}, which is deprecated", f"use {new}", key=True)


def _annotations(resource: Resource, path: Path, kind: str) -> Iterator[Diagnostic]:
    for name in mapping(get(resource.manifest, path), "annotations"):
        new = _ANNOTATIONS.get((kind, name))
        if new is not None:
            message = f"{resource.kind} {resource.name} uses annotation {name}, which is deprecated"
            yield on(RULE, resource, (*path, "annotations", name), message, f"use {new}", key=True)

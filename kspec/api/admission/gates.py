"""Fields of features that are off in Kubernetes v1.36 are dropped before an object is validated.

Upstream: pkg/api/pod/util.go (DropDisabledTemplateFields), pkg/api/persistentvolumeclaim/util.go,
pkg/registry/coordination/lease/strategy.go and the defaults in pkg/features/kube_features.go (v1.36). What the object
that is replaced uses already is kept.
"""

from __future__ import annotations

from kspec.api.defaulting.fill import existing
from kspec.api.fields import maybe, obj, objects, text
from kspec.domain.templates import TEMPLATES
from kspec.source.tree import Object

_CONTAINERS = ("initContainers", "containers", "ephemeralContainers")
_PROJECTIONS = ("clusterTrustBundle", "podCertificate")
"""Features ClusterTrustBundleProjection and PodCertificateRequest."""


def drop_disabled(kind: str, manifest: Object, old: Object | None) -> None:
    """Drop what the server would not store."""
    spec = _pod_spec(kind, manifest)
    if spec is not None:
        _drop_of_pod(spec, _pod_spec(kind, old) or {})
    if kind == "Lease":
        for field in ("strategy", "preferredHolder"):
            obj(manifest, "spec").pop(field, None)
    elif kind == "CSIDriver":
        obj(manifest, "spec").pop("preventPodSchedulingIfMissing", None)
    elif kind == "PersistentVolumeClaim":
        _drop_of_claim(obj(manifest, "spec"), obj(old, "spec"))


def _pod_spec(kind: str, manifest: Object | None) -> Object | None:
    """The PodSpec in an object, for writing; None for kinds without one."""
    path = TEMPLATES.get(kind)
    return None if path is None else maybe(obj(manifest, *path), "spec")


def _drop_of_pod(spec: Object, old: Object) -> None:
    if "schedulingGroup" not in old:
        spec.pop("schedulingGroup", None)
    if not any("stopSignal" in obj(c, "lifecycle") for c in _containers(old)):
        for container in _containers(spec):
            lifecycle = existing(container, "lifecycle")
            if lifecycle is not None and lifecycle.pop("stopSignal", None) is not None and not lifecycle:
                del container["lifecycle"]
    for field in _PROJECTIONS:
        if not any(field in source for source in _sources(old)):
            for source in _sources(spec):
                source.pop(field, None)


def _drop_of_claim(spec: Object, old: Object) -> None:
    """A source in another namespace, and a `dataSource` that old servers did not know."""
    if text(spec, "dataSourceRef", "namespace") and not old.get("dataSourceRef"):
        spec.pop("dataSourceRef", None)
    if old.get("dataSource") or old.get("dataSourceRef") or spec.get("dataSourceRef") is not None:
        return
    source = maybe(spec, "dataSource")
    known = (("", "PersistentVolumeClaim"), ("snapshot.storage.k8s.io", "VolumeSnapshot"))
    if source is not None and (text(source, "apiGroup"), text(source, "kind")) not in known:
        del spec["dataSource"]


def _containers(spec: Object) -> list[Object]:
    return [container for field in _CONTAINERS for container in objects(spec, field)]


def _sources(spec: Object) -> list[Object]:
    return [s for volume in objects(spec, "volumes") for s in objects(volume, "projected", "sources")]

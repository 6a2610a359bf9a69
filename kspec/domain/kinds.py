"""The built-in kinds: their groups, plurals, scope, order of application and typed views.

Upstream: the API discovery documents of v1.36; the order is the one in which objects can be created without waiting.
"""

from __future__ import annotations

from dataclasses import dataclass

from kspec.domain.base import KubeObject
from kspec.domain.devices import DeviceClass, ResourceClaim, ResourceClaimTemplate, ResourceSlice
from kspec.domain.network import Ingress, Service
from kspec.domain.node import Node
from kspec.domain.pod import Pod
from kspec.domain.policy import (
    ConfigMap,
    HorizontalPodAutoscaler,
    Namespace,
    PodDisruptionBudget,
    PriorityClass,
    ResourceQuota,
    RuntimeClass,
    Secret,
)
from kspec.domain.storage import (
    CSIDriver,
    CSINode,
    CSIStorageCapacity,
    PersistentVolume,
    PersistentVolumeClaim,
    StorageClass,
)
from kspec.domain.workloads import CronJob, DaemonSet, Deployment, Job, ReplicaSet, StatefulSet


@dataclass(frozen=True, slots=True)
class Kind:
    """A built-in kind. `order` is its place in the order of application; `short` are kubectl's short names."""

    api_version: str
    kind: str
    plural: str
    namespaced: bool
    order: int
    short: tuple[str, ...] = ()
    view: type[KubeObject] | None = None

    @property
    def group(self) -> str:
        return self.api_version.rpartition("/")[0]


_K = Kind
KINDS: tuple[Kind, ...] = (
    _K("v1", "Namespace", "namespaces", False, 0, ("ns",), Namespace),
    _K("apiextensions.k8s.io/v1", "CustomResourceDefinition", "customresourcedefinitions", False, 1, ("crd",)),
    _K("scheduling.k8s.io/v1", "PriorityClass", "priorityclasses", False, 2, ("pc",), PriorityClass),
    _K("node.k8s.io/v1", "RuntimeClass", "runtimeclasses", False, 2, (), RuntimeClass),
    _K("storage.k8s.io/v1", "StorageClass", "storageclasses", False, 3, ("sc",), StorageClass),
    _K("storage.k8s.io/v1", "CSIDriver", "csidrivers", False, 3, (), CSIDriver),
    _K("networking.k8s.io/v1", "IngressClass", "ingressclasses", False, 3),
    _K("v1", "Node", "nodes", False, 4, ("no",), Node),
    _K("storage.k8s.io/v1", "CSINode", "csinodes", False, 4, (), CSINode),
    _K("resource.k8s.io/v1", "DeviceClass", "deviceclasses", False, 3, (), DeviceClass),
    _K("resource.k8s.io/v1", "ResourceSlice", "resourceslices", False, 4, (), ResourceSlice),
    _K("resource.k8s.io/v1", "ResourceClaimTemplate", "resourceclaimtemplates", True, 12, (), ResourceClaimTemplate),
    _K("resource.k8s.io/v1", "ResourceClaim", "resourceclaims", True, 12, (), ResourceClaim),
    _K("storage.k8s.io/v1", "CSIStorageCapacity", "csistoragecapacities", True, 4, (), CSIStorageCapacity),
    _K("v1", "ResourceQuota", "resourcequotas", True, 5, ("quota",), ResourceQuota),
    _K("v1", "LimitRange", "limitranges", True, 5, ("limits",)),
    _K("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies", True, 6, ("netpol",)),
    _K("v1", "ServiceAccount", "serviceaccounts", True, 7, ("sa",)),
    _K("rbac.authorization.k8s.io/v1", "ClusterRole", "clusterroles", False, 8),
    _K("rbac.authorization.k8s.io/v1", "Role", "roles", True, 8),
    _K("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "clusterrolebindings", False, 9),
    _K("rbac.authorization.k8s.io/v1", "RoleBinding", "rolebindings", True, 9),
    _K("v1", "Secret", "secrets", True, 10, (), Secret),
    _K("v1", "ConfigMap", "configmaps", True, 10, ("cm",), ConfigMap),
    _K("v1", "PersistentVolume", "persistentvolumes", False, 11, ("pv",), PersistentVolume),
    _K("v1", "PersistentVolumeClaim", "persistentvolumeclaims", True, 12, ("pvc",), PersistentVolumeClaim),
    _K("v1", "Service", "services", True, 13, ("svc",), Service),
    _K("apps/v1", "DaemonSet", "daemonsets", True, 14, ("ds",), DaemonSet),
    _K("apps/v1", "StatefulSet", "statefulsets", True, 15, ("sts",), StatefulSet),
    _K("apps/v1", "Deployment", "deployments", True, 16, ("deploy",), Deployment),
    _K("apps/v1", "ReplicaSet", "replicasets", True, 17, ("rs",), ReplicaSet),
    _K("v1", "ReplicationController", "replicationcontrollers", True, 17, ("rc",)),
    _K("v1", "Pod", "pods", True, 18, ("po",), Pod),
    _K("batch/v1", "Job", "jobs", True, 19, (), Job),
    _K("batch/v1", "CronJob", "cronjobs", True, 19, ("cj",), CronJob),
    _K(
        "autoscaling/v2",
        "HorizontalPodAutoscaler",
        "horizontalpodautoscalers",
        True,
        20,
        ("hpa",),
        HorizontalPodAutoscaler,
    ),
    _K("policy/v1", "PodDisruptionBudget", "poddisruptionbudgets", True, 20, ("pdb",), PodDisruptionBudget),
    _K("networking.k8s.io/v1", "Ingress", "ingresses", True, 21, ("ing",), Ingress),
    _K("discovery.k8s.io/v1", "EndpointSlice", "endpointslices", True, 21),
    _K("v1", "Endpoints", "endpoints", True, 21, ("ep",)),
    _K("v1", "Event", "events", True, 22, ("ev",)),
    _K("events.k8s.io/v1", "Event", "events", True, 22),
    _K("coordination.k8s.io/v1", "Lease", "leases", True, 22),
    _K("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy", "validatingadmissionpolicies", False, 23),
    _K(
        "admissionregistration.k8s.io/v1",
        "ValidatingAdmissionPolicyBinding",
        "validatingadmissionpolicybindings",
        False,
        23,
    ),
    _K(
        "admissionregistration.k8s.io/v1",
        "ValidatingWebhookConfiguration",
        "validatingwebhookconfigurations",
        False,
        23,
    ),
    _K("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", "mutatingwebhookconfigurations", False, 23),
    _K("apiregistration.k8s.io/v1", "APIService", "apiservices", False, 23),
)
BY_KIND: dict[tuple[str, str], Kind] = {(k.api_version, k.kind): k for k in KINDS}


def kind_of(api_version: str, kind: str) -> Kind | None:
    """The built-in kind of this version, or of another version of the same group."""
    exact = BY_KIND.get((api_version, kind))
    if exact:
        return exact
    group = api_version.rpartition("/")[0]
    return next((k for k in KINDS if k.kind == kind and k.group == group), None)

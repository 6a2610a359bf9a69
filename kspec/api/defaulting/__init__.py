"""What the API server fills in, kind by kind (its `SetDefaults_*` functions, v1.36).

`default` is idempotent. Values that need a cluster (addresses, service accounts, priorities) are admission's:
`kspec.api.admission`.
"""

from __future__ import annotations

from collections.abc import Callable

from kspec.api.defaulting import network, pod, policy, volumes, workloads
from kspec.api.defaulting.crd import default_crd
from kspec.api.wire.problem import Reading
from kspec.api.wire.table import table
from kspec.domain.objects import Resource
from kspec.source.tree import Object

Defaults = Callable[[Object], None]

_DEFAULTS: dict[tuple[str, str], Defaults] = {
    ("v1", "Pod"): pod.default_pod,
    ("v1", "PodTemplate"): lambda manifest: pod.default_template(_template(manifest)),
    ("v1", "ReplicationController"): workloads.default_replication_controller,
    ("apps/v1", "Deployment"): workloads.default_deployment,
    ("apps/v1", "ReplicaSet"): workloads.default_replica_set,
    ("apps/v1", "DaemonSet"): workloads.default_daemon_set,
    ("apps/v1", "StatefulSet"): workloads.default_stateful_set,
    ("batch/v1", "Job"): workloads.default_job,
    ("batch/v1", "CronJob"): workloads.default_cron_job,
    ("v1", "Service"): network.default_service,
    ("v1", "Endpoints"): network.default_endpoints,
    ("discovery.k8s.io/v1", "EndpointSlice"): network.default_endpoint_slice,
    ("networking.k8s.io/v1", "NetworkPolicy"): network.default_network_policy,
    ("networking.k8s.io/v1", "IngressClass"): network.default_ingress_class,
    ("v1", "PersistentVolume"): volumes.default_persistent_volume,
    ("v1", "PersistentVolumeClaim"): volumes.default_claim,
    ("storage.k8s.io/v1", "StorageClass"): volumes.default_storage_class,
    ("storage.k8s.io/v1", "CSIDriver"): volumes.default_csi_driver,
    ("autoscaling/v1", "HorizontalPodAutoscaler"): policy.default_autoscaler_v1,
    ("autoscaling/v2", "HorizontalPodAutoscaler"): policy.default_autoscaler,
    ("rbac.authorization.k8s.io/v1", "RoleBinding"): policy.default_binding,
    ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"): policy.default_binding,
    ("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy"): policy.default_admission_policy,
    ("admissionregistration.k8s.io/v1", "MutatingAdmissionPolicy"): policy.default_admission_policy,
    ("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding"): policy.default_admission_binding,
    ("admissionregistration.k8s.io/v1", "MutatingAdmissionPolicyBinding"): policy.default_admission_binding,
    ("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration"): policy.default_webhooks,
    ("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration"): policy.default_webhooks,
    ("apiextensions.k8s.io/v1", "CustomResourceDefinition"): default_crd,
    ("scheduling.k8s.io/v1", "PriorityClass"): policy.default_priority_class,
    ("v1", "LimitRange"): policy.default_limit_range,
    ("v1", "ResourceQuota"): policy.default_quota,
    ("v1", "Namespace"): policy.default_namespace,
    ("v1", "Secret"): policy.default_secret,
    ("v1", "Node"): policy.default_node,
    ("flowcontrol.apiserver.k8s.io/v1", "FlowSchema"): policy.default_flow_schema,
    ("flowcontrol.apiserver.k8s.io/v1", "PriorityLevelConfiguration"): policy.default_priority_level,
    ("apiregistration.k8s.io/v1", "APIService"): policy.default_api_service,
}


def _template(manifest: Object) -> Object:
    template = manifest.setdefault("template", {})
    return template if isinstance(template, dict) else {}


def default_in_place(manifest: Object) -> None:
    """Fill in a manifest of the right shape (one that `kspec.api.wire` has read)."""
    rule = _DEFAULTS.get((str(manifest.get("apiVersion")), str(manifest.get("kind"))))
    if rule is not None:
        rule(manifest)


def default(resource: Resource, version: str = "1.36") -> Resource:
    """The resource with its defaults, as the API server would store it.

    A manifest that is not of its kind's shape, or of a kind unknown here, comes back as it was: what cannot be read
    cannot be completed. `version` is the Kubernetes version asked for; those of v1.36 hold for all supported ones.
    """
    manifest = resource.manifest
    shape = table().of_kind(resource.api_version, resource.kind)
    if shape is None:
        return resource
    reading = Reading()
    decoded = shape.decode(manifest, reading)
    if reading.mismatch is not None or not isinstance(decoded, dict):
        return resource
    default_in_place(decoded)
    written = shape.encode(decoded)
    return resource.with_manifest(written) if isinstance(written, dict) else resource

"""Which rules hold for which kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

from kspec.api.cause import ROOT, Cause
from kspec.api.fields import obj
from kspec.api.validation.admission_policy import check_admission_policy, check_policy_binding
from kspec.api.validation.aggregation import check_api_service, check_controller_revision
from kspec.api.validation.autoscaler import check_autoscaler, check_autoscaler_v1
from kspec.api.validation.budget import check_budget
from kspec.api.validation.claims import check_claim
from kspec.api.validation.cluster import (
    check_event,
    check_lease,
    check_namespace,
    check_node,
    check_priority_class,
    check_runtime_class,
)
from kspec.api.validation.config import check_config_map, check_secret, check_service_account
from kspec.api.validation.daemonset import check_daemon_set
from kspec.api.validation.definition.spec import check_definition
from kspec.api.validation.deployment import check_deployment, check_replica_set, check_replication_controller
from kspec.api.validation.endpoints import check_endpoint_slice, check_endpoints
from kspec.api.validation.flow import check_flow_schema, check_priority_level
from kspec.api.validation.ingress import check_ingress, check_ingress_class
from kspec.api.validation.job import check_cron_job, check_job
from kspec.api.validation.limits import check_limit_range, check_quota
from kspec.api.validation.meta import check_meta, check_meta_update
from kspec.api.validation.names import dns_subdomain
from kspec.api.validation.networkpolicy import check_network_policy
from kspec.api.validation.pod import check_pod, check_template
from kspec.api.validation.pod_update import check_pod_update
from kspec.api.validation.rbac import (
    check_cluster_role,
    check_cluster_role_binding,
    check_role,
    check_role_binding,
)
from kspec.api.validation.service import check_service
from kspec.api.validation.statefulset import check_stateful_set
from kspec.api.validation.storage import (
    check_attachment,
    check_attributes_class,
    check_capacity,
    check_csi_driver,
    check_csi_node,
    check_storage_class,
)
from kspec.api.validation.volume import check_volume
from kspec.api.validation.webhooks import check_mutating_webhooks, check_validating_webhooks
from kspec.source.tree import Object

Rules = Callable[[Object, Object | None], Iterator[Cause]]


def _pod(manifest: Object, old: Object | None) -> Iterator[Cause]:
    return check_pod(manifest) if old is None else check_pod_update(manifest, old)


def _pod_template(manifest: Object, old: Object | None) -> Iterator[Cause]:
    meta = check_meta(manifest, True, dns_subdomain) if old is None else check_meta_update(manifest, old)
    return chain(meta, check_template(ROOT / "template", obj(manifest, "template")))


_RULES: dict[tuple[str, str], Rules] = {
    ("v1", "Pod"): _pod,
    ("v1", "PodTemplate"): _pod_template,
    ("v1", "ReplicationController"): check_replication_controller,
    ("apps/v1", "Deployment"): check_deployment,
    ("apps/v1", "ReplicaSet"): check_replica_set,
    ("apps/v1", "DaemonSet"): check_daemon_set,
    ("apps/v1", "StatefulSet"): check_stateful_set,
    ("batch/v1", "Job"): check_job,
    ("batch/v1", "CronJob"): check_cron_job,
    ("v1", "Service"): check_service,
    ("v1", "Endpoints"): check_endpoints,
    ("discovery.k8s.io/v1", "EndpointSlice"): check_endpoint_slice,
    ("networking.k8s.io/v1", "Ingress"): check_ingress,
    ("networking.k8s.io/v1", "IngressClass"): check_ingress_class,
    ("networking.k8s.io/v1", "NetworkPolicy"): check_network_policy,
    ("v1", "PersistentVolume"): check_volume,
    ("v1", "PersistentVolumeClaim"): check_claim,
    ("storage.k8s.io/v1", "StorageClass"): check_storage_class,
    ("storage.k8s.io/v1", "VolumeAttributesClass"): check_attributes_class,
    ("storage.k8s.io/v1", "CSIDriver"): check_csi_driver,
    ("storage.k8s.io/v1", "CSINode"): check_csi_node,
    ("storage.k8s.io/v1", "VolumeAttachment"): check_attachment,
    ("storage.k8s.io/v1", "CSIStorageCapacity"): check_capacity,
    ("autoscaling/v1", "HorizontalPodAutoscaler"): check_autoscaler_v1,
    ("autoscaling/v2", "HorizontalPodAutoscaler"): check_autoscaler,
    ("policy/v1", "PodDisruptionBudget"): check_budget,
    ("rbac.authorization.k8s.io/v1", "Role"): check_role,
    ("rbac.authorization.k8s.io/v1", "ClusterRole"): check_cluster_role,
    ("rbac.authorization.k8s.io/v1", "RoleBinding"): check_role_binding,
    ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"): check_cluster_role_binding,
    ("v1", "ConfigMap"): check_config_map,
    ("v1", "Secret"): check_secret,
    ("v1", "ServiceAccount"): check_service_account,
    ("v1", "LimitRange"): check_limit_range,
    ("v1", "ResourceQuota"): check_quota,
    ("v1", "Namespace"): check_namespace,
    ("v1", "Node"): check_node,
    ("scheduling.k8s.io/v1", "PriorityClass"): check_priority_class,
    ("node.k8s.io/v1", "RuntimeClass"): check_runtime_class,
    ("coordination.k8s.io/v1", "Lease"): check_lease,
    ("v1", "Event"): check_event,
    ("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy"): check_admission_policy,
    ("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding"): check_policy_binding,
    ("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration"): check_validating_webhooks,
    ("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration"): check_mutating_webhooks,
    ("apiextensions.k8s.io/v1", "CustomResourceDefinition"): check_definition,
    ("flowcontrol.apiserver.k8s.io/v1", "FlowSchema"): check_flow_schema,
    ("flowcontrol.apiserver.k8s.io/v1", "PriorityLevelConfiguration"): check_priority_level,
    ("apiregistration.k8s.io/v1", "APIService"): check_api_service,
    ("apps/v1", "ControllerRevision"): check_controller_revision,
}


def _metadata_only(manifest: Object, old: Object | None) -> Iterator[Cause]:
    if old is not None:
        return check_meta_update(manifest, old)
    return check_meta(manifest, bool(obj(manifest, "metadata").get("namespace")), dns_subdomain)


def check(manifest: Object, old: Object | None = None) -> tuple[Cause, ...]:
    """What is wrong with a manifest that has its defaults, in upstream's order; `old` is what it replaces."""
    rules = _RULES.get((str(manifest.get("apiVersion")), str(manifest.get("kind"))), _metadata_only)
    return tuple(rules(manifest, old))

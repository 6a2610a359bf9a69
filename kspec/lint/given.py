"""What every cluster has by itself, so that a design may refer to it without declaring it.

Upstream: plugin/pkg/auth/authorizer/rbac/bootstrappolicy/{policy,namespace_policy}.go,
pkg/apis/scheduling/v1/helpers.go, pkg/controller/certificates/rootcacertpublisher/publisher.go (v1.36).
"""

from __future__ import annotations

from kspec.domain.policy import SYSTEM_PRIORITIES

NAMESPACES = frozenset({"default", "kube-system", "kube-public", "kube-node-lease"})
_CLUSTER_ROLES = frozenset({"cluster-admin", "admin", "edit", "view"})
_CONFIG_MAPS = frozenset({"kube-root-ca.crt", "openshift-service-ca.crt", "istio-ca-root-cert"})
"""Published into every namespace: by Kubernetes, OpenShift, Istio."""
_ROLES = frozenset({"extension-apiserver-authentication-reader"})


def is_given(kind: str, name: str) -> bool:
    """Whether a cluster has such an object without anyone declaring it."""
    match kind:
        case "Namespace":
            return name in NAMESPACES
        case "ServiceAccount":
            return name == "default"
        case "ClusterRole":
            return name in _CLUSTER_ROLES or name.startswith("system:")
        case "Role":
            return name in _ROLES or name.startswith("system:")
        case "PriorityClass":
            return name in SYSTEM_PRIORITIES
        case "ConfigMap":
            return name in _CONFIG_MAPS
        case "Service":
            return name == "kubernetes"
        case _:
            return False

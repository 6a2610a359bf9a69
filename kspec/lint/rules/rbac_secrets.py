"""An account may read all Secrets, or start any pod.

With all Secrets of a cluster come the tokens and passwords of everyone; who may create pods can mount any Secret of the
namespace and run under any of its accounts. Reported where a ClusterRoleBinding grants it, to all namespaces.

Fails:

    apiVersion: v1
    kind: ServiceAccount
    metadata: {name: web}
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRole
    metadata: {name: ops}
    rules:
      - {apiGroups: [""], resources: [secrets], verbs: [get, list]}
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRoleBinding
    metadata: {name: web-ops}
    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: ops}
    subjects: [{kind: ServiceAccount, name: web, namespace: default}]

Passes:

    apiVersion: v1
    kind: ServiceAccount
    metadata: {name: web}
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRole
    metadata: {name: ops}
    rules:
      - {apiGroups: [""], resources: [configmaps], verbs: [get, list]}
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRoleBinding
    metadata: {name: web-ops}
    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: ops}
    subjects: [{kind: ServiceAccount, name: web, namespace: default}]
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.fields import text
from kspec.lint.grants import Permission, grants
from kspec.lint.index import Index
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS5043", "rbac-secrets", Severity.WARNING, __doc__)
_READING = ("get", "list", "watch")


def check(index: Index) -> Iterator[Diagnostic]:
    """Cluster-wide grants of Secrets and pods, one finding for each rule of a role and each binding."""
    told: set[tuple[int, tuple[object, ...]]] = set()
    for grant in grants(index):
        permission, role = grant.permission, grant.permission.role
        power = _power(permission)
        if role is None or power is None or grant.namespace is not None or (id(grant.binding), permission.at) in told:
            continue
        told.add((id(grant.binding), permission.at))
        who = f"{text(grant.subject, 'kind')} {text(grant.subject, 'name')}"
        message = f"{who} may {power}, through ClusterRole {role.name}"
        related = [(f"{grant.binding.kind} {grant.binding.name}", grant.binding.at("roleRef", "name"))]
        yield on(RULE, role, permission.at, message, "bind it in the namespaces that need it", related=related)


def _power(permission: Permission) -> str | None:
    if "*" in permission.resources:
        return None
    if any(permission.allows(verb, "", "secrets") for verb in _READING):
        return "read all Secrets"
    return "create pods everywhere" if permission.allows("create", "", "pods") else None

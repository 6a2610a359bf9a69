"""Someone is made cluster-admin.

Whoever gets hold of the account has the cluster. For break-glass groups use `@allow` with a reason.

Fails:

    apiVersion: v1
    kind: ServiceAccount
    metadata: {name: web}
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRoleBinding
    metadata: {name: web-cluster-admin}
    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
    subjects: [{kind: ServiceAccount, name: web, namespace: default}]

Passes:

    apiVersion: v1
    kind: ServiceAccount
    metadata: {name: web}
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRoleBinding
    metadata: {name: web-view}
    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
    subjects: [{kind: ServiceAccount, name: web, namespace: default}]
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.fields import obj, text
from kspec.domain.objects import Resource
from kspec.lint.grants import BINDINGS, permissions, role_of
from kspec.lint.index import Index
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS5041", "rbac-cluster-admin", Severity.WARNING, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Bindings of the role that may do everything, or of one that is as strong."""
    for binding in index.all(*BINDINGS):
        name = text(obj(binding.manifest, "roleRef"), "name")
        if name == "cluster-admin" or _as_strong(index, binding):
            subjects = binding.manifest.get("subjects")
            count = len(subjects) if isinstance(subjects, list) else 0
            where = "everywhere" if binding.kind == "ClusterRoleBinding" else f"in namespace {binding.namespace}"
            whom = f"{count} subjects" if count != 1 else "its subject"
            message = f"{binding.kind} {binding.name} lets {whom} do everything {where}, through {name}"
            yield on(RULE, binding, ("roleRef", "name"), message, "grant what is needed")


def _as_strong(index: Index, binding: Resource) -> bool:
    role = role_of(index, binding)
    return role is not None and any(p.names("*", "*", "*") for p in permissions(role))

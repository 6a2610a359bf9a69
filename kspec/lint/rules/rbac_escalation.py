"""A role lets its holder take more rights than it was given.

`escalate`, `bind` and `impersonate` are errors: they are a way to any right. Warnings: running commands in pods,
talking to kubelets, changing admission webhooks, approving certificates. Wildcards are KS5040's business, and rules for
objects by name are not reported.

Fails:

    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRole
    metadata: {name: ops}
    rules:
      - {apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], verbs: [escalate]}

Passes:

    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRole
    metadata: {name: ops}
    rules:
      - {apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], verbs: [get]}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.lint.grants import ROLES, permissions
from kspec.lint.index import Index
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS5042", "rbac-escalation", Severity.ERROR, __doc__)
_RBAC = "rbac.authorization.k8s.io"
_HOOKS = "admissionregistration.k8s.io"
_WAYS: tuple[tuple[str, str, tuple[str, ...], str, Severity], ...] = (
    ("escalate", _RBAC, ("roles", "clusterroles"), "write roles with any rights", Severity.ERROR),
    ("bind", _RBAC, ("roles", "clusterroles"), "bind any role to anyone", Severity.ERROR),
    ("impersonate", "", ("users", "groups", "serviceaccounts"), "act as anyone", Severity.ERROR),
    ("create", "", ("pods/exec", "pods/attach"), "run commands in pods", Severity.WARNING),
    ("get", "", ("nodes/proxy",), "talk to kubelets as the API server", Severity.WARNING),
    ("create", "", ("nodes/proxy",), "run commands through kubelets", Severity.WARNING),
    ("create", "", ("serviceaccounts/token",), "make tokens of other accounts", Severity.WARNING),
    ("update", _HOOKS, ("mutatingwebhookconfigurations",), "change every object on its way", Severity.WARNING),
    (
        "update",
        "certificates.k8s.io",
        ("certificatesigningrequests/approval",),
        "approve certificates",
        Severity.WARNING,
    ),
)


def check(index: Index) -> Iterator[Diagnostic]:
    """Rights that lead to more rights."""
    for role in index.all(*ROLES):
        for permission in permissions(role):
            for verb, group, resources, power, severity in _WAYS:
                found = next((r for r in resources if permission.names(verb, group, r)), None)
                if found is not None:
                    message = f"{role.kind} {role.name} allows {verb} on {found}: its holders can {power}"
                    yield on(RULE, role, permission.at, message, "limit it by resourceNames", severity=severity)
                    break

"""A role covers all resources, or all API groups.

It also covers whatever is installed later. Name the resources. Within one API group of someone else's, and for all
verbs on named resources, this is information.

Fails:

    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRole
    metadata: {name: ops}
    rules:
      - {apiGroups: [apps], resources: ["*"], verbs: [get, update]}

Passes:

    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRole
    metadata: {name: ops}
    rules:
      - {apiGroups: [apps], resources: [deployments], verbs: [get, update]}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.schema.lifecycle import builtin_groups
from kspec.lint.grants import ROLES, permissions
from kspec.lint.index import Index
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS5040", "rbac-wildcard", Severity.WARNING, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Roles with a star."""
    for role in index.all(*ROLES):
        for permission in permissions(role):
            verbs = ", ".join(permission.verbs).replace("*", "all verbs")
            if "*" in permission.groups or "*" in permission.resources:
                field = "resources" if "*" in permission.resources else "apiGroups"
                what = "all resources" if field == "resources" else ", ".join(permission.resources)
                where = (
                    "every API group" if "*" in permission.groups else f"group {', '.join(permission.groups) or 'core'}"
                )
                message = f"{role.kind} {role.name} allows {verbs} on {what} of {where}"
                own = "*" in permission.groups or set(permission.groups) & builtin_groups()
                severity = None if own else Severity.INFO
                yield on(RULE, role, (*permission.at, field), message, "name them", severity=severity)
            elif "*" in permission.verbs and set(permission.groups) & builtin_groups() and not permission.named:
                message = f"{role.kind} {role.name} allows all verbs on {', '.join(permission.resources)}"
                yield on(RULE, role, (*permission.at, "verbs"), message, "name the verbs", severity=Severity.INFO)

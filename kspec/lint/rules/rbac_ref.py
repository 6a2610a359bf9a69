"""A binding refers to a role or a ServiceAccount that is not there, or a role names resources in the wrong API group.

All three grant nothing, silently. A ClusterRole may come with the cluster: a missing one is a warning unless its name
is all but that of one that is there. ServiceAccounts are looked for in namespaces of which the design declares some.

Fails:

    apiVersion: v1
    kind: ServiceAccount
    metadata: {name: web}
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: Role
    metadata: {name: reader}
    rules: [{apiGroups: [apps], resources: [deployments], verbs: [get, list]}]
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: RoleBinding
    metadata: {name: web-reader}
    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: raeder}
    subjects: [{kind: ServiceAccount, name: web, namespace: default}]

Passes:

    apiVersion: v1
    kind: ServiceAccount
    metadata: {name: web}
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: Role
    metadata: {name: reader}
    rules: [{apiGroups: [apps], resources: [deployments], verbs: [get, list]}]
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: RoleBinding
    metadata: {name: web-reader}
    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
    subjects: [{kind: ServiceAccount, name: web, namespace: default}]
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.fields import obj, objects, text
from kspec.domain.kinds import KINDS
from kspec.domain.objects import Resource
from kspec.lint.grants import BINDINGS, ROLES, Permission, permissions
from kspec.lint.index import Index
from kspec.lint.nearest import did_you_mean, slip
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS2018", "rbac-ref", Severity.ERROR, __doc__)
_GROUPS: dict[str, set[str]] = {}
for _known in KINDS:
    _GROUPS.setdefault(_known.plural, set()).add(_known.group)
_KNOWN_GROUPS = frozenset(k.group for k in KINDS)


def check(index: Index) -> Iterator[Diagnostic]:
    """Grants that come to nothing."""
    for binding in index.all(*BINDINGS):
        yield from _role(index, binding)
        for i, subject in enumerate(objects(binding.manifest, "subjects")):
            namespace, name = text(subject, "namespace") or binding.namespace, text(subject, "name")
            if text(subject, "kind") != "ServiceAccount" or not index.has_any("ServiceAccount", namespace or "default"):
                continue
            if not index.exists("ServiceAccount", namespace, name):
                message = f"{binding.kind} {binding.name} is for ServiceAccount {namespace}/{name}, which is not there"
                names = index.names("ServiceAccount", namespace)
                severity = None if slip(name, names) else Severity.WARNING
                yield on(RULE, binding, ("subjects", i, "name"), message, did_you_mean(name, names), severity=severity)
    for role in index.all(*ROLES):
        for permission in permissions(role):
            yield from _resources(role, permission)


def _role(index: Index, binding: Resource) -> Iterator[Diagnostic]:
    reference = obj(binding.manifest, "roleRef")
    kind, name = text(reference, "kind"), text(reference, "name")
    namespace = binding.namespace if kind == "Role" else ""
    if index.exists(kind, namespace, name):
        return
    names = index.names(kind, namespace)
    local = kind == "Role" and bool(names)
    severity = None if local or slip(name, names) else Severity.WARNING
    message = f"{binding.kind} {binding.name} grants {kind} {name}, which is not there"
    yield on(RULE, binding, ("roleRef", "name"), message, did_you_mean(name, names), severity=severity)


def _resources(role: Resource, permission: Permission) -> Iterator[Diagnostic]:
    given = set(permission.groups)
    if not given <= _KNOWN_GROUPS:
        return
    for i, resource in enumerate(permission.resources):
        homes = _GROUPS.get(resource.partition("/")[0])
        if homes and not homes & given:
            here = ", ".join(f'"{g}"' for g in sorted(given))
            message = f"{role.kind} {role.name} names {resource} in API group {here}, which has no such resource"
            help = f"{resource} is in group {', '.join(repr(h) for h in sorted(homes))}"
            yield on(RULE, role, (*permission.at, "resources", i), message, help, severity=Severity.WARNING)

"""A controller declares what it does, and its bindings do not allow that.

`kspec/needs: "list,watch pods; patch deployments.apps"` in the annotations of the workload says which verbs it uses on
which resources (with their group, as `kubectl auth can-i` has them). Every request that is not granted to its
ServiceAccount, in its namespace or everywhere, is refused at run time. Roles that the design does not have are not
looked into.

Fails:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web, annotations: {kspec/needs: "list,watch pods; patch deployments.apps"}}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          serviceAccountName: web
          containers:
            - name: web
              image: "web:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
    ---
    apiVersion: v1
    kind: ServiceAccount
    metadata: {name: web}
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: Role
    metadata: {name: web}
    rules: [{apiGroups: [""], resources: [pods], verbs: [list, watch]}]
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: RoleBinding
    metadata: {name: web}
    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: web}
    subjects: [{kind: ServiceAccount, name: web, namespace: default}]

Passes:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web, annotations: {kspec/needs: "list,watch pods; patch deployments.apps"}}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          serviceAccountName: web
          containers:
            - name: web
              image: "web:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
    ---
    apiVersion: v1
    kind: ServiceAccount
    metadata: {name: web}
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: Role
    metadata: {name: web}
    rules:
      - {apiGroups: [""], resources: [pods], verbs: [list, watch]}
      - {apiGroups: [apps], resources: [deployments], verbs: [patch]}
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: RoleBinding
    metadata: {name: web}
    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: web}
    subjects: [{kind: ServiceAccount, name: web, namespace: default}]
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.fields import obj, objects, text
from kspec.lint.declared import declared
from kspec.lint.grants import BINDINGS, Grant, grants, role_of
from kspec.lint.index import Index
from kspec.lint.rule import on, rule
from kspec.lint.sources import PodSource
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS2019", "rbac-insufficient", Severity.WARNING, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """What declared needs lack; nothing where an account is bound to a role that is not here."""
    needy = [pods for pods in index.pods if declared(pods, "needs")]
    given = list(grants(index)) if needy else []
    for pods in needy:
        account = pods.namespace, pods.spec.service_account_name or "default"
        if _bound_elsewhere(index, account):
            continue
        own = [g for g in given if g.account == account and g.namespace in (None, pods.namespace)]
        lacking = [need for need in _needs(pods) if not _granted(own, *need)]
        if lacking:
            words = ", ".join(f"{verb} {resource}{f'.{group}' if group else ''}" for verb, group, resource in lacking)
            message = f"{pods} needs to {words}, which ServiceAccount {account[1]} is not granted"
            yield on(
                RULE, pods.resource, ("metadata", "name"), message, "add it to a role that is bound to the account"
            )


def _needs(pods: PodSource) -> Iterator[tuple[str, str, str]]:
    """Verb, group and resource of each need."""
    for entry in declared(pods, "needs").split(";"):
        verbs, _, resource = entry.strip().partition(" ")
        name, _, group = resource.strip().partition(".")
        yield from ((verb.strip(), group, name) for verb in verbs.split(",") if name)


def _granted(own: list[Grant], verb: str, group: str, resource: str) -> bool:
    return any(g.permission.allows(verb, group, resource) or _by_name(g, verb, group, resource) for g in own)


def _by_name(grant: Grant, verb: str, group: str, resource: str) -> bool:
    """Whether some objects of the resource are granted: which ones are meant is not declared."""
    permission = grant.permission
    fits = verb in permission.verbs and group in permission.groups and resource in permission.resources
    return permission.named and fits


def _bound_elsewhere(index: Index, account: tuple[str, str]) -> bool:
    """Whether some binding gives the account a role that the design does not have."""
    for binding in index.all(*BINDINGS):
        if role_of(index, binding) is None and text(obj(binding.manifest, "roleRef"), "name") != "cluster-admin":
            for subject in objects(binding.manifest, "subjects"):
                home = text(subject, "namespace") or binding.namespace or "default"
                if text(subject, "kind") == "ServiceAccount" and (home, text(subject, "name")) == account:
                    return True
    return False

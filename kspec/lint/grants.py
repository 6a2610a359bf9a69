"""RBAC as a list of grants: which rule of which role is given to whom, and where it holds.

Upstream: plugin/pkg/auth/authorizer/rbac/rbac.go, pkg/registry/rbac/validation/rule.go (v1.36). Roles that Kubernetes
itself brings are known by their power only where it matters (`cluster-admin`); aggregated roles have the rules that
are written in them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kspec.api.fields import obj, objects, text, texts
from kspec.domain.objects import Resource
from kspec.lint.lookup import Lookup
from kspec.source.tree import Object, Path

ROLES = ("Role", "ClusterRole")
BINDINGS = ("RoleBinding", "ClusterRoleBinding")
_EVERYTHING: Object = {"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}


@dataclass(frozen=True, slots=True)
class Permission:
    """One entry of a role's `rules`."""

    role: Resource | None
    at: Path
    rule: Object

    @property
    def verbs(self) -> list[str]:
        return texts(self.rule, "verbs")

    @property
    def resources(self) -> list[str]:
        return texts(self.rule, "resources")

    @property
    def groups(self) -> list[str]:
        return texts(self.rule, "apiGroups")

    @property
    def named(self) -> bool:
        """Whether it is limited to objects by name."""
        return bool(texts(self.rule, "resourceNames"))

    def allows(self, verb: str, group: str, resource: str) -> bool:
        """Whether it allows a verb on all objects of a resource; subresources are written `pods/exec`."""
        if self.named or not ({verb, "*"} & set(self.verbs) and {group, "*"} & set(self.groups)):
            return False
        _, slash, sub = resource.partition("/")
        return bool({resource, "*", *([f"*/{sub}"] if slash else [])} & set(self.resources))

    def names(self, verb: str, group: str, resource: str) -> bool:
        """Like `allows`, but only where verb, group and resource are spelled out."""
        return not self.named and verb in self.verbs and group in self.groups and resource in self.resources


@dataclass(frozen=True, slots=True)
class Grant:
    """A permission in a subject's hands; `namespace` is where it holds, None for everywhere."""

    permission: Permission
    binding: Resource
    subject: Object
    namespace: str | None

    @property
    def account(self) -> tuple[str, str] | None:
        """Namespace and name of the ServiceAccount it is given to, if it is one."""
        if text(self.subject, "kind") != "ServiceAccount":
            return None
        return text(self.subject, "namespace") or self.binding.namespace or "default", text(self.subject, "name")


def permissions(role: Resource) -> Iterator[Permission]:
    """The entries of a role."""
    for i, rule in enumerate(objects(role.manifest, "rules")):
        yield Permission(role, ("rules", i), rule)


def role_of(design: Lookup, binding: Resource) -> Resource | None:
    """The role that a binding refers to, if the design has it."""
    reference = obj(binding.manifest, "roleRef")
    kind, name = text(reference, "kind"), text(reference, "name")
    return design.find(kind, binding.namespace if kind == "Role" else "", name)


def grants(design: Lookup) -> Iterator[Grant]:
    """Everything that is given to anyone."""
    for binding in design.all(*BINDINGS):
        role = role_of(design, binding)
        given = tuple(permissions(role)) if role is not None else ()
        if role is None and text(obj(binding.manifest, "roleRef"), "name") == "cluster-admin":
            given = (Permission(None, (), _EVERYTHING),)
        namespace = (binding.namespace or "default") if binding.kind == "RoleBinding" else None
        for subject in objects(binding.manifest, "subjects"):
            for permission in given:
                yield Grant(permission, binding, subject, namespace)

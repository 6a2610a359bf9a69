"""Roles and their bindings.

Upstream: pkg/apis/rbac/validation/validation.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.cause import ROOT, Cause, FieldPath, each, invalid, not_supported, required
from kspec.api.fields import maybe, obj, objects, text, texts
from kspec.api.validation.internal import internal
from kspec.api.validation.meta import check_meta, check_meta_update
from kspec.api.validation.names import dns_subdomain, path_segment
from kspec.api.validation.selectors import check_label_selector, selects
from kspec.source.tree import Object

GROUP = "rbac.authorization.k8s.io"


def check_role(manifest: Object, old: Object | None) -> Iterator[Cause]:
    yield from _role(manifest, namespaced=True)
    if old is not None:
        yield from check_meta_update(manifest, old)


def check_cluster_role(manifest: Object, old: Object | None) -> Iterator[Cause]:
    yield from _role(manifest, namespaced=False)
    aggregation = maybe(manifest, "aggregationRule")
    if aggregation is not None:
        at, selectors = ROOT / "aggregationRule.clusterRoleSelectors", objects(aggregation, "clusterRoleSelectors")
        if not selectors:
            yield required(at, "at least one clusterRoleSelector required if aggregationRule is non-nil")
        for i, selector in enumerate(selectors):
            yield from check_label_selector(at.item(i), selector)
            if selects(selector, {}) is None:
                yield invalid(at.item(i), None, "invalid label selector.")
    if old is not None:
        yield from check_meta_update(manifest, old)


def check_role_binding(manifest: Object, old: Object | None) -> Iterator[Cause]:
    yield from _binding(manifest, old, namespaced=True, kinds=("Role", "ClusterRole"))


def check_cluster_role_binding(manifest: Object, old: Object | None) -> Iterator[Cause]:
    yield from _binding(manifest, old, namespaced=False, kinds=("ClusterRole",))


def _role(manifest: Object, *, namespaced: bool) -> Iterator[Cause]:
    yield from check_meta(manifest, namespaced, path_segment)
    for i, rule in enumerate(objects(manifest, "rules")):
        yield from _rule((ROOT / "rules").item(i), rule, namespaced)


def _rule(at: FieldPath, rule: Object, namespaced: bool) -> Iterator[Cause]:
    urls = texts(rule, "nonResourceURLs")
    if not texts(rule, "verbs"):
        yield required(at / "verbs", "verbs must contain at least one value")
    if urls:
        here = at / "nonResourceURLs"
        if namespaced:
            yield invalid(here, list(urls), "namespaced rules cannot apply to non-resource URLs")
        if any(texts(rule, name) for name in ("apiGroups", "resources", "resourceNames")):
            yield invalid(here, list(urls), "rules cannot apply to both regular resources and non-resource URLs")
        return
    if not texts(rule, "apiGroups"):
        yield required(at / "apiGroups", "resource rules must supply at least one api group")
    if not texts(rule, "resources"):
        yield required(at / "resources", "resource rules must supply at least one resource")


def _binding(manifest: Object, old: Object | None, *, namespaced: bool, kinds: tuple[str, ...]) -> Iterator[Cause]:
    yield from check_meta(manifest, namespaced, path_segment)
    at, role = ROOT / "roleRef", obj(manifest, "roleRef")
    if text(role, "apiGroup") != GROUP:
        yield not_supported(at / "apiGroup", text(role, "apiGroup"), (GROUP,))
    if text(role, "kind") not in kinds:
        yield not_supported(at / "kind", text(role, "kind"), kinds)
    name = text(role, "name")
    yield from each(at / "name", name, path_segment(name)) if name else [required(at / "name")]
    for i, subject in enumerate(objects(manifest, "subjects")):
        yield from _subject((ROOT / "subjects").item(i), subject, namespaced)
    if old is not None:
        yield from check_meta_update(manifest, old)
        before = obj(old, "roleRef")
        if any(text(role, n) != text(before, n) for n in ("apiGroup", "kind", "name")):
            yield invalid(at, internal("rbac.RoleRef", role), "cannot change roleRef")


def _subject(at: FieldPath, subject: Object, namespaced: bool) -> Iterator[Cause]:
    name, group = text(subject, "name"), text(subject, "apiGroup")
    if not name:
        yield required(at / "name")
    match text(subject, "kind"):
        case "ServiceAccount":
            if name:
                yield from each(at / "name", name, dns_subdomain(name))
            if group:
                yield not_supported(at / "apiGroup", group, ("",))
            if not namespaced and not text(subject, "namespace"):
                yield required(at / "namespace")
        case "User" | "Group":
            if group != GROUP:
                yield not_supported(at / "apiGroup", group, (GROUP,))
        case other:
            yield not_supported(at / "kind", other, ("ServiceAccount", "User", "Group"))

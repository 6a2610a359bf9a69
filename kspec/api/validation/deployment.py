"""Deployments, ReplicaSets and ReplicationControllers.

Upstream: pkg/apis/apps/validation/validation.go, ValidateDeploymentSpec, ValidateReplicaSetSpec;
pkg/apis/core/validation/validation.go, ValidateReplicationControllerSpec; the immutable selectors are in
pkg/registry/apps/{deployment,replicaset}/strategy.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.cause import SPEC, Cause, FieldPath, forbidden, invalid, not_supported, required
from kspec.api.equality import differ
from kspec.api.fields import integer, mapping, maybe, number, obj, text
from kspec.api.validation.internal import internal
from kspec.api.validation.meta import check_meta, check_meta_update, not_negative
from kspec.api.validation.names import dns_subdomain
from kspec.api.validation.pod import check_template
from kspec.api.validation.rollout import amount, at_most_all, int_or_percent
from kspec.api.validation.workloads import (
    MISMATCH,
    always_restarts,
    check_selected_template,
    check_selector,
    shown_labels,
)
from kspec.source.tree import Object


def check_deployment(manifest: Object, old: Object | None) -> Iterator[Cause]:
    yield from _meta(manifest, old)
    spec = obj(manifest, "spec")
    yield from not_negative(SPEC / "replicas", number(spec, "replicas"))
    yield from check_selector(SPEC, spec, "deployment")
    yield from check_selected_template(SPEC, spec, obj(spec, "template"), "ReplicaSet")
    yield from _strategy(SPEC / "strategy", obj(spec, "strategy"))
    for name in ("minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds"):
        yield from not_negative(SPEC / name, number(spec, name))
    deadline = number(spec, "progressDeadlineSeconds")
    if deadline is not None and deadline <= integer(spec, "minReadySeconds"):
        yield invalid(SPEC / "progressDeadlineSeconds", deadline, "must be greater than minReadySeconds")
    yield from immutable_selector(spec, old)


def check_replica_set(manifest: Object, old: Object | None) -> Iterator[Cause]:
    yield from _meta(manifest, old)
    spec = obj(manifest, "spec")
    for name in ("replicas", "minReadySeconds"):
        yield from not_negative(SPEC / name, number(spec, name))
    yield from check_selector(SPEC, spec, "deployment")
    yield from check_selected_template(SPEC, spec, obj(spec, "template"), "ReplicaSet")
    yield from immutable_selector(spec, old)


def check_replication_controller(manifest: Object, old: Object | None) -> Iterator[Cause]:
    yield from _meta(manifest, old)
    spec = obj(manifest, "spec")
    yield from not_negative(SPEC / "minReadySeconds", number(spec, "minReadySeconds"))
    selector = mapping(spec, "selector")
    if not selector:
        yield required(SPEC / "selector")
    if number(spec, "replicas") is None:
        yield required(SPEC / "replicas")
    yield from not_negative(SPEC / "replicas", number(spec, "replicas"))
    template = maybe(spec, "template")
    if template is None:
        yield required(SPEC / "template")
        return
    labels = mapping(template, "metadata", "labels")
    if not selector.items() <= labels.items():
        yield invalid(SPEC / "template.metadata.labels", shown_labels(template), MISMATCH)
    yield from check_template(SPEC / "template", template)
    yield from always_restarts(SPEC / "template.spec", obj(template, "spec"), "ReplicationController")


def immutable_selector(spec: Object, old: Object | None) -> Iterator[Cause]:
    """`spec.selector` cannot change (since apps/v1)."""
    if old is None:
        return
    selector, before = maybe(spec, "selector"), maybe(obj(old, "spec"), "selector")
    if differ("meta/v1.LabelSelector", selector, before):
        shown = None if selector is None else internal("meta/v1.LabelSelector", selector)
        yield invalid(SPEC / "selector", shown, "field is immutable")


def _meta(manifest: Object, old: Object | None) -> Iterator[Cause]:
    if old is None:
        yield from check_meta(manifest, True, dns_subdomain)
    else:
        yield from check_meta_update(manifest, old)


def _strategy(at: FieldPath, strategy: Object) -> Iterator[Cause]:
    kind, rolling, here = text(strategy, "type"), maybe(strategy, "rollingUpdate"), at / "rollingUpdate"
    if kind == "Recreate":
        if rolling is not None:
            yield forbidden(here, "may not be specified when strategy `type` is 'Recreate'")
    elif kind != "RollingUpdate":
        yield not_supported(at, internal("apps.DeploymentStrategy", strategy), ("Recreate", "RollingUpdate"))
    elif rolling is None:
        yield required(here, "this should be defaulted and never be nil")
    else:
        unavailable, surge = rolling.get("maxUnavailable"), rolling.get("maxSurge")
        yield from int_or_percent(here / "maxUnavailable", unavailable)
        yield from int_or_percent(here / "maxSurge", surge)
        if amount(unavailable) == 0 and amount(surge) == 0:
            yield invalid(here / "maxUnavailable", unavailable, "may not be 0 when `maxSurge` is 0")
        yield from at_most_all(here / "maxUnavailable", unavailable)

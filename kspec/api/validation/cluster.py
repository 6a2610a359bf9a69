"""Namespaces, Nodes, PriorityClasses, RuntimeClasses, Leases.

Upstream: pkg/apis/core/validation/validation.go (ValidateNamespace, ValidateNode), pkg/apis/scheduling/validation,
pkg/apis/node/validation, pkg/apis/coordination/validation (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.amounts import amounts
from kspec.api.cause import (
    META,
    ROOT,
    SPEC,
    Cause,
    FieldPath,
    duplicate,
    each,
    forbidden,
    invalid,
    not_supported,
    required,
)
from kspec.api.equality import spec_of
from kspec.api.fields import flag, integer, mapping, maybe, maybe_text, number, objects, text, texts
from kspec.api.validation.internal import internal
from kspec.api.validation.ip import check_cidr
from kspec.api.validation.meta import (
    check_labels,
    check_machinery_meta_update,
    check_meta,
    check_meta_update,
    check_plain_meta,
    immutable,
    known_finalizer,
)
from kspec.api.validation.names import dns_label, dns_subdomain, label_value, qualified_name
from kspec.api.validation.pod import check_preemption_policy
from kspec.api.validation.resources import check_requirements, resource_value
from kspec.api.validation.scheduling import EFFECTS, check_tolerations
from kspec.domain.policy import SYSTEM_PRIORITIES
from kspec.source.tree import Json, Object

HIGHEST_USER_PRIORITY = 1_000_000_000


def check_namespace(manifest: Object, old: Object | None) -> Iterator[Cause]:
    if old is not None:
        yield from check_meta_update(manifest, old)
        return
    yield from check_meta(manifest, False, dns_label)
    for finalizer in texts(manifest, "spec", "finalizers"):
        yield from each(SPEC / "finalizers", finalizer, qualified_name(finalizer))
        yield from known_finalizer(SPEC / "finalizers", finalizer)


def check_node(manifest: Object, old: Object | None) -> Iterator[Cause]:
    yield from check_meta(manifest, False, dns_subdomain)
    if old is not None:
        yield from check_meta_update(manifest, old)
    spec = spec_of(manifest)
    yield from _taints(META / "taints", objects(spec, "taints"))
    for field in ("capacity", "allocatable"):
        for name, quantity in sorted(amounts(manifest, "status", field).items()):
            yield from resource_value(ROOT / "status" / field / name, name, quantity)
    cidrs = texts(spec, "podCIDRs")
    for i, cidr in enumerate(cidrs):
        yield from check_cidr((SPEC / "podCIDRs").item(i), cidr)
    if len(cidrs) > 2 or (len(cidrs) == 2 and len({":" in cidr for cidr in cidrs}) == 1):
        yield invalid(SPEC / "podCIDRs", list[Json](cidrs), "may specify no more than one CIDR for each IP family")
    if old is None:
        return
    before, words = spec_of(old), 'node updates may not change {} except from "" to valid'
    if texts(before, "podCIDRs") and texts(before, "podCIDRs") != texts(spec, "podCIDRs"):
        yield forbidden(SPEC / "podCIDRs", words.format("podCIDR"))
    if text(before, "providerID") and text(before, "providerID") != text(spec, "providerID"):
        yield forbidden(SPEC / "providerID", words.format("providerID"))


def _taints(at: FieldPath, taints: list[Object]) -> Iterator[Cause]:
    seen: set[tuple[str, str]] = set()
    for i, taint in enumerate(taints):
        here, key, value, effect = at.item(i), text(taint, "key"), text(taint, "value"), text(taint, "effect")
        yield from each(here / "key", key, qualified_name(key))
        wrong = label_value(value)
        if wrong:
            yield invalid(here / "value", value, ";".join(wrong))
        if not effect:
            yield required(here / "effect")
        elif effect not in EFFECTS:
            yield not_supported(here / "effect", effect, EFFECTS)
        if (key, effect) in seen:
            yield duplicate(here, internal("core.Taint", taint), "taints must be unique by key and effect pair")
        seen.add((key, effect))


def check_priority_class(manifest: Object, old: Object | None) -> Iterator[Cause]:
    value, policy = integer(manifest, "value"), maybe_text(manifest, "preemptionPolicy")
    if old is not None:
        yield from check_meta_update(manifest, old)
        if value != integer(old, "value"):
            yield forbidden(ROOT / "value", "may not be changed in an update.")
        yield from immutable(ROOT / "preemptionPolicy", policy, maybe_text(old, "preemptionPolicy"))
        return
    yield from check_meta(manifest, False, dns_subdomain)
    name = text(manifest, "metadata", "name")
    if name.startswith("system-"):
        error = _system_class_error(name, value, bool(flag(manifest, "globalDefault")))
        if error:
            words = "priority class names with 'system-' prefix are reserved for system use only. error: "
            yield forbidden(META / "name", words + error)
    elif value > HIGHEST_USER_PRIORITY:
        words = f"maximum allowed value of a user defined priority is {HIGHEST_USER_PRIORITY}"
        yield forbidden(ROOT / "value", words)
    if policy is not None:
        yield from check_preemption_policy(ROOT / "preemptionPolicy", policy)


def _system_class_error(name: str, value: int, default: bool) -> str | None:
    expected = SYSTEM_PRIORITIES.get(name)
    if expected is None:
        return f"{name} is not a known system priority class"
    if value != expected:
        return f"value of {name} PriorityClass must be {expected}"
    return f"globalDefault of {name} PriorityClass must be false" if default else None


def check_runtime_class(manifest: Object, old: Object | None) -> Iterator[Cause]:
    yield from check_plain_meta(manifest, False)
    if old is not None:
        yield from check_machinery_meta_update(manifest, old)
    handler = text(manifest, "handler")
    if handler:
        yield from each(ROOT / "handler", handler, dns_label(handler))
    else:
        yield required(ROOT / "handler")
    overhead = maybe(manifest, "overhead")
    if overhead is not None:
        limits = {"limits": overhead.get("podFixed")}
        yield from check_requirements(ROOT / "overhead", limits, frozenset())
    scheduling = maybe(manifest, "scheduling")
    if scheduling is not None:
        yield from check_labels(ROOT / "scheduling.nodeSelector", mapping(scheduling, "nodeSelector"))
        yield from _distinct_tolerations(ROOT / "scheduling.tolerations", objects(scheduling, "tolerations"))
    if old is not None:
        yield from immutable(ROOT / "handler", handler, text(old, "handler"))


def _distinct_tolerations(at: FieldPath, tolerations: list[Object]) -> Iterator[Cause]:
    yield from check_tolerations(at, tolerations)
    keys = [tuple(text(t, name) for name in ("key", "operator", "value", "effect")) for t in tolerations]
    for i, toleration in enumerate(tolerations):
        if keys[i] in keys[:i]:
            yield duplicate(at.item(i), internal("core.Toleration", toleration))


def check_event(manifest: Object, old: Object | None) -> Iterator[Cause]:
    """An event is kept in the namespace of the object it is about. Upstream: pkg/apis/core/validation/events.go."""
    namespace, about = text(manifest, "metadata", "namespace"), text(manifest, "involvedObject", "namespace")
    if namespace != about and (about or namespace not in ("default", "kube-system")):
        yield invalid(ROOT / "involvedObject.namespace", about, "does not match event.namespace")
    yield from each(ROOT / "namespace", namespace, dns_subdomain(namespace))


def check_lease(manifest: Object, old: Object | None) -> Iterator[Cause]:
    yield from check_plain_meta(manifest, True) if old is None else check_machinery_meta_update(manifest, old)
    seconds, transitions = (
        number(manifest, "spec", "leaseDurationSeconds"),
        number(manifest, "spec", "leaseTransitions"),
    )
    if seconds is not None and seconds <= 0:
        yield invalid(SPEC / "leaseDurationSeconds", seconds, "must be greater than 0")
    if transitions is not None and transitions < 0:
        yield invalid(SPEC / "leaseTransitions", transitions, "must be greater than or equal to 0")
    strategy, preferred = maybe_text(spec_of(manifest), "strategy"), maybe_text(spec_of(manifest), "preferredHolder")
    if preferred and not strategy:
        yield forbidden(SPEC / "preferredHolder", "may only be specified if `strategy` is defined")

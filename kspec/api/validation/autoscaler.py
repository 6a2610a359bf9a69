"""HorizontalPodAutoscalers, in the form of autoscaling/v2.

Upstream: pkg/apis/autoscaling/validation/validation.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator

from kspec.api.amounts import amounts
from kspec.api.cause import SPEC, Cause, FieldPath, each, forbidden, invalid, not_supported, required
from kspec.api.fields import integer, maybe, maybe_text, number, obj, objects, text
from kspec.api.validation.meta import check_meta, check_meta_update
from kspec.api.validation.names import dns_label, dns_subdomain, path_segment
from kspec.api.validation.resources import container_resource_name, not_negative_quantity
from kspec.domain.quantity import Quantity
from kspec.source.tree import Object

_TYPES = ("ContainerResource", "External", "Object", "Pods", "Resource")
_FIELD_OF = {
    "Object": "object",
    "Pods": "pods",
    "Resource": "resource",
    "External": "external",
    "ContainerResource": "containerResource",
}
_RAW = "must set either a target raw value or a target utilization"
_NOT_BOTH_RAW = "may not set both a target raw value and a target utilization"


def check_autoscaler(manifest: Object, old: Object | None) -> Iterator[Cause]:
    if old is None:
        yield from check_meta(manifest, True, dns_subdomain)
    else:
        yield from check_meta_update(manifest, old)
    spec = obj(manifest, "spec")
    low, high = number(spec, "minReplicas"), integer(spec, "maxReplicas")
    if low is not None and low < 1:
        yield invalid(SPEC / "minReplicas", low, "must be greater than or equal to 1")
    if high == 0:
        yield required(SPEC / "maxReplicas", "must be set and greater than 0")
    elif high < 0:
        yield invalid(SPEC / "maxReplicas", high, "must be greater than or equal to 1")
    if low is not None and high < low:
        yield invalid(SPEC / "maxReplicas", high, "must be greater than or equal to `minReplicas`")
    target, before = obj(spec, "scaleTargetRef"), obj(old or {}, "spec", "scaleTargetRef")
    grouped = text(target, "kind") != "ReplicationController" and (old is None or not any(_version(SPEC, before, True)))
    yield from _reference(SPEC / "scaleTargetRef", target, grouped=grouped)
    metrics = objects(spec, "metrics")
    for i, metric in enumerate(metrics):
        yield from _metric((SPEC / "metrics").item(i), metric)
    if low == 0 and not any(text(m, "type") in ("Object", "External") for m in metrics):
        words = "must specify at least one Object or External metric to support scaling to zero replicas"
        yield forbidden(SPEC / "metrics", words)
    for direction in ("scaleUp", "scaleDown"):
        yield from _rules(SPEC / "behavior" / direction, maybe(obj(spec, "behavior"), direction))


def check_autoscaler_v1(manifest: Object, old: Object | None) -> Iterator[Cause]:
    """The form of autoscaling/v1, judged as the v2 form it stands for."""
    yield from check_autoscaler(_as_v2(manifest), old and _as_v2(old))


def _as_v2(manifest: Object) -> Object:
    spec = dict(obj(manifest, "spec"))
    percent = spec.pop("targetCPUUtilizationPercentage", None)
    if percent is not None:
        target: Object = {"type": "Utilization", "averageUtilization": percent}
        spec["metrics"] = [{"type": "Resource", "resource": {"name": "cpu", "target": target}}]
    return {**manifest, "spec": spec}


def _reference(at: FieldPath, reference: Object, *, grouped: bool = False) -> Iterator[Cause]:
    """A reference to an object; `grouped` where it must name an API group, as what is scaled must."""
    for name in ("kind", "name"):
        value = text(reference, name)
        yield from each(at / name, value, path_segment(value)) if value else [required(at / name)]
    yield from _version(at, reference, grouped)


def _version(at: FieldPath, reference: Object, grouped: bool) -> Iterator[Cause]:
    version = text(reference, "apiVersion")
    if version.count("/") > 1:
        yield invalid(at / "apiVersion", version, f"unexpected GroupVersion string: {version}")
    elif grouped and not version.rpartition("/")[0]:
        yield invalid(at / "apiVersion", version, "apiVersion must specify API group")


def _rules(at: FieldPath, rules: Object | None) -> Iterator[Cause]:
    if rules is None:
        return
    window, select = number(rules, "stabilizationWindowSeconds"), maybe_text(rules, "selectPolicy")
    if window is not None and window < 0:
        yield invalid(at / "stabilizationWindowSeconds", window, "must be greater than or equal to zero")
    if window is not None and window > 3600:
        yield invalid(at / "stabilizationWindowSeconds", window, "must be less than or equal to 3600")
    if select is not None and select not in ("Disabled", "Max", "Min"):
        yield not_supported(at / "selectPolicy", select, ("Disabled", "Max", "Min"))
    policies = objects(rules, "policies")
    if not policies:
        yield required(at / "policies", "must specify at least one Policy")
    for i, policy in enumerate(policies):
        here, period = (at / "policies").item(i), integer(policy, "periodSeconds")
        if text(policy, "type") not in ("Percent", "Pods"):
            yield not_supported(here / "type", text(policy, "type"), ("Percent", "Pods"))
        if integer(policy, "value") <= 0:
            yield invalid(here / "value", integer(policy, "value"), "must be greater than zero")
        if period <= 0:
            yield invalid(here / "periodSeconds", period, "must be greater than zero")
        if period > 1800:
            yield invalid(here / "periodSeconds", period, "must be less than or equal to 1800")
    if text(rules, "tolerance"):
        yield from not_negative_quantity(at / "tolerance", Quantity.parse(text(rules, "tolerance")))


def _metric(at: FieldPath, metric: Object) -> Iterator[Cause]:
    kind = text(metric, "type")
    if not kind:
        yield required(at / "type", "must specify a metric source type")
    if kind not in _TYPES:
        yield not_supported(at / "type", kind, _TYPES)
    present = [name for name in _SOURCES if maybe(metric, name) is not None]
    for name in present[:1]:
        yield from _SOURCES[name](at / name, obj(metric, name))
    expected = _FIELD_OF.get(kind)
    if expected is None:
        yield not_supported(at / "type", kind, _TYPES)
    elif expected not in present:
        yield required(at / expected, "must populate information for the given metric source")
    if len(present) != 1:
        for name in sorted(set(present) - {expected}):
            yield forbidden(at / name, "must populate the given metric source only")


def _object_source(at: FieldPath, source: Object) -> Iterator[Cause]:
    yield from _reference(at / "describedObject", obj(source, "describedObject"))
    yield from _identifier(at / "metric", source)
    given = yield from _target(at / "target", source)
    if not given & {"value", "averageValue"}:
        yield required(at / "target.averageValue", "must set either a target value or averageValue")


def _external_source(at: FieldPath, source: Object) -> Iterator[Cause]:
    yield from _identifier(at / "metric", source)
    given = yield from _target(at / "target", source)
    if not given & {"value", "averageValue"}:
        yield required(at / "target.averageValue", "must set either a target value for metric or a per-pod target")
    if {"value", "averageValue"} <= given:
        yield forbidden(at / "target.value", "may not set both a target value for metric and a per-pod target")


def _pods_source(at: FieldPath, source: Object) -> Iterator[Cause]:
    yield from _identifier(at / "metric", source)
    given = yield from _target(at / "target", source)
    if "averageValue" not in given:
        yield required(at / "target.averageValue", "must specify a positive target averageValue")


def _resource_source(at: FieldPath, source: Object) -> Iterator[Cause]:
    if not text(source, "name"):
        yield required(at / "name", "must specify a resource name")
    yield from _raw_target(at / "target", source)


def _container_source(at: FieldPath, source: Object) -> Iterator[Cause]:
    name, container = text(source, "name"), text(source, "container")
    yield from (
        container_resource_name(at / "name", name) if name else [required(at / "name", "must specify a resource name")]
    )
    if not container:
        yield required(at / "container", "must specify a container")
    else:
        yield from each(at / "container", container, dns_label(container))
    yield from _raw_target(at / "target", source)


def _raw_target(at: FieldPath, source: Object) -> Iterator[Cause]:
    given = yield from _target(at, source)
    if not given & {"averageUtilization", "averageValue"}:
        yield required(at / "averageUtilization", _RAW)
    if {"averageUtilization", "averageValue"} <= given:
        yield forbidden(at / "averageValue", _NOT_BOTH_RAW)


def _target(at: FieldPath, source: Object) -> Generator[Cause, None, set[str]]:
    """The target's own rules; returns which of its values are given."""
    target = obj(source, "target")
    kind, utilization = text(target, "type"), number(target, "averageUtilization")
    if not kind:
        yield required(at / "type", "must specify a metric target type")
    if kind not in ("Utilization", "Value", "AverageValue"):
        yield invalid(at / "type", kind, "must be either Utilization, Value, or AverageValue")
    values = amounts(source, "target")
    for name in ("value", "averageValue"):
        if name in values and values[name].amount <= 0:
            yield invalid(at / name, str(values[name]), "must be positive")
    if utilization is not None and utilization < 1:
        yield invalid(at / "averageUtilization", utilization, "must be greater than 0")
    return {name for name in ("value", "averageValue", "averageUtilization") if target.get(name) is not None}


def _identifier(at: FieldPath, source: Object) -> Iterator[Cause]:
    name = text(source, "metric", "name")
    if not name:
        yield required(at / "name", "must specify a metric name")
    else:
        yield from each(at / "name", name, path_segment(name))


_SOURCES: dict[str, Callable[[FieldPath, Object], Iterator[Cause]]] = {
    "object": _object_source,
    "external": _external_source,
    "pods": _pods_source,
    "resource": _resource_source,
    "containerResource": _container_source,
}

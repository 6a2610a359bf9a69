"""Services: type, ports, affinity, load balancing.

Upstream: pkg/apis/core/validation/validation.go, validateService (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.cause import (
    META,
    ROOT,
    SPEC,
    Cause,
    duplicate,
    each,
    forbidden,
    invalid,
    not_supported,
    required,
)
from kspec.api.equality import spec_of
from kspec.api.fields import flag, integer, mapping, maybe, maybe_text, number, objects, text, texts
from kspec.api.validation.containers import PROTOCOLS
from kspec.api.validation.internal import internal
from kspec.api.validation.ip import check_cidr, check_endpoint_ip, check_ip
from kspec.api.validation.meta import check_labels, check_meta, check_meta_update
from kspec.api.validation.names import dns_label, dns_subdomain, port_number, qualified_name
from kspec.api.validation.probes import port_or_name
from kspec.api.validation.service_ips import check_cluster_ips, check_ip_changes, is_headless
from kspec.source.tree import Object

TYPES = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
_ONLY_LB = "may only be used when `type` is 'LoadBalancer'"
_RANGES = "service.beta.kubernetes.io/load-balancer-source-ranges"
_HINTS, _TOPOLOGY = "service.kubernetes.io/topology-aware-hints", "service.kubernetes.io/topology-mode"


def check_service(manifest: Object, old: Object | None) -> Iterator[Cause]:
    if old is None:
        yield from check_meta(manifest, True, dns_label)
    else:
        yield from check_meta_update(manifest, old)
        yield from check_ip_changes(spec_of(manifest), spec_of(old))
        yield from _class(spec_of(manifest), spec_of(old))
    annotations, spec = mapping(manifest, "metadata", "annotations"), spec_of(manifest)
    hints, mode = annotations.get(_HINTS), annotations.get(_TOPOLOGY)
    if hints is not None and mode is not None and hints != mode:
        words = f"must match annotations[{_HINTS}] when both are specified"
        yield invalid((META / "annotations").key(_TOPOLOGY), mode, words)
    yield from _type_rules(spec)
    yield from _ports(spec)
    yield from check_labels(SPEC / "selector", mapping(spec, "selector"))
    yield from _affinity(spec)
    yield from check_cluster_ips(spec)
    for i, address in enumerate(texts(spec, "externalIPs")):
        here = (SPEC / "externalIPs").item(i)
        wrong = list(check_ip(here, address))
        yield from wrong or check_endpoint_ip(here, address)
    kind = text(spec, "type")
    if not kind:
        yield required(SPEC / "type")
    elif kind not in TYPES:
        yield not_supported(SPEC / "type", kind, TYPES)
    yield from _port_clashes(spec)
    yield from _load_balancer(annotations, spec)
    yield from _class(spec, None)
    yield from _external_traffic(spec)
    yield from _internal_traffic(spec)


def _type_rules(spec: Object) -> Iterator[Cause]:
    kind, ips = text(spec, "type"), texts(spec, "clusterIPs")
    if not objects(spec, "ports") and not is_headless(spec) and kind != "ExternalName":
        yield required(SPEC / "ports")
    if kind in ("LoadBalancer", "NodePort") and is_headless(spec):
        yield invalid((SPEC / "clusterIPs").item(0), ips[0], f"may not be set to 'None' for {kind} services")
    if kind == "ExternalName":
        for name in ("clusterIPs", "ipFamilies", "ipFamilyPolicy"):
            if spec.get(name):
                yield forbidden(SPEC / name, "may not be set for ExternalName services")
        target = text(spec, "externalName").removesuffix(".")
        at = SPEC / "externalName"
        yield from each(at, target, dns_subdomain(target)) if target else [required(at)]


def _ports(spec: Object) -> Iterator[Cause]:
    ports = objects(spec, "ports")
    names: set[str] = set()
    for i, port in enumerate(ports):
        at, name = (SPEC / "ports").item(i), text(port, "name")
        if name:
            yield from each(at / "name", name, dns_label(name))
            if name in names:
                yield duplicate(at / "name", name)
            names.add(name)
        elif len(ports) > 1:
            yield required(at / "name")
        yield from each(at / "port", integer(port, "port"), port_number(integer(port, "port")))
        protocol = text(port, "protocol")
        if not protocol:
            yield required(at / "protocol")
        elif protocol not in PROTOCOLS:
            yield not_supported(at / "protocol", protocol, PROTOCOLS)
        target = port.get("targetPort")
        yield from port_or_name(at / "targetPort", 0 if target is None else target)
        application = maybe_text(port, "appProtocol")
        if application is not None:
            yield from each(at / "appProtocol", application, qualified_name(application))


def _port_clashes(spec: Object) -> Iterator[Cause]:
    ports = objects(spec, "ports")
    if text(spec, "type") == "ClusterIP":
        for i, port in enumerate(ports):
            if integer(port, "nodePort"):
                yield forbidden((SPEC / "ports").item(i) / "nodePort", "may not be used when `type` is 'ClusterIP'")
    node_ports: set[tuple[str, int]] = set()
    for i, port in enumerate(ports):
        key = (text(port, "protocol"), integer(port, "nodePort"))
        if key[1] and key in node_ports:
            yield duplicate((SPEC / "ports").item(i) / "nodePort", key[1])
        node_ports.add(key)
    seen: set[tuple[str, int]] = set()
    for i, port in enumerate(ports):
        key = (text(port, "protocol"), integer(port, "port"))
        if key in seen:
            shown = internal("core.ServicePort", {"protocol": key[0], "port": key[1]})
            yield duplicate((SPEC / "ports").item(i), shown)
        seen.add(key)


def _affinity(spec: Object) -> Iterator[Cause]:
    affinity, config, at = (
        text(spec, "sessionAffinity"),
        maybe(spec, "sessionAffinityConfig"),
        SPEC / "sessionAffinityConfig",
    )
    if not affinity:
        yield required(SPEC / "sessionAffinity")
    elif affinity not in ("ClientIP", "None"):
        yield not_supported(SPEC / "sessionAffinity", affinity, ("ClientIP", "None"))
    if affinity == "ClientIP":
        words, client = "when session affinity type is ClientIP", maybe(config, "clientIP")
        seconds = number(client, "timeoutSeconds")
        if config is None:
            yield required(at, words)
        elif client is None:
            yield required(at / "clientIP", words)
        elif seconds is None:
            yield required(at / "clientIP.timeoutSeconds", words)
        elif not 0 < seconds <= 86400:
            yield invalid(at / "clientIP.timeoutSeconds", seconds, "must be greater than 0 and less than 86400")
    elif affinity == "None" and config is not None:
        yield forbidden(at, "must not be set when session affinity is None")


def _load_balancer(annotations: dict[str, str], spec: Object) -> Iterator[Cause]:
    balanced = text(spec, "type") == "LoadBalancer"
    ranges, at = texts(spec, "loadBalancerSourceRanges"), SPEC / "LoadBalancerSourceRanges"
    if ranges:
        if not balanced:
            yield forbidden(at, _ONLY_LB)
        for i, cidr in enumerate(ranges):
            yield from check_cidr(at.item(i), cidr.strip())
    elif _RANGES in annotations:
        here = (META / "annotations").key(_RANGES)
        if not balanced:
            yield forbidden(here, _ONLY_LB)
        for cidr in filter(None, annotations[_RANGES].strip().split(",")):
            yield from check_cidr(here, cidr.strip())
    allocate = flag(spec, "allocateLoadBalancerNodePorts")
    if allocate is not None and not balanced:
        yield forbidden(SPEC / "allocateLoadBalancerNodePorts", _ONLY_LB)
    if balanced and allocate is None:
        yield required(ROOT / "allocateLoadBalancerNodePorts")


def _class(spec: Object, old: Object | None) -> Iterator[Cause]:
    at, name = SPEC / "loadBalancerClass", maybe_text(spec, "loadBalancerClass")
    balanced = text(spec, "type") == "LoadBalancer"
    if balanced and old is not None and text(old, "type") == "LoadBalancer" and old.get("loadBalancerClass") != name:
        yield invalid(at, name, "may not change once set")
    if name is None:
        return
    if balanced:
        yield from each(at, name, qualified_name(name))
    else:
        yield forbidden(at, _ONLY_LB)


def externally_accessible(spec: Object) -> bool:
    """Upstream: pkg/api/service/util.go, ExternallyAccessible."""
    kind = text(spec, "type")
    return kind in ("LoadBalancer", "NodePort") or (kind == "ClusterIP" and bool(texts(spec, "externalIPs")))


def needs_health_check(spec: Object) -> bool:
    return text(spec, "type") == "LoadBalancer" and text(spec, "externalTrafficPolicy") == "Local"


def _external_traffic(spec: Object) -> Iterator[Cause]:
    at, policy = SPEC / "externalTrafficPolicy", text(spec, "externalTrafficPolicy")
    if not externally_accessible(spec):
        if policy:
            yield invalid(at, policy, "may only be set for externally-accessible services")
    elif not policy:
        yield required(at)
    elif policy not in ("Cluster", "Local"):
        yield not_supported(at, policy, ("Cluster", "Local"))
    port, here = spec.get("healthCheckNodePort"), SPEC / "healthCheckNodePort"
    if not needs_health_check(spec):
        if port:
            words = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"
            yield invalid(here, port, words)
    elif isinstance(port, int) and port:
        yield from each(here, port, port_number(port))
    elif not port:
        yield required(here)


def _internal_traffic(spec: Object) -> Iterator[Cause]:
    at, policy = SPEC / "internalTrafficPolicy", maybe_text(spec, "internalTrafficPolicy")
    if policy is None:
        if text(spec, "type") in ("ClusterIP", "NodePort", "LoadBalancer"):
            yield required(at)
    elif policy not in ("Cluster", "Local"):
        yield not_supported(at, policy, ("Cluster", "Local"))
    distribution, allowed = maybe_text(spec, "trafficDistribution"), ("PreferClose", "PreferSameZone", "PreferSameNode")
    if distribution is not None and distribution not in allowed:
        yield not_supported(SPEC / "trafficDistribution", distribution, allowed)

"""Endpoints and EndpointSlices.

Upstream: pkg/apis/core/validation/validation.go, ValidateEndpoints; pkg/apis/discovery/validation/validation.go
(v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.cause import ROOT, Cause, FieldPath, duplicate, each, invalid, not_supported, required, too_many
from kspec.api.fields import integer, maybe_text, obj, objects, text, texts
from kspec.api.validation.containers import PROTOCOLS
from kspec.api.validation.ip import check_endpoint_ip, check_ip, parse_ip
from kspec.api.validation.meta import check_meta, check_meta_update, immutable
from kspec.api.validation.names import NameRule, dns_label, dns_subdomain, label_value, port_number, qualified_name
from kspec.source.tree import Object

_ADDRESS_TYPES = ("FQDN", "IPv4", "IPv6")


def check_endpoints(manifest: Object, old: Object | None) -> Iterator[Cause]:
    if old is not None:
        yield from check_meta_update(manifest, old)
    yield from check_meta(manifest, True, dns_subdomain)
    for i, subset in enumerate(objects(manifest, "subsets")):
        at = (ROOT / "subsets").item(i)
        if not objects(subset, "addresses") and not objects(subset, "notReadyAddresses"):
            yield required(at, "must specify `addresses` or `notReadyAddresses`")
        for field in ("addresses", "notReadyAddresses"):
            for j, address in enumerate(objects(subset, field)):
                yield from _address((at / field).item(j), address)
        ports = objects(subset, "ports")
        for j, port in enumerate(ports):
            yield from _port((at / "ports").item(j), port, len(ports) > 1)


def _address(at: FieldPath, address: Object) -> Iterator[Cause]:
    ip, host, node = text(address, "ip"), text(address, "hostname"), maybe_text(address, "nodeName")
    yield from check_ip(at / "ip", ip)
    if host:
        yield from each(at / "hostname", host, dns_label(host))
    if node is not None:
        yield from each(at / "nodeName", node, dns_subdomain(node))
    yield from check_endpoint_ip(at / "ip", ip)


def _port(at: FieldPath, port: Object, named: bool) -> Iterator[Cause]:
    name, protocol = text(port, "name"), text(port, "protocol")
    if name:
        yield from each(at / "name", name, dns_label(name))
    elif named:
        yield required(at / "name")
    yield from each(at / "port", integer(port, "port"), port_number(integer(port, "port")))
    if not protocol:
        yield required(at / "protocol")
    elif protocol not in PROTOCOLS:
        yield not_supported(at / "protocol", protocol, PROTOCOLS)
    application = maybe_text(port, "appProtocol")
    if application is not None:
        yield from each(at / "appProtocol", application, qualified_name(application))


def check_endpoint_slice(manifest: Object, old: Object | None) -> Iterator[Cause]:
    yield from check_meta(manifest, True, dns_subdomain)
    kind, endpoints, ports = text(manifest, "addressType"), objects(manifest, "endpoints"), objects(manifest, "ports")
    if not kind:
        yield required(ROOT / "addressType")
    elif kind not in _ADDRESS_TYPES:
        yield not_supported(ROOT / "addressType", kind, _ADDRESS_TYPES)
    if len(endpoints) > 1000:
        yield too_many(ROOT / "endpoints", len(endpoints), 1000)
    for i, endpoint in enumerate(endpoints):
        yield from _endpoint((ROOT / "endpoints").item(i), endpoint, kind)
    names: set[str] = set()
    for i, port in enumerate(ports):
        at, name, protocol = (ROOT / "ports").item(i), text(port, "name"), text(port, "protocol")
        if name:
            yield from each(at / "name", name, dns_label(name))
        if name in names:
            yield duplicate(at / "name", name)
        names.add(name)
        if protocol not in PROTOCOLS:
            yield not_supported(at / "protocol", protocol, PROTOCOLS) if protocol else required(at / "protocol")
        application = maybe_text(port, "appProtocol")
        if application is not None:
            yield from each(at / "appProtocol", application, qualified_name(application))
    if old is not None:
        yield from immutable(ROOT / "addressType", kind, text(old, "addressType"))


def _endpoint(at: FieldPath, endpoint: Object, kind: str) -> Iterator[Cause]:
    addresses = texts(endpoint, "addresses")
    if not addresses:
        yield required(at / "addresses", "must contain at least 1 address")
    elif len(addresses) > 100:
        yield too_many(at / "addresses", len(addresses), 100)
    for i, address in enumerate(addresses):
        here = (at / "addresses").item(i)
        if kind == "FQDN":
            yield from each(here, address, dns_subdomain(address))
        elif kind in ("IPv4", "IPv6"):
            yield from check_ip(here, address)
            parsed = parse_ip(address)
            if parsed is not None and f"IPv{parsed.version}" != kind:
                yield invalid(here, address, f"must be a valid {kind} address")
            if parsed is not None:
                yield from check_endpoint_ip(here, address)
    host, node = maybe_text(endpoint, "hostname"), maybe_text(endpoint, "nodeName")
    if node is not None:
        yield from each(at / "nodeName", node, dns_subdomain(node))
    if host is not None:
        yield from each(at / "hostname", host, dns_label(host))
    yield from _hints(at / "hints", obj(endpoint, "hints"))


def _hints(at: FieldPath, hints: Object) -> Iterator[Cause]:
    rules: tuple[tuple[str, NameRule], ...] = (("forZones", label_value), ("forNodes", dns_subdomain))
    for field, rule in rules:
        names = [text(hint, "name") for hint in objects(hints, field)]
        if len(names) > 8:
            yield too_many(at / field, len(names), 8)
            return
        for i, name in enumerate(names):
            here = (at / field).item(i) / "name"
            if name in names[:i]:
                yield duplicate(here, name)
            yield from each(here, name, rule(name))

"""NetworkPolicies.

Upstream: pkg/apis/networking/validation/validation.go, ValidateNetworkPolicySpec (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.cause import SPEC, Cause, FieldPath, each, forbidden, invalid, not_supported, required
from kspec.api.equality import spec_of
from kspec.api.fields import maybe, maybe_text, number, obj, objects, text, texts
from kspec.api.validation.ip import check_cidr, parse_cidr
from kspec.api.validation.meta import check_meta, check_meta_update
from kspec.api.validation.names import dns_subdomain, port_name, port_number
from kspec.api.validation.selectors import check_label_selector
from kspec.source.tree import Object

_PROTOCOLS = ("TCP", "UDP", "SCTP")


def check_network_policy(manifest: Object, old: Object | None) -> Iterator[Cause]:
    if old is None:
        yield from check_meta(manifest, True, dns_subdomain)
    else:
        yield from check_meta_update(manifest, old)
    spec = spec_of(manifest)
    yield from check_label_selector(SPEC / "podSelector", obj(spec, "podSelector"))
    for direction, side in (("ingress", "from"), ("egress", "to")):
        for i, rule in enumerate(objects(spec, direction)):
            at = (SPEC / direction).item(i)
            for j, port in enumerate(objects(rule, "ports")):
                yield from _port((at / "ports").item(j), port)
            for j, peer in enumerate(objects(rule, side)):
                yield from _peer((at / side).item(j), peer)
    types, at = texts(spec, "policyTypes"), SPEC / "policyTypes"
    if len(types) > 2:
        yield invalid(at, list(types), "may not specify more than two policyTypes")
        return
    for i, kind in enumerate(types):
        if kind not in ("Ingress", "Egress"):
            yield not_supported(at.item(i), kind, ("Ingress", "Egress"))


def _port(at: FieldPath, rule: Object) -> Iterator[Cause]:
    protocol, port, end = maybe_text(rule, "protocol"), rule.get("port"), number(rule, "endPort")
    if protocol is not None and protocol not in _PROTOCOLS:
        yield not_supported(at / "protocol", protocol, _PROTOCOLS)
    if isinstance(port, int):
        yield from each(at / "port", port, port_number(port))
        if end is not None:
            if end < port:
                yield invalid(at / "endPort", port, "must be greater than or equal to `port`")
            yield from each(at / "endPort", end, port_number(end))
    elif isinstance(port, str):
        if end is not None:
            yield invalid(at / "endPort", end, "may not be specified when `port` is non-numeric")
        yield from each(at / "port", port, port_name(port))
    elif end is not None:
        yield invalid(at / "endPort", end, "may not be specified when `port` is not specified")


def _peer(at: FieldPath, peer: Object) -> Iterator[Cause]:
    found = [name for name in ("podSelector", "namespaceSelector", "ipBlock") if maybe(peer, name) is not None]
    for name in ("podSelector", "namespaceSelector"):
        yield from check_label_selector(at / name, maybe(peer, name))
    if "ipBlock" in found:
        yield from _ip_block(at / "ipBlock", obj(peer, "ipBlock"))
    if not found:
        yield required(at, "must specify a peer")
    elif len(found) > 1 and "ipBlock" in found:
        yield forbidden(at, "may not specify both ipBlock and another peer")


def _ip_block(at: FieldPath, block: Object) -> Iterator[Cause]:
    cidr = text(block, "cidr")
    if not cidr:
        yield required(at / "cidr")
        return
    yield from check_cidr(at / "cidr", cidr)
    whole = parse_cidr(cidr)
    if whole is None:
        return
    for i, excepted in enumerate(texts(block, "except")):
        here, part = (at / "except").item(i), parse_cidr(excepted)
        yield from check_cidr(here, excepted)
        if part is None:
            continue
        inside = part.version == whole.version and part.network_address in whole
        if not inside or whole.prefixlen >= part.prefixlen:
            yield invalid(here, excepted, "must be a strict subset of `cidr`")

"""What a Service is given when it is stored: IP families, cluster IPs and node ports.

The cluster is a single-stack one with 10.96.0.0/16 for services. Values that the server would choose itself are
printed as `<allocated>`.

Upstream: pkg/registry/core/service/storage/{alloc,storage}.go and pkg/registry/core/service/strategy.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network

from kspec.api.admission.attempt import Attempt
from kspec.api.admission.refusal import Refused
from kspec.api.admission.refusal import invalid as refuse_invalid
from kspec.api.cause import SPEC, Cause, invalid
from kspec.api.fields import flag, maybe_text, objects, text, texts
from kspec.api.validation.ip import parse_ip
from kspec.api.validation.service import externally_accessible, needs_health_check
from kspec.api.validation.service_ips import ALLOCATED, check_cluster_ips, check_ip_changes, is_headless
from kspec.source.tree import Json, Object

SERVICE_RANGE = IPv4Network("10.96.0.0/16")
_FAMILY = "IPv4"
_OTHER_FAMILY = "IPv6"


def give_addresses(attempt: Attempt) -> None:
    """Fill in a Service's addresses and ports. Raises `Refused` where it asks for what cannot be had."""
    spec, old = attempt.part("spec"), attempt.old
    before = old.get("spec") if old is not None else None
    assert before is None or isinstance(before, dict)
    if before is not None:
        _keep(spec, before)
    _same_first_ip(spec, before)
    if text(spec, "type") != "ExternalName":
        _refuse_if(attempt, list(_families(attempt, spec, before)))
        if not is_headless(spec):
            _refuse_if(attempt, list(_cluster_ips(attempt, spec, before)))
    _refuse_if(attempt, list(_node_ports(attempt, spec, before)))
    if needs_health_check(spec) and not spec.get("healthCheckNodePort"):
        spec["healthCheckNodePort"] = ALLOCATED


def _refuse_if(attempt: Attempt, causes: list[Cause]) -> None:
    if causes:
        raise Refused(refuse_invalid("Service", "", attempt.name, causes))


def _needs_cluster_ip(spec: Object) -> bool:
    return text(spec, "type") in ("ClusterIP", "NodePort", "LoadBalancer")


def _needs_node_ports(spec: Object) -> bool:
    kind = text(spec, "type")
    return kind == "NodePort" or (kind == "LoadBalancer" and flag(spec, "allocateLoadBalancerNodePorts") is not False)


def _keep(spec: Object, before: Object) -> None:
    """What was given stays, and what the new type has no use for goes if nobody touched it."""
    if _needs_cluster_ip(before) and _needs_cluster_ip(spec):
        spec["clusterIP"] = text(spec, "clusterIP") or text(before, "clusterIP")
        if not texts(spec, "clusterIPs") and spec["clusterIP"] == text(before, "clusterIP"):
            spec["clusterIPs"] = list(texts(before, "clusterIPs"))
    elif _needs_cluster_ip(before) and texts(spec, "clusterIPs") == texts(before, "clusterIPs"):
        for field in ("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"):
            spec.pop(field, None)
    if _needs_node_ports(before) and not _needs_node_ports(spec) and _ports(spec) == _ports(before):
        for port in objects(spec, "ports"):
            port.pop("nodePort", None)
    drops = {
        "healthCheckNodePort": needs_health_check(before) and not needs_health_check(spec),
        "allocateLoadBalancerNodePorts": _leaves_balancer(spec, before),
        "loadBalancerClass": _leaves_balancer(spec, before),
        "externalTrafficPolicy": externally_accessible(before) and not externally_accessible(spec),
    }
    for field, unused in drops.items():
        if unused and spec.get(field) == before.get(field):
            spec.pop(field, None)


def _leaves_balancer(spec: Object, before: Object) -> bool:
    return text(before, "type") == "LoadBalancer" and text(spec, "type") != "LoadBalancer"


def _ports(spec: Object) -> list[Json]:
    return [port.get("nodePort") for port in objects(spec, "ports")]


def _same_first_ip(spec: Object, before: Object | None) -> None:
    """`clusterIP` and the first of `clusterIPs` are the same value; who sets one means both."""
    first, ips = text(spec, "clusterIP"), texts(spec, "clusterIPs")
    if before is None:
        if first and not ips:
            spec["clusterIPs"] = [first]
        return
    was = text(before, "clusterIP")
    if first != was and ips == texts(before, "clusterIPs"):
        spec["clusterIPs"] = [first, *ips[1:]] if first else []


def _families(attempt: Attempt, spec: Object, before: Object | None) -> Iterator[Cause]:
    selectorless = is_headless(spec) and not spec.get("selector")
    if maybe_text(spec, "ipFamilyPolicy") is None:
        inherited = maybe_text(before, "ipFamilyPolicy") if before else None
        spec["ipFamilyPolicy"] = inherited or ("RequireDualStack" if selectorless else "SingleStack")
    wrong = list(check_cluster_ips(spec))
    if before is not None:
        wrong += check_ip_changes(spec, before)
    if wrong:
        yield from wrong
        return
    policy, families, ips = text(spec, "ipFamilyPolicy"), list(texts(spec, "ipFamilies")), texts(spec, "clusterIPs")
    if policy == "SingleStack":
        for given, what in ((ips, "cluster IPs"), (families, "IP families")):
            if len(given) == 2:
                words = f"must be RequireDualStack or PreferDualStack when multiple {what} are specified"
                wrong.append(invalid(SPEC / "ipFamilyPolicy", policy, words))
    if not is_headless(spec):
        for i, ip in enumerate(ips[len(families) :], len(families)):
            family = _OTHER_FAMILY if ":" in ip else _FAMILY
            if family == _FAMILY:
                families.append(family)
            else:
                words = f"{family} is not configured on this cluster"
                wrong.append(invalid((SPEC / "clusterIPs").item(i), list(ips), words))
    if wrong:
        yield from wrong
        return
    if selectorless:
        families = families or [_FAMILY]
        if len(families) < 2 and policy != "SingleStack":
            families.append(_OTHER_FAMILY if families[0] == _FAMILY else _FAMILY)
        spec["ipFamilies"] = list(families)
        return
    if policy == "RequireDualStack":
        yield invalid(SPEC / "ipFamilyPolicy", policy, "this cluster is not configured for dual-stack services")
    for i, family in enumerate(families):
        if family != _FAMILY:
            yield invalid((SPEC / "ipFamilies").item(i), family, "not configured on this cluster")
    spec["ipFamilies"] = list(families or [_FAMILY])


def _node_ports(attempt: Attempt, spec: Object, before: Object | None) -> Iterator[Cause]:
    """Ports asked for must be free. In a dry run nobody looks whether they are in the range for node ports."""
    if text(spec, "type") not in ("NodePort", "LoadBalancer"):
        return
    taken: set[Json] = set()
    for service in attempt.cluster.all("Service", None):
        taken |= {port.get("nodePort") for port in objects(service, "spec", "ports")}
    taken -= {port.get("nodePort") for port in objects(before, "ports")} | {ALLOCATED, None, 0}
    given: dict[Json, Json] = {}
    for i, port in enumerate(objects(spec, "ports")):
        number, same = port.get("port"), port.get("nodePort")
        if not same:
            if _needs_node_ports(spec):
                port["nodePort"] = given.setdefault(number, _asked_later(spec, number) or ALLOCATED)
        elif given.get(number) != same:
            if same in taken:
                words = "provided port is already allocated"
                yield invalid((SPEC / "ports").item(i) / "nodePort", same, words)
                return
            taken.add(same)
            given.setdefault(number, same)


def _asked_later(spec: Object, number: Json) -> Json:
    """The node port that another entry for the same port (of another protocol) asks for."""
    same = (p.get("nodePort") for p in objects(spec, "ports") if p.get("port") == number)
    return next((port for port in same if port), None)


def _cluster_ips(attempt: Attempt, spec: Object, before: Object | None) -> Iterator[Cause]:
    ips = texts(spec, "clusterIPs")
    if not ips:
        spec["clusterIP"] = ALLOCATED
        spec["clusterIPs"] = [ALLOCATED]
        return
    held = set(texts(before, "clusterIPs")) if before else set()
    taken = {ip for service in attempt.cluster.all("Service") for ip in texts(service, "spec", "clusterIPs")} - held
    for ip in ips:
        why = None
        address = parse_ip(ip)
        if ip == ALLOCATED:
            continue
        if address is None or address not in SERVICE_RANGE:
            why = f"the provided IP ({ip}) is not in the valid range. The range of valid IPs is {SERVICE_RANGE}"
        elif ip in taken:
            why = "provided IP is already allocated"
        if why:
            yield invalid(SPEC / "clusterIPs", list(ips), f"failed to allocate IP {ip}: {why}")
            return

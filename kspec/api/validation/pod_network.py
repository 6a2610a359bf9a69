"""A pod's name in the network: DNS, host name, host aliases, the node's own network.

Upstream: pkg/apis/core/validation/validation.go, validatePodDNSConfig, validatePodHostName,
validatePodHostNetworkDeps (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.cause import Cause, FieldPath, each, forbidden, invalid, not_supported, required, too_long
from kspec.api.fields import flag, integer, maybe_text, objects, text, texts
from kspec.api.validation.ip import check_ip
from kspec.api.validation.names import dns_subdomain, dns_subdomain_with_underscore
from kspec.source.tree import Object

_POLICIES = ("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")


def check_dns_policy(at: FieldPath, policy: str) -> Iterator[Cause]:
    if not policy:
        yield required(at)
    elif policy not in _POLICIES:
        yield not_supported(at, policy, _POLICIES)


def check_dns_config(at: FieldPath, config: Object | None, policy: str) -> Iterator[Cause]:
    servers, searches = texts(config, "nameservers"), texts(config, "searches")
    if policy == "None":
        if config is None:
            yield required(at, "must provide `dnsConfig` when `dnsPolicy` is None")
            return
        if not servers:
            yield required(at / "nameservers", "must provide at least one DNS nameserver when `dnsPolicy` is None")
            return
    if len(servers) > 3:
        yield invalid(at / "nameservers", list(servers), "must not have more than 3 nameservers")
    for i, server in enumerate(servers):
        yield from check_ip((at / "nameservers").item(i), server)
    if len(searches) > 32:
        yield invalid(at / "searches", list(searches), "must not have more than 32 search paths")
    if len(" ".join(searches)) > 2048:
        words = "must not have more than 2048 characters (including spaces) in the search list"
        yield invalid(at / "searches", list(searches), words)
    for i, search in enumerate(searches):
        if search != ".":
            bare = search.removesuffix(".")
            yield from each((at / "searches").item(i), bare, dns_subdomain_with_underscore(bare))
    for i, option in enumerate(objects(config, "options")):
        if not text(option, "name"):
            yield required((at / "options").item(i), "must not be empty")


def check_host_ports_on_host_network(at: FieldPath, spec: Object, is_pod: bool) -> Iterator[Cause]:
    """On the node's network a host port is the container's port."""
    if not flag(spec, "hostNetwork"):
        return
    for i, container in enumerate(objects(spec, "containers")):
        for j, port in enumerate(objects(container, "ports")):
            host = integer(port, "hostPort")
            if (is_pod or host) and host != integer(port, "containerPort"):
                here = ((at / "containers").item(i) / "ports").item(j) / "hostPort"
                yield invalid(here, host, "must match `containerPort` when `hostNetwork` is true")


def check_host_name_override(at: FieldPath, spec: Object) -> Iterator[Cause]:
    name, here = maybe_text(spec, "hostnameOverride"), at / "hostnameOverride"
    if name is None:
        return
    if flag(spec, "setHostnameAsFQDN"):
        yield forbidden(here, "may not be specified when setHostnameAsFQDN is true")
    if flag(spec, "hostNetwork"):
        yield forbidden(here, "may not be specified when hostNetwork is true")
    if len(name) > 64:
        yield too_long(here, 64)
    yield from each(here, name, dns_subdomain(name))


def check_host_aliases(at: FieldPath, aliases: list[Object]) -> Iterator[Cause]:
    for i, alias in enumerate(aliases):
        yield from check_ip(at.item(i) / "ip", text(alias, "ip"))
        for j, name in enumerate(texts(alias, "hostnames")):
            yield from each((at.item(i) / "hostnames").item(j), name, dns_subdomain(name))


def check_host_users(at: FieldPath, spec: Object) -> Iterator[Cause]:
    """A pod with a user namespace of its own shares nothing with its node."""
    if flag(spec, "hostUsers") is not False:
        return
    for field, shown in (("hostNetwork", "hostNetwork"), ("hostPID", "HostPID"), ("hostIPC", "HostIPC")):
        if flag(spec, field):
            yield forbidden(at / shown, "when `hostUsers` is false")
    for field in ("initContainers", "containers", "ephemeralContainers"):
        for i, container in enumerate(objects(spec, field)):
            if objects(container, "volumeDevices"):
                yield forbidden((at / field).item(i) / "volumeDevices", "when `hostUsers` is false")

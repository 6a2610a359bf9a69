"""Cluster IPs and IP families of Services.

Upstream: pkg/apis/core/validation/validation.go, ValidateServiceClusterIPsRelatedFields,
validateUpgradeDowngradeClusterIPs and validateUpgradeDowngradeIPFamilies (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.cause import SPEC, Cause, duplicate, invalid, not_supported, required
from kspec.api.fields import maybe_text, text, texts
from kspec.api.validation.ip import check_ip, parse_ip
from kspec.source.tree import Object

_POLICIES = ("PreferDualStack", "RequireDualStack", "SingleStack")
_ONCE = "may not change once set"
ALLOCATED = "<allocated>"


def is_headless(spec: Object) -> bool:
    return texts(spec, "clusterIPs") == ["None"]


def check_cluster_ips(spec: Object) -> Iterator[Cause]:
    if text(spec, "type") == "ExternalName":
        return
    first, ips, at = text(spec, "clusterIP"), texts(spec, "clusterIPs"), SPEC / "clusterIPs"
    if first and not ips:
        yield required(at)
    elif first and ips[0] != first:
        yield invalid(at, list(ips), "first value must match `clusterIP`")
    elif not first and ips:
        yield invalid(at, list(ips), "must be empty when `clusterIP` is not specified")
    yield from _families(spec)
    wrong: list[Cause] = []
    for i, ip in enumerate(ips):
        if i == 0 and ip == "None":
            if len(ips) > 1:
                wrong.append(invalid(at, list(ips), "'None' must be the first and only value"))
        elif ip != ALLOCATED:
            wrong += check_ip(at.item(i), ip)
    yield from wrong
    if len(ips) > 2:
        yield invalid(at, list(ips), "may only hold up to 2 values")
    if wrong:
        return
    versions = [6 if ":" in ip else 4 for ip in ips]
    if len(ips) > 1 and set(versions) != {4, 6}:
        yield invalid(at, list(ips), "may specify no more than one IP for each IP family")
    if not is_headless(spec):
        for i, (ip, family) in enumerate(zip(ips, texts(spec, "ipFamilies"), strict=False)):
            address = parse_ip(ip)
            if address is not None and family in ("IPv4", "IPv6") and family != f"IPv{address.version}":
                yield invalid(at.item(i), ip, f"expected an {family} value as indicated by `ipFamilies[{i}]`")


def _families(spec: Object) -> Iterator[Cause]:
    families, at = texts(spec, "ipFamilies"), SPEC / "ipFamilies"
    for i, family in enumerate(families):
        if family not in ("IPv4", "IPv6"):
            yield not_supported(at.item(i), family, ("IPv4", "IPv6"))
        if family in families[:i]:
            yield duplicate(at.item(i), family)
    policy = maybe_text(spec, "ipFamilyPolicy")
    if policy is not None and policy not in _POLICIES:
        yield not_supported(SPEC / "ipFamilyPolicy", policy, _POLICIES)


def check_ip_changes(spec: Object, old: Object) -> Iterator[Cause]:
    """Addresses and families, once given, stay."""
    if "ExternalName" in (text(spec, "type"), text(old, "type")):
        return
    if not (is_headless(spec) and is_headless(old)):
        yield from _changed(texts(spec, "clusterIPs"), texts(old, "clusterIPs"), "clusterIPs", "clusterIP", spec)
    if not is_headless(spec) and not is_headless(old):
        yield from _changed(texts(spec, "ipFamilies"), texts(old, "ipFamilies"), "ipFamilies", "ipFamily", spec)


def _changed(new: list[str], old: list[str], field: str, one: str, spec: Object) -> Iterator[Cause]:
    at, shown = SPEC / field, list(new)
    if len(new) == len(old):
        for i, (now, before) in enumerate(zip(new, old, strict=True)):
            if now != before:
                yield invalid(at.item(i if field == "clusterIPs" else 0), list(shown), _ONCE)
        return
    if old and not new:
        yield invalid(at.item(0), list(shown), f"primary {one} can not be unset")
    if new and old and new[0] != old[0]:
        yield invalid(at.item(0), list(shown), _ONCE)
    policy = maybe_text(spec, "ipFamilyPolicy")
    if len(new) == 1 < len(old) and policy != "SingleStack":
        yield invalid(
            SPEC / "ipFamilyPolicy", policy, f"must be set to 'SingleStack' when releasing the secondary {one}"
        )

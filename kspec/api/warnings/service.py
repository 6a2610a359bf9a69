"""Warnings about Services.

Upstream: pkg/api/service/warnings.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.cause import SPEC
from kspec.api.fields import mapping, obj, text, texts
from kspec.api.validation.ip import cidr_warnings, ip_warnings
from kspec.api.validation.service_ips import is_headless
from kspec.source.tree import Object

_HINTS = "service.kubernetes.io/topology-aware-hints"
_MODE = "service.kubernetes.io/topology-mode"


def service_warnings(manifest: Object) -> Iterator[str]:
    spec = obj(manifest, "spec")
    kind, external = text(spec, "type"), texts(spec, "externalIPs")
    if _HINTS in mapping(manifest, "metadata", "annotations"):
        yield f"annotation {_HINTS} is deprecated, please use {_MODE} instead"
    if kind != "ExternalName" and not is_headless(spec):
        for i, ip in enumerate(texts(spec, "clusterIPs")):
            yield from ip_warnings((SPEC / "clusterIPs").item(i), ip)
    if kind == "ClusterIP" and is_headless(spec):
        for field, word in (("loadBalancerIP", "loadBalancerIP"), ("externalIPs", "externalIPs")):
            if spec.get(field):
                yield f"spec.{word} is ignored for headless services"
        if text(spec, "sessionAffinity") not in ("", "None"):
            yield "spec.SessionAffinity is ignored for headless services"
    if external:
        yield "spec.externalIPs is deprecated and may no longer be implemented in some clusters"
    for i, ip in enumerate(external):
        yield from ip_warnings((SPEC / "externalIPs").item(i), ip)
    if text(spec, "loadBalancerIP"):
        yield from ip_warnings(SPEC / "loadBalancerIP", text(spec, "loadBalancerIP"))
    for i, cidr in enumerate(texts(spec, "loadBalancerSourceRanges")):
        yield from cidr_warnings((SPEC / "loadBalancerSourceRanges").item(i), cidr)
    if kind == "ExternalName" and external:
        yield 'spec.externalIPs is ignored when spec.type is "ExternalName"'
    if kind != "ExternalName" and text(spec, "externalName"):
        yield 'spec.externalName is ignored when spec.type is not "ExternalName"'
    if text(spec, "trafficDistribution") == "PreferClose":
        yield 'spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"'

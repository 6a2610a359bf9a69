"""Defaults of Services, Endpoints, NetworkPolicies and IngressClasses.

Upstream: pkg/apis/core/v1/defaults.go (SetDefaults_Service), pkg/apis/networking/v1/defaults.go,
pkg/apis/discovery/v1/defaults.go (v1.36). Addresses and families are the registry's: see
`kspec.api.admission.allocation`.
"""

from __future__ import annotations

from kspec.api.defaulting.fill import child, children, existing, fill, fill_empty
from kspec.api.fields import integer, number, text, texts
from kspec.source.tree import Object


def default_service(manifest: Object) -> None:
    spec = child(manifest, "spec")
    fill_empty(spec, sessionAffinity="None")
    if spec["sessionAffinity"] == "None":
        spec.pop("sessionAffinityConfig", None)
    elif (
        spec["sessionAffinity"] == "ClientIP"
        and number(spec, "sessionAffinityConfig", "clientIP", "timeoutSeconds") is None
    ):
        spec["sessionAffinityConfig"] = {"clientIP": {"timeoutSeconds": 10800}}
    fill_empty(spec, type="ClusterIP")
    for port in children(spec, "ports"):
        fill_empty(port, protocol="TCP", targetPort=integer(port, "port"))
    kind = text(spec, "type")
    if kind in ("NodePort", "LoadBalancer") or (kind == "ClusterIP" and texts(spec, "externalIPs")):
        fill_empty(spec, externalTrafficPolicy="Cluster")
    if kind in ("ClusterIP", "NodePort", "LoadBalancer"):
        fill(spec, internalTrafficPolicy="Cluster")
    if kind == "LoadBalancer":
        fill(spec, allocateLoadBalancerNodePorts=True)


def default_endpoints(manifest: Object) -> None:
    for subset in children(manifest, "subsets"):
        for port in children(subset, "ports"):
            fill_empty(port, protocol="TCP")


def default_endpoint_slice(manifest: Object) -> None:
    for port in children(manifest, "ports"):
        fill(port, name="", protocol="TCP")


def default_network_policy(manifest: Object) -> None:
    spec = child(manifest, "spec")
    child(spec, "podSelector")
    for direction in ("ingress", "egress"):
        for rule in children(spec, direction):
            for port in children(rule, "ports"):
                fill(port, protocol="TCP")
    fill_empty(spec, policyTypes=["Ingress", "Egress"] if spec.get("egress") else ["Ingress"])


def default_ingress_class(manifest: Object) -> None:
    parameters = existing(child(manifest, "spec"), "parameters")
    if parameters is not None:
        fill(parameters, scope="Cluster")

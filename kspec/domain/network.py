"""Services and what routes to them.

Upstream: staging/src/k8s.io/api/core/v1/types.go, networking/v1/types.go (v1.36).
"""

from __future__ import annotations

from pydantic import Field

from kspec.domain.base import Kube, KubeObject


class ServicePort(Kube):
    port: int
    name: str = ""
    protocol: str = "TCP"
    target_port: int | str | None = None
    node_port: int | None = None


class ServiceSpec(Kube):
    type: str = "ClusterIP"
    selector: dict[str, str] = Field(default_factory=dict)
    ports: tuple[ServicePort, ...] = ()
    cluster_ip: str = Field(default="", alias="clusterIP")
    external_name: str = ""
    publish_not_ready_addresses: bool = False
    session_affinity: str = "None"

    @property
    def headless(self) -> bool:
        return self.cluster_ip == "None"


class Service(KubeObject):
    spec: ServiceSpec = Field(default_factory=ServiceSpec)


class ServiceBackendPort(Kube):
    name: str = ""
    number: int | None = None


class IngressServiceBackend(Kube):
    name: str
    port: ServiceBackendPort = Field(default_factory=ServiceBackendPort)


class IngressBackend(Kube):
    service: IngressServiceBackend | None = None


class HTTPIngressPath(Kube):
    path: str = ""
    path_type: str = "Prefix"
    backend: IngressBackend = Field(default_factory=IngressBackend)


class HTTPIngressRule(Kube):
    paths: tuple[HTTPIngressPath, ...] = ()


class IngressRule(Kube):
    host: str = ""
    http: HTTPIngressRule = Field(default_factory=HTTPIngressRule)


class IngressTLS(Kube):
    hosts: tuple[str, ...] = ()
    secret_name: str = ""


class IngressSpec(Kube):
    ingress_class_name: str | None = None
    default_backend: IngressBackend | None = None
    rules: tuple[IngressRule, ...] = ()
    tls: tuple[IngressTLS, ...] = ()


class Ingress(KubeObject):
    spec: IngressSpec = Field(default_factory=IngressSpec)

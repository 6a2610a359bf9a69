"""The same services in kspec, KCL and Pkl: a definition once, then a line for each; a Deployment and a Service each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class App:
    """What differs from service to service."""

    number: int

    @property
    def name(self) -> str:
        return f"app-{self.number}"

    @property
    def image(self) -> str:
        return f"registry.example.com/team/app-{self.number}:1.4.{self.number % 10}"

    @property
    def cpu(self) -> str:
        return f"{250 + self.number % 7 * 50}m"


def apps(count: int) -> Iterator[App]:
    return (App(number) for number in range(count))


KSPEC = """\
define web_service(name: Name, image: string, cpu: Quantity) {
  deployment name {
    replicas: 3
    container app {
      image: image
      port http: 8080
      resources { cpu: cpu  memory: 256Mi..512Mi }
      readiness http { path: "/healthz"  every: 5s }
    }
  }
  service name { target: name  port http: 80 -> http }
}

namespace shop {
"""

KCL = """\
schema WebService:
    name: str
    image: str
    cpu: str

deployment = lambda s: WebService -> {str:} {
    {
        apiVersion = "apps/v1"
        kind = "Deployment"
        metadata = {name = s.name, namespace = "shop", labels = {"app.kubernetes.io/name" = s.name}}
        spec = {
            replicas = 3
            selector.matchLabels = {"app.kubernetes.io/name" = s.name}
            template = {
                metadata.labels = {"app.kubernetes.io/name" = s.name}
                spec.containers = [{
                    name = "app"
                    image = s.image
                    ports = [{name = "http", containerPort = 8080}]
                    resources = {requests = {cpu = s.cpu, memory = "256Mi"}, limits = {memory = "512Mi"}}
                    readinessProbe = {httpGet = {path = "/healthz", port = "http"}, periodSeconds = 5}
                }]
            }
        }
    }
}
service = lambda s: WebService -> {str:} {
    {
        apiVersion = "v1"
        kind = "Service"
        metadata = {name = s.name, namespace = "shop"}
        spec = {
            selector = {"app.kubernetes.io/name" = s.name}
            ports = [{name = "http", port = 80, targetPort = "http"}]
        }
    }
}
services = [
"""

PKL = """\
class WebService {
  name: String
  image: String
  cpu: String
}
local function deployment(s: WebService): Dynamic = new {
  apiVersion = "apps/v1"
  kind = "Deployment"
  metadata { name = s.name  namespace = "shop"  labels { ["app.kubernetes.io/name"] = s.name } }
  spec {
    replicas = 3
    selector { matchLabels { ["app.kubernetes.io/name"] = s.name } }
    template {
      metadata { labels { ["app.kubernetes.io/name"] = s.name } }
      spec {
        containers {
          new {
            name = "app"
            image = s.image
            ports { new { name = "http"  containerPort = 8080 } }
            resources { requests { cpu = s.cpu  memory = "256Mi" }  limits { memory = "512Mi" } }
            readinessProbe { httpGet { path = "/healthz"  port = "http" }  periodSeconds = 5 }
          }
        }
      }
    }
  }
}
local function service(s: WebService): Dynamic = new {
  apiVersion = "v1"
  kind = "Service"
  metadata { name = s.name  namespace = "shop" }
  spec {
    selector { ["app.kubernetes.io/name"] = s.name }
    ports { new { name = "http"  port = 80  targetPort = "http" } }
  }
}
local services: Listing<WebService> = new {
"""


def kspec(count: int) -> str:
    """The services as instances of a module."""
    lines = (f'  web_service {a.name}(image: "{a.image}", cpu: {a.cpu})\n' for a in apps(count))
    return KSPEC + "".join(lines) + "}\n"


def kcl(count: int) -> str:
    lines = (f'    WebService {{name = "{a.name}", image = "{a.image}", cpu = "{a.cpu}"}}\n' for a in apps(count))
    return KCL + "".join(lines) + "]\nobjects = [deployment(s) for s in services] + [service(s) for s in services]\n"


def pkl(count: int) -> str:
    lines = (f'  new {{ name = "{a.name}"  image = "{a.image}"  cpu = "{a.cpu}" }}\n' for a in apps(count))
    end = (
        "output {\n  value = services.toList().flatMap((s) -> List(deployment(s), service(s)))\n"
        "  renderer = new YamlRenderer { isStream = true }\n}\n"
    )
    return PKL + "".join(lines) + "}\n" + end


def plain(first: int, count: int, namespace: str = "shop") -> str:
    """The services without a module: ten lines each."""
    out = [f"namespace {namespace} {{\n"]
    for app in (App(number) for number in range(first, first + count)):
        out.append(
            f"  deployment {app.name} {{\n    replicas: 3\n    container app {{\n"
            f'      image: "{app.image}"\n      port http: 8080\n'
            f"      resources {{ cpu: {app.cpu}  memory: 256Mi..512Mi }}\n"
            '      readiness http { path: "/healthz"  every: 5s }\n    }\n  }\n'
            f"  service {app.name} {{ target: {app.name}  port http: 80 -> http }}\n"
        )
    return "".join(out) + "}\n"

"""Addresses, ports and chains of Services.

Upstream: pkg/proxy/iptables/proxier.go (names of chains), pkg/registry/core/service/ipallocator (v1.36).
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from kspec.domain.labels import LabelSelector
from kspec.domain.network import Service
from kspec.domain.pod import PodSpec
from kspec.elaborate.behaviour.builtins.registry import builtin, count_of, need, thing_of
from kspec.elaborate.behaviour.builtins.selection import selector_of
from kspec.elaborate.behaviour.sets import Pod
from kspec.elaborate.behaviour.static import View
from kspec.elaborate.behaviour.things import Thing
from kspec.elaborate.behaviour.values import Value
from kspec.source.text import Span

if TYPE_CHECKING:
    from kspec.elaborate.behaviour.evaluator import Evaluator


@builtin("services")
def services(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """The Services that select a pod."""
    count_of(args, 1, 1, "services", span)
    pod = need(args[0], Pod, "a pod", span)
    labels = pod.life.revision.template.labels
    found = []
    for service in evaluator.world.of_kind("Service"):
        selector = selector_of(service, span)
        if service.namespace == pod.life.owner.namespace and selector is not None and selector.matches(labels):
            found.append(service)
    return tuple(found)


@builtin("service_target_port")
def service_target_port(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """The container port behind a Service's first port; null where it has none."""
    count_of(args, 1, 1, "service_target_port", span)
    service = thing_of(args[0], span)
    ports = service.resource.as_(Service).spec.ports
    if not ports:
        return None
    target = ports[0].target_port
    if isinstance(target, str) and target:
        selector = selector_of(service, span)
        templates = [r.template for r in evaluator.world.revisions if r.namespace == service.namespace]
        specs = [t.spec for t in templates if selector is not None and selector.matches(t.labels)]
        return next((port for spec in specs if (port := _named_port(spec, target)) is not None), None)
    return target or ports[0].port


def _named_port(spec: PodSpec, name: str) -> int | None:
    ports = (port for container in spec.containers for port in container.ports)
    return next((port.container_port for port in ports if port.name == name), None)


@builtin("cluster_ip")
def cluster_ip(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """A Service's cluster address: its own, or one of 10.96.0.0/16 by its place among the Services."""
    count_of(args, 1, 1, "cluster_ip", span)
    return _cluster_ip(evaluator, thing_of(args[0], span))


def _cluster_ip(evaluator: Evaluator, service: Thing) -> str:
    written = service.resource.as_(Service).spec.cluster_ip
    if written[:1].isdigit():
        return written
    place = 10 + evaluator.world.of_kind("Service").index(service)
    return f"10.96.{place // 256}.{place % 256}"


@builtin("service_chain")
def service_chain(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """The iptables chain of a Service's first port: `KUBE-SVC-` and a hash of its name, as kube-proxy makes it."""
    count_of(args, 1, 1, "service_chain", span)
    service = thing_of(args[0], span)
    ports = service.resource.as_(Service).spec.ports
    name, transport = (ports[0].name, ports[0].protocol) if ports else ("", "TCP")
    port = f":{name}" if name else ""
    digest = hashlib.sha256(f"{service.namespace}/{service.name}{port}{transport.lower()}".encode()).digest()
    return f"KUBE-SVC-{base64.b32encode(digest).decode()[:16]}"


@builtin("iptables_head")
def iptables_head(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """The match part of a Service's rule: `-A KUBE-SERVICES -d 10.96.0.10/32 -p tcp --dport 80`."""
    count_of(args, 1, 1, "iptables_head", span)
    service = thing_of(args[0], span)
    ports = service.resource.as_(Service).spec.ports
    rest = f" -p {ports[0].protocol.lower()} --dport {ports[0].port}" if ports else ""
    return f"-A KUBE-SERVICES -d {_cluster_ip(evaluator, service)}/32{rest}"


@builtin("protocol")
def protocol(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """A Service port's protocol in lower case."""
    count_of(args, 1, 1, "protocol", span)
    port = need(args[0], View, "a port", span).model
    return str(getattr(port, "protocol", "TCP")).lower()


@builtin("labels_match")
def labels_match(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """Whether a label selector (as a map) matches labels."""
    count_of(args, 2, 2, "labels_match", span)
    selector, labels = args
    if not isinstance(selector, dict):
        return False
    return LabelSelector.model_validate(selector).matches(labels if isinstance(labels, dict) else {})

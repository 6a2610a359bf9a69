"""A ServiceMonitor selects no Service, or a port that its Services do not have; a PodMonitor selects no pods.

Prometheus scrapes nothing and no alert ever fires. Only namespaces of which the design declares Services (or pods) are
looked at.

Fails:

    apiVersion: monitoring.coreos.com/v1
    kind: ServiceMonitor
    metadata: {name: web}
    spec: {selector: {matchLabels: {app: web}}, endpoints: [{port: metrics}]}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: web, labels: {app: web}}
    spec: {type: ExternalName, externalName: web.example.com, ports: [{name: http, port: 80}]}

Passes:

    apiVersion: monitoring.coreos.com/v1
    kind: ServiceMonitor
    metadata: {name: web}
    spec: {selector: {matchLabels: {app: web}}, endpoints: [{port: http}]}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: web, labels: {app: web}}
    spec: {type: ExternalName, externalName: web.example.com, ports: [{name: http, port: 80}]}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.fields import flag, maybe_text, obj, objects, texts
from kspec.domain.labels import LabelSelector
from kspec.domain.network import Service
from kspec.domain.objects import Resource
from kspec.lint.index import Index
from kspec.lint.makers import Certainty
from kspec.lint.nearest import did_you_mean, nearest_pods, spelled
from kspec.lint.rule import on, rule
from kspec.lint.selectors import read_selector
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS2028", "servicemonitor-dangling", Severity.WARNING, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Monitors that watch nothing."""
    for monitor in index.all("ServiceMonitor"):
        selector = _selector(monitor)
        if selector is not None:
            yield from _services(index, monitor, selector)
    for monitor in index.all("PodMonitor"):
        selector = _selector(monitor)
        for namespace in _namespaces(monitor):
            if selector is None or not index.pods_in(namespace) or index.selected(namespace, selector):
                continue
            if index.made_elsewhere(namespace, selector) is Certainty.NO:
                message = f"PodMonitor {monitor.name} selects {spelled(selector)}, and no pod has that"
                hint = nearest_pods(selector.match_labels, namespace, index.pods)
                yield on(RULE, monitor, ("spec", "selector"), message, hint)


def _services(index: Index, monitor: Resource, selector: LabelSelector) -> Iterator[Diagnostic]:
    for namespace in _namespaces(monitor):
        if not index.has_any("Service", namespace):
            continue
        services = [s for r, s in index.of("Service", Service) if (r.namespace or "default") == namespace]
        found = [s for s in services if selector.matches(s.metadata.labels)]
        if not found:
            message = f"ServiceMonitor {monitor.name} selects {spelled(selector)}, and no Service has that"
            yield on(RULE, monitor, ("spec", "selector"), message, "it looks at labels of Services, not of pods")
            continue
        ports = {p.name for s in found for p in s.spec.ports if p.name}
        for i, endpoint in enumerate(objects(obj(monitor.manifest, "spec"), "endpoints")):
            port = maybe_text(endpoint, "port")
            if port and port not in ports:
                message = (
                    f"ServiceMonitor {monitor.name} scrapes port {port}, which Service {found[0].name} does not have"
                )
                yield on(RULE, monitor, ("spec", "endpoints", i, "port"), message, did_you_mean(port, ports))


def _selector(monitor: Resource) -> LabelSelector | None:
    return read_selector(obj(monitor.manifest, "spec").get("selector"))


def _namespaces(monitor: Resource) -> list[str]:
    """The namespaces a monitor looks at; none where it looks at all of them."""
    chosen = obj(monitor.manifest, "spec", "namespaceSelector")
    return [] if flag(chosen, "any") else texts(chosen, "matchNames") or [monitor.namespace or "default"]

"""A webhook, an aggregated API or a CRD conversion calls a Service, or a port of one, that is not there.

Requests to the API server that the webhook is asked about fail (or go through unchecked, with `failurePolicy: Ignore`).
A Service in a namespace of which the design declares none may live elsewhere: that is a warning.

Fails:

    apiVersion: admissionregistration.k8s.io/v1
    kind: ValidatingWebhookConfiguration
    metadata: {name: guard}
    webhooks:
      - name: guard.example.com
        admissionReviewVersions: [v1]
        sideEffects: None
        failurePolicy: Fail
        namespaceSelector: {matchLabels: {guarded: "true"}}
        rules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}]
        clientConfig: {service: {namespace: default, name: gaurd, port: 80, path: /}}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: guard}
    spec: {type: ExternalName, externalName: web.example.com, ports: [{port: 80}]}

Passes:

    apiVersion: admissionregistration.k8s.io/v1
    kind: ValidatingWebhookConfiguration
    metadata: {name: guard}
    webhooks:
      - name: guard.example.com
        admissionReviewVersions: [v1]
        sideEffects: None
        failurePolicy: Fail
        namespaceSelector: {matchLabels: {guarded: "true"}}
        rules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}]
        clientConfig: {service: {namespace: default, name: guard, port: 80, path: /}}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: guard}
    spec: {type: ExternalName, externalName: web.example.com, ports: [{port: 80}]}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.fields import maybe, number, obj, objects, text
from kspec.domain.network import Service
from kspec.domain.objects import Resource
from kspec.lint.index import Index
from kspec.lint.nearest import did_you_mean
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity
from kspec.source.tree import Object, Path

RULE = rule("KS2029", "webhook-service", Severity.ERROR, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Calls of the API server that nobody answers."""
    for resource, path, reference in _calls(index):
        namespace, name = text(reference, "namespace"), text(reference, "name")
        port = number(reference, "port") or 443
        found = index.find("Service", namespace, name)
        if found is not None:
            ports = [p.port for p in found.as_(Service).spec.ports]
            if port not in ports:
                message = f"{resource.kind} {resource.name} calls port {port} of Service {name}, which has no such port"
                yield on(RULE, resource, path, message, f"its ports: {', '.join(map(str, ports)) or 'none'}")
        elif not index.exists("Service", namespace, name):
            message = f"{resource.kind} {resource.name} calls Service {namespace}/{name}, which is not there"
            severity = None if index.has_any("Service", namespace) else Severity.WARNING
            hint = did_you_mean(name, index.names("Service", namespace))
            yield on(RULE, resource, (*path, "name"), message, hint, severity=severity)


def _calls(index: Index) -> Iterator[tuple[Resource, Path, Object]]:
    for hook in index.all("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"):
        for i, webhook in enumerate(objects(hook.manifest, "webhooks")):
            service = maybe(obj(webhook, "clientConfig"), "service")
            if service is not None:
                yield hook, ("webhooks", i, "clientConfig", "service"), service
    for api in index.all("APIService"):
        service = maybe(obj(api.manifest, "spec"), "service")
        if service is not None:
            yield api, ("spec", "service"), service
    for definition in index.all("CustomResourceDefinition"):
        service = maybe(obj(definition.manifest, "spec", "conversion", "webhook", "clientConfig"), "service")
        if service is not None:
            yield definition, ("spec", "conversion", "webhook", "clientConfig", "service"), service

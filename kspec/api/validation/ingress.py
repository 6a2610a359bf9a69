"""Ingresses and IngressClasses.

Upstream: pkg/apis/networking/validation/validation.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.cause import ROOT, SPEC, Cause, FieldPath, each, forbidden, invalid, not_supported, required, too_long
from kspec.api.equality import spec_of
from kspec.api.fields import integer, mapping, maybe, maybe_text, obj, objects, text, texts
from kspec.api.validation.ip import parse_ip
from kspec.api.validation.meta import check_meta, check_meta_update, immutable
from kspec.api.validation.names import (
    dns_label,
    dns_subdomain,
    path_segment,
    port_name,
    port_number,
    wildcard_subdomain,
)
from kspec.api.validation.paths import domain_prefixed_path
from kspec.source.tree import Object

_CLASS = "kubernetes.io/ingress.class"
_SEQUENCES = ("//", "/./", "/../", "%2f", "%2F")
_PATH_TYPES = ("Exact", "ImplementationSpecific", "Prefix")


def check_ingress(manifest: Object, old: Object | None) -> Iterator[Cause]:
    if old is not None:
        yield from check_meta_update(manifest, old)
    yield from check_meta(manifest, True, dns_subdomain)
    spec = spec_of(manifest)
    rules, backend = objects(spec, "rules"), maybe(spec, "defaultBackend")
    if not rules and backend is None:
        yield invalid(SPEC, spec.get("rules"), "either `defaultBackend` or `rules` must be specified")
    if backend is not None:
        yield from _backend(SPEC / "defaultBackend", backend)
    for i, rule in enumerate(rules):
        yield from _rule((SPEC / "rules").item(i), rule)
    for i, tls in enumerate(objects(spec, "tls")):
        at = (SPEC / "tls").item(i)
        for j, host in enumerate(texts(tls, "hosts")):
            yield from each((at / "hosts").item(j), host, _host(host))
        secret = text(tls, "secretName")
        if secret:
            yield from each(at / "secretName", secret, dns_subdomain(secret))
    name = maybe_text(spec, "ingressClassName")
    if name is not None:
        yield from each(SPEC / "ingressClassName", name, dns_subdomain(name))
    annotated = mapping(manifest, "metadata", "annotations").get(_CLASS)
    if old is None and None not in (annotated, name) and annotated != name:
        words = "must match `ingressClassName` when both are specified"
        yield invalid(ROOT / "annotations" / _CLASS, annotated, words)


def _host(host: str) -> tuple[str, ...]:
    return wildcard_subdomain(host) if "*" in host else dns_subdomain(host)


def _rule(at: FieldPath, rule: Object) -> Iterator[Cause]:
    host, http = text(rule, "host"), maybe(rule, "http")
    if host:
        if parse_ip(host) is not None:
            yield invalid(at / "host", host, "must be a DNS name, not an IP address")
        yield from each(at / "host", host, _host(host))
    if http is None:
        return
    if not objects(http, "paths"):
        yield required(at / "http.paths")
    for i, path in enumerate(objects(http, "paths")):
        yield from _path((at / "http.paths").item(i), path)


def _path(at: FieldPath, rule: Object) -> Iterator[Cause]:
    kind, path, here = maybe_text(rule, "pathType"), text(rule, "path"), at / "path"
    if kind is None:
        yield required(at / "pathType", "pathType must be specified")
        return
    if kind not in _PATH_TYPES:
        yield not_supported(at / "pathType", kind, _PATH_TYPES)
    elif kind == "ImplementationSpecific":
        if path and not path.startswith("/"):
            yield invalid(here, path, "must be an absolute path")
    else:
        if not path.startswith("/"):
            yield invalid(here, path, "must be an absolute path")
        for sequence in _SEQUENCES:
            if sequence in path:
                yield invalid(here, path, f"must not contain '{sequence}'")
        for suffix in ("/..", "/."):
            if path.endswith(suffix):
                yield invalid(here, path, f"cannot end with '{suffix}'")
    yield from _backend(at / "backend", obj(rule, "backend"))


def _backend(at: FieldPath, backend: Object) -> Iterator[Cause]:
    resource, service = maybe(backend, "resource"), maybe(backend, "service")
    if resource is not None and service is not None:
        yield invalid(at, "", "cannot set both resource and service backends")
    elif resource is not None:
        yield from _typed_reference(at / "resource", resource)
    elif service is None:
        yield invalid(at, "", "resource or service backend is required")
    else:
        yield from _service_backend(at, service)


def _service_backend(at: FieldPath, service: Object) -> Iterator[Cause]:
    name, here = text(service, "name"), at / "service"
    # v1.36 relaxed Service names (RelaxedServiceNameValidation), and with them the names of backends.
    yield from each(here / "name", name, dns_label(name)) if name else [required(here / "name")]
    port_text, number = text(service, "port", "name"), integer(service, "port", "number")
    if port_text and number:
        yield invalid(at, "", "cannot set both port name & port number")
    elif port_text:
        yield from each(here / "port.name", port_text, port_name(port_text))
    elif number:
        yield from each(here / "port.number", number, port_number(number))
    else:
        yield required(at, "port name or number is required")


def _typed_reference(at: FieldPath, reference: Object) -> Iterator[Cause]:
    group = maybe_text(reference, "apiGroup")
    if group is not None:
        yield from each(at / "apiGroup", group, dns_subdomain(group))
    for name in ("kind", "name"):
        value = text(reference, name)
        yield from (each(at / name, value, path_segment(value)) if value else [required(at / name)])


def check_ingress_class(manifest: Object, old: Object | None) -> Iterator[Cause]:
    spec = spec_of(manifest)
    controller, at = text(spec, "controller"), SPEC / "controller"
    if old is not None:
        yield from check_meta_update(manifest, old)
        yield from immutable(at, controller, text(spec_of(old), "controller"))
    yield from check_meta(manifest, False, dns_subdomain)
    if len(controller) > 250:
        yield too_long(at, 250)
    yield from domain_prefixed_path(at, controller)
    parameters = maybe(spec, "parameters")
    if parameters is not None:
        yield from _parameters(SPEC / "parameters", parameters)


def _parameters(at: FieldPath, parameters: Object) -> Iterator[Cause]:
    yield from _typed_reference(at, parameters)
    scope, namespace = maybe_text(parameters, "scope"), maybe_text(parameters, "namespace")
    if scope is None:
        yield required(at / "scope")
    elif scope not in ("Cluster", "Namespace"):
        yield not_supported(at / "scope", scope, ("Cluster", "Namespace"))
    elif scope == "Cluster":
        if namespace is not None:
            yield forbidden(at / "namespace", "`parameters.scope` is set to 'Cluster'")
    elif namespace is None:
        yield required(at / "namespace", "`parameters.scope` is set to 'Namespace'")
    else:
        yield from each(at / "namespace", namespace, dns_label(namespace))

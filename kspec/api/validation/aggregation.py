"""APIServices, and ControllerRevisions: what controllers and extensions keep in the API.

Upstream: staging/src/k8s.io/kube-aggregator/pkg/apis/apiregistration/validation/validation.go,
pkg/apis/apps/validation/validation.go, ValidateControllerRevisionCreate (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.cause import ROOT, SPEC, Cause, each, invalid, required
from kspec.api.equality import spec_of
from kspec.api.fields import flag, integer, maybe, text
from kspec.api.validation.meta import (
    check_machinery_meta_update,
    check_meta,
    check_meta_update,
    check_plain_meta,
    immutable,
    not_negative,
)
from kspec.api.validation.names import dns1035_label, dns_subdomain, path_segment, port_number
from kspec.source.tree import Object


def check_api_service(manifest: Object, old: Object | None) -> Iterator[Cause]:
    spec = spec_of(manifest)
    group, version = text(spec, "group"), text(spec, "version")
    full = f"{version}.{group}"

    def name_rule(name: str) -> tuple[str, ...]:
        wrong = path_segment(name)
        return wrong if wrong or name == full else (f'must be `spec.version+"."+spec.group`: "{full}"',)

    if old is not None:
        yield from check_machinery_meta_update(manifest, old)
    yield from check_plain_meta(manifest, False, name_rule)
    if not group and version != "v1":
        yield required(SPEC / "group", "only v1 may have an empty group and it better be legacy kube")
    if group:
        yield from each(SPEC / "group", group, dns_subdomain(group))
    yield from each(SPEC / "version", version, dns1035_label(version))
    for field, most in (("groupPriorityMinimum", 20_000), ("versionPriority", 1000)):
        priority = integer(spec, field)
        if not 0 < priority <= most:
            yield invalid(SPEC / field, priority, f"must be positive and less than {most}")
    yield from _backend(spec)


def _backend(spec: Object) -> Iterator[Cause]:
    service, bundle, at = maybe(spec, "service"), text(spec, "caBundle"), SPEC / "service"
    insecure = flag(spec, "insecureSkipTLSVerify") or False
    if service is None:
        if bundle:
            size = len(bundle) * 3 // 4 - bundle[-2:].count("=")
            yield invalid(SPEC / "caBundle", f"{size} bytes", "local APIServices may not have a caBundle")
        if insecure:
            words = "local APIServices may not have insecureSkipTLSVerify"
            yield invalid(SPEC / "insecureSkipTLSVerify", True, words)
        return
    for name in ("namespace", "name"):
        if not text(service, name):
            yield required(at / name)
    port = integer(service, "port")
    for message in port_number(port):
        yield invalid(at / "port", port, f"port is not valid: {message}")
    if insecure and bundle:
        yield invalid(SPEC / "insecureSkipTLSVerify", True, "may not be true if caBundle is present")


def check_controller_revision(manifest: Object, old: Object | None) -> Iterator[Cause]:
    if old is not None:
        yield from check_meta_update(manifest, old)
    yield from check_meta(manifest, True, dns_subdomain)
    if manifest.get("data") is None:
        yield required(ROOT / "data", "data is mandatory")
    yield from not_negative(ROOT / "revision", integer(manifest, "revision"))
    if old is not None:
        yield from immutable(ROOT / "data", manifest.get("data"), old.get("data"))

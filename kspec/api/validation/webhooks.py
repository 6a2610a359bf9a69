"""Webhook configurations.

Upstream: pkg/apis/admissionregistration/validation/validation.go and
staging/src/k8s.io/apiserver/pkg/util/webhook/validation.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from kspec.api.cause import ROOT, Cause, FieldPath, duplicate, each, invalid, not_supported, required
from kspec.api.fields import integer, maybe, maybe_text, number, obj, objects, text, texts
from kspec.api.validation.matching import FAILURE_POLICIES, MATCH_POLICIES, check_match_conditions, check_rule
from kspec.api.validation.meta import check_plain_meta
from kspec.api.validation.names import dns1035_label, dns_subdomain, port_number
from kspec.api.validation.selectors import optional_selector
from kspec.source.tree import Object

_SIDE_EFFECTS = ("None", "NoneOnDryRun")
_VERSIONS = ("v1", "v1beta1")
_FORM = "; desired format: https://host[/path]"


def check_validating_webhooks(manifest: Object, old: Object | None) -> Iterator[Cause]:
    return _configuration(manifest, mutating=False)


def check_mutating_webhooks(manifest: Object, old: Object | None) -> Iterator[Cause]:
    return _configuration(manifest, mutating=True)


def _configuration(manifest: Object, *, mutating: bool) -> Iterator[Cause]:
    yield from check_plain_meta(manifest, False)
    seen: set[str] = set()
    for i, hook in enumerate(objects(manifest, "webhooks")):
        at, name = (ROOT / "webhooks").item(i), text(hook, "name")
        yield from _hook(at, hook, mutating)
        yield from _versions(at / "admissionReviewVersions", texts(hook, "admissionReviewVersions"))
        if name and name in seen:
            yield duplicate(at / "name", name)
        seen.add(name)


def _hook(at: FieldPath, hook: Object, mutating: bool) -> Iterator[Cause]:
    yield from _full_name(at / "name", text(hook, "name"))
    for i, rule in enumerate(objects(hook, "rules")):
        yield from check_rule((at / "rules").item(i), rule)
    for field, allowed in (("failurePolicy", FAILURE_POLICIES), ("matchPolicy", MATCH_POLICIES)):
        value = maybe_text(hook, field)
        if value is not None and value not in allowed:
            yield not_supported(at / field, value, allowed)
    effects, seconds = maybe_text(hook, "sideEffects"), number(hook, "timeoutSeconds")
    if effects is None:
        yield required(at / "sideEffects", f"must specify one of {', '.join(_SIDE_EFFECTS)}")
    elif effects not in _SIDE_EFFECTS:
        yield not_supported(at / "sideEffects", effects, _SIDE_EFFECTS)
    if seconds is not None and not 1 <= seconds <= 30:
        yield invalid(at / "timeoutSeconds", seconds, "the timeout value must be between 1 and 30 seconds")
    yield from optional_selector(at, hook, "namespaceSelector")
    yield from optional_selector(at, hook, "objectSelector")
    again = maybe_text(hook, "reinvocationPolicy")
    if mutating and again is not None and again not in ("IfNeeded", "Never"):
        yield not_supported(at / "reinvocationPolicy", again, ("IfNeeded", "Never"))
    yield from check_client(at / "clientConfig", obj(hook, "clientConfig"))
    yield from check_match_conditions(at / "matchConditions", objects(hook, "matchConditions"), params=False)


def _full_name(at: FieldPath, name: str) -> Iterator[Cause]:
    if not name:
        yield required(at)
        return
    wrong = dns_subdomain(name)
    if wrong:
        yield from each(at, name, wrong)
    elif name.count(".") < 2:
        yield invalid(at, name, "should be a domain with at least three segments separated by dots")


def _versions(at: FieldPath, versions: list[str]) -> Iterator[Cause]:
    if not versions:
        yield required(at, f"must specify one of {', '.join(_VERSIONS)}")
        return
    for i, version in enumerate(versions):
        if version in versions[:i]:
            yield invalid(at.item(i), version, "duplicate version")
        else:
            yield from each(at.item(i), version, dns1035_label(version))
    if not set(versions) & set(_VERSIONS):
        yield invalid(at, list(versions), f"must include at least one of {', '.join(_VERSIONS)}")


def check_client(at: FieldPath, client: Object) -> Iterator[Cause]:
    """How a webhook is called, in the place that upstream prints."""
    url, service = maybe_text(client, "url"), maybe(client, "service")
    if (url is None) == (service is None):
        yield required(at, "exactly one of url or service is required")
    elif url is not None:
        yield from _url(at / "url", url)
    elif service is not None:
        yield from _service(at / "service", service)


def _url(at: FieldPath, url: str) -> Iterator[Cause]:
    try:
        parts = urlsplit(url)
    except ValueError:
        yield required(at, f'url must be a valid URL: parse "{url}": invalid URL{_FORM}')
        return
    if parts.scheme != "https":
        yield invalid(at, parts.scheme, f"'https' is the only allowed URL scheme{_FORM}")
    user, _, host = parts.netloc.rpartition("@")
    if not host:
        yield invalid(at, "", f"host must be specified{_FORM}")
    if user:
        yield invalid(at, user, "user information is not permitted in the URL")
    if parts.fragment:
        yield invalid(at, parts.fragment, "fragments are not permitted in the URL")
    if parts.query:
        yield invalid(at, parts.query, "query parameters are not permitted in the URL")


def _service(at: FieldPath, service: Object) -> Iterator[Cause]:
    """Upstream passes name and namespace the wrong way round; each missing one is reported as the other."""
    if not text(service, "namespace"):
        yield required(at / "name")
    if not text(service, "name"):
        yield required(at / "namespace")
    port, path = integer(service, "port"), maybe_text(service, "path")
    for message in port_number(port):
        yield invalid(at / "port", port, f"port is not valid: {message}")
    if not path or path == "/":
        return
    if path == "//":
        yield invalid(at / "path", path, "segment[0] may not be empty")
        return
    if not path.startswith("/"):
        yield invalid(at / "path", path, "must start with a '/'")
    for i, step in enumerate(path[1:].removesuffix("/").split("/")):
        if not step:
            yield invalid(at / "path", path, f"segment[{i}] may not be empty")
        for message in dns_subdomain(step) if step else ():
            yield invalid(at / "path", path, f"segment[{i}]: {message}")

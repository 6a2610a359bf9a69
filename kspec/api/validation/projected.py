"""Projected volumes: several sources in one directory, no path twice.

Upstream: pkg/apis/core/validation/validation.go, validateProjectionSources; signer names from names.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from kspec.api.cause import Cause, FieldPath, each, forbidden, invalid, not_supported, required, too_long
from kspec.api.fields import integer, maybe, maybe_text, number, objects, text
from kspec.api.validation.downward import check_downward_file
from kspec.api.validation.internal import internal
from kspec.api.validation.names import dns_label, dns_subdomain
from kspec.api.validation.paths import file_mode, local_non_reserved
from kspec.api.validation.selectors import check_label_selector
from kspec.api.validation.volume_sources import key_paths
from kspec.source.tree import Object

_KEY_TYPES = ("RSA3072", "RSA4096", "ECDSAP256", "ECDSAP384", "ECDSAP521", "ED25519")
_CERTIFICATE_PATHS = ("credentialBundlePath", "keyPath", "certificateChainPath")


@dataclass
class _Paths:
    """The paths taken so far in one volume."""

    at: FieldPath
    taken: set[str] = field(default_factory=set)

    def take(self, path: str, shown: str) -> Iterator[Cause]:
        if path in self.taken:
            yield invalid(self.at, shown, "conflicting duplicate paths")
        self.taken.add(path)


def check_projected(at: FieldPath, volume: Object) -> Iterator[Cause]:
    yield from file_mode(at / "defaultMode", number(volume, "defaultMode"))
    paths = _Paths(at)
    for i, source in enumerate(objects(volume, "sources")):
        here, found = (at / "sources").item(i), 0
        for name in ("secret", "configMap"):
            given = maybe(source, name)
            if given is not None:
                found += 1
                yield from _keyed(here / name, given, paths)
        downward = maybe(source, "downwardAPI")
        if downward is not None:
            found += 1
            for item in objects(downward, "items"):
                yield from check_downward_file(here / "downwardAPI", item)
                if text(item, "path"):
                    yield from paths.take(text(item, "path"), text(item, "path"))
        for name, rule in _OTHERS.items():
            given = maybe(source, name)
            if given is not None:
                found += 1
                yield from rule(here / name, given, paths)
        if found > 1:
            yield forbidden(here, "may not specify more than 1 volume type per source")


def _keyed(at: FieldPath, given: Object, paths: _Paths) -> Iterator[Cause]:
    if not text(given, "name"):
        yield required(at / "name")
    yield from key_paths(at, given)
    for item in objects(given, "items"):
        if text(item, "path"):
            yield from paths.take(text(item, "path"), text(given, "name"))


def _token(at: FieldPath, given: Object, paths: _Paths) -> Iterator[Cause]:
    seconds, path = integer(given, "expirationSeconds"), text(given, "path")
    if seconds < 600:
        yield invalid(at / "expirationSeconds", seconds, "may not specify a duration less than 10 minutes")
    if seconds > 1 << 32:
        yield invalid(at / "expirationSeconds", seconds, "may not specify a duration larger than 2^32 seconds")
    if not path:
        yield required(paths.at / "path")
    else:
        yield from local_non_reserved(paths.at / "path", path)


def _trust_bundle(at: FieldPath, given: Object, paths: _Paths) -> Iterator[Cause]:
    name, signer, path = maybe_text(given, "name"), maybe_text(given, "signerName"), text(given, "path")
    if name is not None and signer is not None:
        shown = internal("core.ClusterTrustBundleProjection", given)
        yield invalid(at, shown, "only one of name and signerName may be used")
    elif name is not None:
        if not name:
            yield required(at / "name", "must be a valid object name")
        bare = name.replace(":", ".") if ":" in name else name
        yield from each(at / "name", name, [f"not a valid clustertrustbundlename: {m}" for m in dns_subdomain(bare)])
        if maybe(given, "labelSelector") is not None:
            shown = internal("meta/v1.LabelSelector", given["labelSelector"])
            yield invalid(at / "labelSelector", shown, "labelSelector must be unset if name is specified")
    elif signer is not None:
        if not signer:
            yield required(at / "signerName", "must be a valid signer name")
        yield from check_signer_name(at / "signerName", signer)
        yield from check_label_selector(at / "labelSelector", maybe(given, "labelSelector"))
    else:
        yield required(at, "either name or signerName must be specified")
    if not path:
        yield required(at / "path")
    yield from local_non_reserved(at / "path", path)
    yield from paths.take(path, path)


def _certificate(at: FieldPath, given: Object, paths: _Paths) -> Iterator[Cause]:
    signer, key_type = text(given, "signerName"), text(given, "keyType")
    yield from check_signer_name(at / "signerName", signer)
    if key_type not in _KEY_TYPES:
        yield not_supported(at / "keyType", key_type, _KEY_TYPES)
    longest, seconds = 91 * 86400, number(given, "maxExpirationSeconds")
    if signer.partition("/")[0].endswith("kubernetes.io"):
        longest = 86400
    if seconds is not None and seconds < 3600:
        yield invalid(at / "maxExpirationSeconds", seconds, "if provided, maxExpirationSeconds must be >= 3600")
    if seconds is not None and seconds > longest:
        yield invalid(at / "maxExpirationSeconds", seconds, f"if provided, maxExpirationSeconds must be <= {longest}")
    found = [name for name in _CERTIFICATE_PATHS if text(given, name)]
    for name in found:
        yield from local_non_reserved(at / name, text(given, name))
        yield from paths.take(text(given, name), text(given, name))
    if not found:
        yield required(at, "specify at least one of credentialBundlePath, keyPath, and certificateChainPath")


_OTHERS = {"serviceAccountToken": _token, "clusterTrustBundle": _trust_bundle, "podCertificate": _certificate}


def check_signer_name(at: FieldPath, name: str) -> Iterator[Cause]:
    """`example.com/signer-name`."""
    if not name:
        yield required(at)
        return
    domain, separator, path = name.partition("/")
    if not separator or "/" in path:
        yield invalid(at, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'")
        return
    if len(domain) > 253:
        yield too_long(at, 253)
    labels = domain.split(".")
    for label in labels:
        wrong = dns_label(label)
        if wrong:
            yield from each(at, domain, [f'validating label "{label}": {m}' for m in wrong])
            break
    if len(labels) < 2:
        yield invalid(at, domain, "should be a domain with at least two segments separated by dots")
    for label in path.split("."):
        wrong = dns_subdomain(label)
        if wrong:
            yield from each(at, path, [f'validating label "{label}": {m}' for m in wrong])
            break
    if len(name) > 571:
        yield too_long(at, 571)

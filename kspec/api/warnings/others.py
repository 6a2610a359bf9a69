"""Warnings about jobs, network objects, secrets, accounts, nodes and runtime classes.

Upstream: pkg/api/job/warnings.go and the strategies in pkg/registry (v1.36).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

from kspec.api.cause import SPEC, FieldPath
from kspec.api.fields import integer, mapping, maybe_text, obj, objects, text, texts
from kspec.api.validation.ip import cidr_warnings
from kspec.api.warnings.pod import pod_warnings
from kspec.api.warnings.words import NODE_LABELS
from kspec.source.tree import Object

_MANY_COMPLETIONS, _MUCH_PARALLELISM = 100_000, 10_000
_TOO_MUCH = (
    "In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might"
    " not be able to track completedIndexes when a big number of indexes fail"
)
_INGRESS_CLASS = "kubernetes.io/ingress.class"
_MOUNTABLE = "kubernetes.io/enforce-mountable-secrets"
_NO_PEM = "tls: failed to find any PEM data in {} input"


def job_spec_warnings(at: FieldPath, spec: Object) -> Iterator[str]:
    many = integer(spec, "completions") > _MANY_COMPLETIONS and integer(spec, "parallelism") > _MUCH_PARALLELISM
    if many and text(spec, "completionMode") == "Indexed":
        yield f"{at}: {_TOO_MUCH}"
    yield from pod_warnings(at / "template", obj(spec, "template"), template=True)


def ingress_warnings(manifest: Object) -> Iterator[str]:
    annotated = _INGRESS_CLASS in mapping(manifest, "metadata", "annotations")
    if annotated and maybe_text(obj(manifest, "spec"), "ingressClassName") is None:
        yield f"annotation \"{_INGRESS_CLASS}\" is deprecated, please use 'spec.ingressClassName' instead"


def policy_warnings(manifest: Object) -> Iterator[str]:
    """Network policies: CIDRs in an unusual form."""
    for direction, peers in (("ingress", "from"), ("egress", "to")):
        for i, rule in enumerate(objects(manifest, "spec", direction)):
            for j, peer in enumerate(objects(rule, peers)):
                block = obj(peer, "ipBlock")
                at = ((SPEC / direction).item(i) / peers).item(j) / "ipBlock"
                if block:
                    yield from cidr_warnings(at / "cidr", text(block, "cidr"))
                for k, cidr in enumerate(texts(block, "except")):
                    yield from cidr_warnings((at / "except").item(k), cidr)


def secret_warnings(manifest: Object) -> Iterator[str]:
    """Of a TLS secret only what needs no cryptography: whether it holds PEM at all, and the right sort of it."""
    if text(manifest, "type") != "kubernetes.io/tls":
        return
    certificate, key = (_decoded(manifest, name) for name in ("tls.crt", "tls.key"))
    if "-----BEGIN " not in certificate:
        yield _NO_PEM.format("certificate")
    elif "-----BEGIN CERTIFICATE-----" not in certificate:
        if "PRIVATE KEY-----" in certificate and "-----BEGIN CERTIFICATE-----" in key:
            where = "but did find a private key; PEM inputs may have been switched"
            yield f"tls: failed to find certificate PEM data in certificate input, {where}"
        else:
            skipped = " ".join(_pem_kinds(certificate))
            where = f"after skipping PEM blocks of the following types: [{skipped}]"
            yield f'tls: failed to find "CERTIFICATE" PEM block in certificate input {where}'
    elif "-----BEGIN " not in key:
        yield _NO_PEM.format("key")


def _pem_kinds(text: str) -> list[str]:
    return [line[len("-----BEGIN ") : -5] for line in text.splitlines() if line.startswith("-----BEGIN ")]


def _decoded(manifest: Object, key: str) -> str:
    try:
        return base64.b64decode(mapping(manifest, "data").get(key, "")).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""


def account_warnings(manifest: Object) -> Iterator[str]:
    if _MOUNTABLE in mapping(manifest, "metadata", "annotations"):
        words = "deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets"
        yield f"metadata.annotations[{_MOUNTABLE}]: {words}"


def node_warnings(manifest: Object) -> Iterator[str]:
    spec = obj(manifest, "spec")
    if spec.get("configSource") is not None:
        yield "spec.configSource: the feature is no longer supported"
    if text(spec, "externalID"):
        yield "spec.externalID: this field is deprecated, and is unused by Kubernetes"


def runtime_warnings(manifest: Object) -> Iterator[str]:
    for label in sorted(mapping(manifest, "scheduling", "nodeSelector")):
        if label in NODE_LABELS:
            yield f"scheduling.nodeSelector[{label}]: {NODE_LABELS[label]}"

"""Defaults of CustomResourceDefinitions.

Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1/defaults.go (v1.36).
"""

from __future__ import annotations

from kspec.api.defaulting.fill import child, children, existing, fill, fill_empty
from kspec.api.fields import text
from kspec.source.tree import Object


def default_crd(manifest: Object) -> None:
    spec = child(manifest, "spec")
    names = child(spec, "names")
    kind = text(names, "kind")
    fill_empty(names, singular=kind.lower())
    if kind:
        fill_empty(names, listKind=f"{kind}List")
    conversion = existing(spec, "conversion")
    if conversion is None:
        spec["conversion"] = {"strategy": "None"}
    else:
        service = existing(existing(existing(conversion, "webhook"), "clientConfig"), "service")
        if service is not None:
            fill(service, port=443)
    status = child(manifest, "status")
    stored = [text(version, "name") for version in children(spec, "versions") if version.get("storage")]
    if not status.get("storedVersions"):
        status["storedVersions"] = list(stored)

"""A claim asks for devices that nobody has.

A ResourceClaim (or its template) names a DeviceClass; where the class is missing, or the devices of all ResourceSlices
together are fewer than one claim asks for, the pod stays pending. Classes are looked for only where the design declares
any, devices only where it has slices; selectors are not evaluated.

Fails:

    apiVersion: resource.k8s.io/v1
    kind: DeviceClass
    metadata: {name: gpu.example.com}
    spec: {}
    ---
    apiVersion: resource.k8s.io/v1
    kind: ResourceClaimTemplate
    metadata: {name: gpu}
    spec: {spec: {devices: {requests: [{name: gpu, exactly: {deviceClassName: gpus.example.com}}]}}}

Passes:

    apiVersion: resource.k8s.io/v1
    kind: DeviceClass
    metadata: {name: gpu.example.com}
    spec: {}
    ---
    apiVersion: resource.k8s.io/v1
    kind: ResourceClaimTemplate
    metadata: {name: gpu}
    spec: {spec: {devices: {requests: [{name: gpu, exactly: {deviceClassName: gpu.example.com}}]}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.fields import number, objects, text
from kspec.lint.index import Index
from kspec.lint.nearest import did_you_mean
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity
from kspec.source.tree import Object, Path

RULE = rule("KS4029", "dra-claim", Severity.ERROR, __doc__)
_CLAIMS: dict[str, Path] = {"ResourceClaim": ("spec",), "ResourceClaimTemplate": ("spec", "spec")}


def check(index: Index) -> Iterator[Diagnostic]:
    """Requests for classes that are not there, and for more devices than there are."""
    devices = sum(len(objects(s.manifest, "spec", "devices")) for s in index.all("ResourceSlice"))
    for kind, spec in _CLAIMS.items():
        for claim in index.all(kind):
            asked = 0
            for place, request in enumerate(objects(claim.manifest, *map(str, spec), "devices", "requests")):
                path: Path = (*spec, "devices", "requests", place)
                exact, inner = _exact(request)
                name = text(exact, "deviceClassName")
                if name and index.has_any("DeviceClass") and not index.exists("DeviceClass", "", name):
                    message = f"{kind} {claim.name} asks for a device of class {name}, which is not there"
                    hint = did_you_mean(name, index.names("DeviceClass"))
                    yield on(RULE, claim, (*path, *inner, "deviceClassName"), message, hint)
                asked += _count(exact)
            if index.has_any("ResourceSlice") and asked > devices:
                message = f"{kind} {claim.name} asks for {asked} devices; all slices together have {devices}"
                yield on(RULE, claim, (*spec, "devices"), message, "ask for fewer, or publish more", key=True)


def _exact(request: Object) -> tuple[Object, Path]:
    """The part of a request that names class and number, in either version's form; alternatives have none."""
    exact = request.get("exactly")
    return (exact, ("exactly",)) if isinstance(exact, dict) else (request, ())


def _count(exact: Object) -> int:
    """How many devices a request takes for itself."""
    if exact.get("adminAccess") is True or not text(exact, "deviceClassName"):
        return 0
    return 1 if text(exact, "allocationMode") == "All" else number(exact, "count") or 1

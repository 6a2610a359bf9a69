"""Volumes that put two files in one place.

Upstream: pkg/api/pod/warnings.go, warningsForOverlappingVirtualPaths (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kspec.api.fields import maybe, objects, text
from kspec.source.tree import Object


class _Path(NamedTuple):
    path: str
    source: str

    def __str__(self) -> str:
        return f'"{self.path}" ({self.source})' if self.source else f'"{self.path}"'


def overlapping_paths(volumes: list[Object]) -> Iterator[str]:
    for volume in volumes:
        name = text(volume, "name")
        for field, described in _described(volume):
            paths = [_Path(text(item, "path"), "") for item in objects(volume, field, "items")]
            yield from _overlaps(name, described, paths)
        projected = maybe(volume, "projected")
        if projected is None:
            continue
        every: list[_Path] = []
        for source in objects(projected, "sources"):
            if not source:
                yield f'volume "{name}" (Projected) has no sources provided'
            every += _of_source(source)
        yield from _overlaps(name, "Projected", every)


def _described(volume: Object) -> Iterator[tuple[str, str]]:
    if maybe(volume, "configMap") is not None:
        yield "configMap", f'ConfigMap "{text(volume, "configMap", "name")}"'
    if maybe(volume, "secret") is not None:
        yield "secret", f'Secret "{text(volume, "secret", "secretName")}"'
    if maybe(volume, "downwardAPI") is not None:
        yield "downwardAPI", "DownwardAPI"


def _of_source(source: Object) -> list[_Path]:
    for field, kind in (("configMap", "ConfigMap"), ("secret", "Secret")):
        if objects(source, field, "items"):
            where = f'{kind} "{text(source, field, "name")}"'
            return [_Path(text(item, "path"), where) for item in objects(source, field, "items")]
    if objects(source, "downwardAPI", "items"):
        return [_Path(text(item, "path"), "DownwardAPI") for item in objects(source, "downwardAPI", "items")]
    if maybe(source, "serviceAccountToken") is not None:
        return [_Path(text(source, "serviceAccountToken", "path"), "ServiceAccountToken")]
    bundle = maybe(source, "clusterTrustBundle")
    if bundle is not None:
        return [
            _Path(text(bundle, "path"), f'ClusterTrustBundle "{text(bundle, "name") or text(bundle, "signerName")}"')
        ]
    certificate = maybe(source, "podCertificate")
    fields = (
        ("certificateChainPath", "chain"),
        ("keyPath", "key"),
        ("credentialBundlePath", "credential bundle"),
    )
    return [
        _Path(text(certificate, field), f"PodCertificate {what}") for field, what in fields if text(certificate, field)
    ]


def _overlaps(volume: str, described: str, paths: list[_Path]) -> Iterator[str]:
    seen: list[_Path] = []
    for path in paths:
        here = _Path(path.path.rstrip("/"), path.source)
        for other in seen:
            if here.path and other.path and _touch(here.path, other.path):
                yield f'volume "{volume}" ({described}): overlapping paths: {here} with {other}'
        seen.append(here)


def _touch(a: str, b: str) -> bool:
    return f"{a}/".startswith(f"{b}/") or f"{b}/".startswith(f"{a}/")

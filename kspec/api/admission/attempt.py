"""One request on its way through admission."""

from __future__ import annotations

from dataclasses import dataclass, field

from kspec.api.admission.cluster import Cluster
from kspec.api.fields import text
from kspec.domain.kinds import Kind
from kspec.source.tree import Object


@dataclass
class Attempt:
    """An object that is to be created, or to replace `old`. Mutating plugins change `manifest` in place."""

    kind: Kind
    manifest: Object
    cluster: Cluster
    old: Object | None = None
    warnings: list[str] = field(default_factory=list)

    def is_kind(self, api_version: str, kind: str) -> bool:
        return (self.kind.api_version, self.kind.kind) == (api_version, kind)

    @property
    def is_new_pod(self) -> bool:
        return self.old is None and self.is_kind("v1", "Pod")

    @property
    def name(self) -> str:
        return text(self.manifest, "metadata", "name")

    @property
    def namespace(self) -> str:
        return text(self.manifest, "metadata", "namespace")

    def part(self, name: str) -> Object:
        """A part of the manifest, for writing: `spec` or `metadata`."""
        found = self.manifest.get(name)
        if not isinstance(found, dict):
            found = self.manifest[name] = {}
        return found

"""Objects as they were written: a manifest, where it was written, and its typed view.

Every input ends here, whether it was YAML or kspec. The manifest is complete; the view holds what kspec reasons about.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeVar

from kspec.domain.base import KubeObject
from kspec.domain.kinds import Kind, kind_of
from kspec.source.text import Span
from kspec.source.tree import NOWHERE, Json, Object, Origin, Path

View = TypeVar("View", bound=KubeObject)


@dataclass(frozen=True, slots=True, order=True)
class ObjectRef:
    """Which object: version, kind, namespace (empty for cluster scope) and name."""

    api_version: str
    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        """`Kind/namespace/name`, or `Kind/name` for cluster scope."""
        return "/".join(p for p in (self.kind, self.namespace, self.name) if p)


@dataclass(frozen=True)
class Resource:
    """One object of a design.

    `manifest` is what was written (and, after `kspec.api` defaulting, what the API server would store). `origin`
    answers where each part was written. Treat the manifest as immutable: passes make a new `Resource` with
    `with_manifest`.
    """

    manifest: Object
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)

    @property
    def api_version(self) -> str:
        return _text(self.manifest.get("apiVersion"))

    @property
    def kind(self) -> str:
        return _text(self.manifest.get("kind"))

    @property
    def metadata(self) -> Object:
        metadata = self.manifest.get("metadata")
        return metadata if isinstance(metadata, dict) else {}

    @property
    def name(self) -> str:
        return _text(self.metadata.get("name"))

    @property
    def namespace(self) -> str:
        return _text(self.metadata.get("namespace"))

    @property
    def ref(self) -> ObjectRef:
        return ObjectRef(self.api_version, self.kind, self.namespace, self.name)

    @property
    def builtin(self) -> Kind | None:
        return kind_of(self.api_version, self.kind)

    def at(self, *path: str | int) -> Span | None:
        """Where the value at `path` was written."""
        return self.origin.at(path)

    def with_manifest(self, manifest: Object) -> Resource:
        return replace(self, manifest=manifest)

    @cached_property
    def view(self) -> KubeObject:
        """The typed view. Raises pydantic's `ValidationError` where the manifest has not its kind's shape."""
        model = self.builtin.view if self.builtin and self.builtin.view else KubeObject
        return model.model_validate(without_nulls(self.manifest))

    def as_(self, model: type[View]) -> View:
        """The typed view, of the type the caller knows it to have."""
        view = self.view
        if not isinstance(view, model):
            raise TypeError(f"{self.ref} is no {model.__name__}")
        return view


def without_nulls(value: Json) -> Json:
    """The value without null fields: to Kubernetes, null is absent. Shares what it need not change."""
    if isinstance(value, dict):
        return {k: without_nulls(v) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [without_nulls(v) for v in value]
    return value


def get(manifest: Json, path: Path, default: Json = None) -> Json:
    """The value at `path`, or `default` where the path leads nowhere."""
    for part in path:
        match manifest, part:
            case dict(), str() if part in manifest:
                manifest = manifest[part]
            case list(), int() if 0 <= part < len(manifest):
                manifest = manifest[part]
            case _:
                return default
    return manifest


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""

"""The kinds an API server of one Kubernetes version knows, with their schemas."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache

from kspec.api.schema.crd import custom_kinds
from kspec.api.schema.packed import Definitions, read_definitions, read_kinds
from kspec.api.schema.types import ObjectSchema
from kspec.domain.objects import Resource

DEFAULT_VERSION = "1.36"

_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"

KindName = tuple[str, str]
"""(apiVersion, kind)"""


@dataclass(frozen=True)
class Catalogue:
    """The built-in kinds of `version` (`1.36`) and the custom kinds that definitions in the input add."""

    version: str
    definitions: Definitions = field(repr=False)
    builtin: Mapping[KindName, str] = field(repr=False)
    custom: Mapping[KindName, ObjectSchema] = field(default_factory=dict, repr=False)

    def lookup(self, api_version: str, kind: str) -> ObjectSchema | None:
        """The schema of a kind, or None where neither Kubernetes nor a definition in the input has it."""
        definition = self.builtin.get((api_version, kind))
        if definition is not None:
            return self.definitions.get(definition)
        return self.custom.get((api_version, kind))

    def definition(self, name: str) -> ObjectSchema:
        """The schema of an OpenAPI definition: `io.k8s.api.core.v1.PodSpec`. Raises KeyError for a name it has not."""
        return self.definitions.get(name)

    def is_custom(self, api_version: str, kind: str) -> bool:
        """Whether a definition in the input brought this kind."""
        return (api_version, kind) in self.custom

    def with_crds(self, resources: Iterable[Resource]) -> Catalogue:
        """This catalogue and the kinds that the CustomResourceDefinitions among `resources` define."""
        return replace(self, custom={**self.custom, **custom_kinds(resources, self.definition(_META))})

    def kinds(self) -> Iterable[KindName]:
        """All kinds, built in and custom."""
        return [*self.builtin, *self.custom]


@cache
def supported_versions() -> tuple[str, ...]:
    """The Kubernetes versions whose schemas are shipped, oldest first."""
    versions = {v for known in read_kinds().values() for v in known}
    return tuple(sorted(versions, key=minor))


def minor(version: str) -> int:
    """36 for `1.36`."""
    return int(version.split(".")[1])


def resolve_version(text: str) -> str | None:
    """The shipped version a user means with `1.36`, `v1.36` or `1.36.2`; None where there is none."""
    match = re.fullmatch(r"v?1\.(\d{1,3})(\.\d+)?([-+].*)?", text.strip())
    version = f"1.{int(match[1])}" if match else None
    return version if version in supported_versions() else None


@cache
def load(version: str = DEFAULT_VERSION) -> Catalogue:
    """The catalogue of a version. Raises ValueError where `resolve_version` has no answer: ask it first."""
    resolved = resolve_version(version)
    if resolved is None:
        raise ValueError(f"no schemas of Kubernetes {version}")
    definitions = read_definitions(resolved)
    return Catalogue(resolved, definitions, definitions.kinds())

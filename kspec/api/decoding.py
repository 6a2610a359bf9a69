"""From a manifest to the object the server reads, in the server's words.

Built-in kinds are read by `kspec.api.wire`, which knows the fields of v1.36; for another version, its schema tells
which fields it has not. Custom resources are checked against their definition.

Upstream: staging/src/k8s.io/apimachinery/pkg/runtime/serializer/json/json.go and
staging/src/k8s.io/apiserver/pkg/endpoints/handlers/create.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace

from kspec.api.admission.refusal import Refusal, bad_request
from kspec.api.fields import obj, text
from kspec.api.schema import DEFAULT_VERSION, Catalogue, Problem, ProblemKind, Stage, Standing, check, lifecycle
from kspec.api.schema.custom import prune
from kspec.api.wire.problem import Reading, field_text
from kspec.api.wire.table import table
from kspec.api.words import words
from kspec.domain.kinds import Kind, kind_of
from kspec.domain.objects import Resource
from kspec.source.tree import Object, Path

_CLUSTER_SCOPED = frozenset(
    words(
        "APIService CertificateSigningRequest DeviceClass FlowSchema IPAddress MutatingAdmissionPolicy"
        " MutatingAdmissionPolicyBinding PriorityLevelConfiguration ResourceSlice SelfSubjectAccessReview"
        " SelfSubjectReview SelfSubjectRulesReview ServiceCIDR SubjectAccessReview TokenReview VolumeAttachment"
        " VolumeAttributesClass"
    )
)
"""Kinds without a namespace that `kspec.domain.kinds` does not list."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A manifest that was read: what of it is refused outright, and what only strict field validation refuses."""

    kind: Kind
    manifest: Object
    refusal: Refusal | None = None
    strict: tuple[str, ...] = ()
    unknown: tuple[Path, ...] = ()

    @property
    def strict_message(self) -> str:
        """All strict complaints in one. Repeated keys come first: the text is read before its fields are looked at."""
        keys = [s for s in self.strict if s.startswith("line ")]
        rest = [s for s in self.strict if not s.startswith("line ")]
        lines = "\n  ".join(["yaml: unmarshal errors:", *keys])
        said = ", ".join(([lines] if keys else []) + rest)
        return f"{_cannot(self.kind)}strict decoding error: {said}"


def decode(
    manifest: Object, repeated: Sequence[str], catalogue: Catalogue, definitions: Iterable[Object] = ()
) -> Decoded | None:
    """Read a manifest; None for a kind that is not served. `definitions` are those of the custom kinds there are."""
    api_version, name = str(manifest.get("apiVersion")), str(manifest.get("kind"))
    kind = served(api_version, name, catalogue, definitions)
    if kind is None:
        return None
    shape = table().of_kind(api_version, name)
    reading = Reading()
    if shape is None:
        return _loose(kind, manifest, repeated, catalogue)
    decoded = shape.decode(manifest, reading)
    if reading.mismatch is not None or not isinstance(decoded, dict):
        message = reading.mismatch.message if reading.mismatch else "json: cannot unmarshal object"
        return Decoded(kind, manifest, bad_request(f"{_cannot(kind)}{message}"))
    same_fields = catalogue.version == DEFAULT_VERSION
    unknown = reading.unknown if same_fields else _unknown(check(Resource(manifest), catalogue))
    return Decoded(kind, decoded, strict=_complaints(repeated, unknown), unknown=tuple(unknown))


def _cannot(kind: Kind) -> str:
    version = kind.api_version.rpartition("/")[2]
    return f'{kind.kind} in version "{version}" cannot be handled as a {kind.kind}: '


def _loose(kind: Kind, manifest: Object, repeated: Sequence[str], catalogue: Catalogue) -> Decoded:
    schema = catalogue.lookup(kind.api_version, kind.kind)
    pruned = prune(manifest, schema) if schema is not None else manifest
    assert isinstance(pruned, dict)
    problems = check(Resource(manifest), catalogue)
    wrong = next((p for p in problems if p.stage is Stage.DECODE), None)
    if wrong is not None:
        return Decoded(kind, manifest, bad_request(f"{_cannot(kind)}{wrong.field}: {wrong.message}"))
    unknown = _unknown(problems)
    return Decoded(kind, deepcopy(pruned), strict=_complaints(repeated, unknown), unknown=tuple(unknown))


def _unknown(problems: Iterable[Problem]) -> list[Path]:
    return [p.path for p in problems if p.kind is ProblemKind.UNKNOWN_FIELD]


def _complaints(repeated: Sequence[str], unknown: Iterable[Path]) -> tuple[str, ...]:
    return (*repeated, *(f'unknown field "{field_text(path)}"' for path in unknown))


def served(api_version: str, name: str, catalogue: Catalogue, definitions: Iterable[Object] = ()) -> Kind | None:
    """The kind, where an API server of this version serves it."""
    if catalogue.is_custom(api_version, name):
        return _custom(api_version, name, definitions)
    standing = lifecycle(api_version, name, catalogue.version).standing
    if standing not in (Standing.SERVED, Standing.DEPRECATED) or name.endswith("List"):
        return None
    known = kind_of(api_version, name)
    if known is not None:
        return replace(known, api_version=api_version)
    if catalogue.lookup(api_version, name) is None:
        return None
    return Kind(api_version, name, _plural(name), name not in _CLUSTER_SCOPED, 0)


def _custom(api_version: str, name: str, definitions: Iterable[Object]) -> Kind:
    for definition in definitions:
        group, names = text(definition, "spec", "group"), obj(definition, "spec", "names")
        if (group, text(names, "kind")) == (api_version.rpartition("/")[0], name):
            namespaced = text(definition, "spec", "scope") != "Cluster"
            return Kind(api_version, name, text(names, "plural"), namespaced, 0)
    return Kind(api_version, name, _plural(name), True, 0)


def _plural(kind: str) -> str:
    lower = kind.lower()
    if lower.endswith("y"):
        return f"{lower[:-1]}ies"
    return f"{lower}es" if lower.endswith("s") else f"{lower}s"

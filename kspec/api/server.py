"""The chain a request goes through: decode, default, admit, prepare, validate.

Upstream: staging/src/k8s.io/apiserver/pkg/endpoints/handlers/create.go and pkg/registry/generic/registry/store.go
(v1.36).
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace

from kspec.api.admission.addresses import give_addresses
from kspec.api.admission.attempt import Attempt
from kspec.api.admission.chain import judge, mutate
from kspec.api.admission.cluster import Cluster
from kspec.api.admission.placeholders import shown, shown_refusal
from kspec.api.admission.prepare import prepare, set_identity, without_repeated_owners
from kspec.api.admission.refusal import Refusal, Refused, bad_request, no_resource
from kspec.api.admission.refusal import invalid as refuse_invalid
from kspec.api.apply import applied, undeclared
from kspec.api.cause import Cause, FieldPath, Reason, invalid
from kspec.api.cel.rules import has_rules, run_rules
from kspec.api.decoding import Decoded, decode
from kspec.api.defaulting import default_in_place
from kspec.api.fields import text
from kspec.api.schema import Catalogue, ObjectSchema
from kspec.api.schema import check as check_shape
from kspec.api.schema.causes import causes
from kspec.api.schema.custom import fill
from kspec.api.schema.listtypes import repeated_items
from kspec.api.validation.kinds import check
from kspec.api.validation.meta import check_stored_meta
from kspec.api.warnings import deprecation, warnings_of
from kspec.api.wire.table import canonical
from kspec.domain.kinds import Kind
from kspec.domain.objects import Resource
from kspec.source.tree import Object


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a request. `code` is HTTP's; `manifest` is the object as the server would return it."""

    code: int
    manifest: Object | None = None
    refusal: Refusal | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """A request's outcome under strict field validation, and under the lenient one that only warns."""

    strict: Outcome
    lenient: Outcome


@dataclass
class Server:
    """An API server of its own, with the objects it holds."""

    catalogue: Catalogue
    cluster: Cluster = field(default_factory=Cluster)

    def put(self, manifest: Object) -> Outcome:
        """Create an object for real, whatever it is worth: state that a request meets."""
        outcome = self.create(manifest).lenient
        read = self._decode(manifest)
        stored = outcome.manifest or manifest
        if read is not None and read.manifest.get("status") is not None:
            stored = {**stored, "status": read.manifest["status"]}
        self.cluster.put(stored)
        return outcome

    def create(self, manifest: Object, repeated: Sequence[str] = ()) -> Reply:
        """A POST, dry. `repeated` are the complaints about keys that stand twice in the text."""
        return self._handle(manifest, repeated, None, None)

    def apply(self, manifest: Object, before: Object, repeated: Sequence[str] = ()) -> Reply:
        """Server-side apply over what the same manager applied before, dry."""
        read = self._decode(before)
        if read is None or read.refusal is not None:
            return self.create(manifest, repeated)
        stored = self._stored(Attempt(read.kind, deepcopy(read.manifest), self.cluster))
        if isinstance(stored, Refusal):
            return self.create(manifest, repeated)
        return self._handle(manifest, repeated, read.manifest, stored)

    def update(self, manifest: Object, live: Object) -> Outcome:
        """A PUT of a whole object over the stored one, dry; unknown fields are dropped."""
        decoded = self._decode(manifest)
        if decoded is None or decoded.refusal is not None:
            refusal = no_resource() if decoded is None else decoded.refusal
            assert refusal is not None
            return Outcome(refusal.code, refusal=refusal)
        return self._admit(decoded, None, live)

    def _handle(self, manifest: Object, repeated: Sequence[str], before: Object | None, live: Object | None) -> Reply:
        decoded = self._decode(manifest, repeated)
        if decoded is None:
            gone = no_resource()
            outcome = Outcome(gone.code, refusal=gone)
            return Reply(outcome, outcome)
        if decoded.refusal is not None:
            outcome = Outcome(decoded.refusal.code, refusal=decoded.refusal)
            return Reply(outcome, outcome)
        if live is not None:
            return self._applied(decoded, manifest, before, live)
        lenient = self._admit(decoded, before, live)
        if not decoded.strict:
            return Reply(lenient, lenient)
        warned = replace(lenient, warnings=(*decoded.strict, *lenient.warnings))
        refusal = bad_request(decoded.strict_message)
        return Reply(Outcome(refusal.code, refusal=refusal), warned)

    def _applied(self, decoded: Decoded, manifest: Object, before: Object | None, live: Object) -> Reply:
        kind, metadata = decoded.kind, manifest.get("metadata")
        group = kind.api_version if "/" in kind.api_version else f"/{kind.api_version}"
        named = f"{text(live, 'metadata', 'namespace')}/{text(metadata, 'name')}; {group}, Kind={kind.kind}"
        schema = self.catalogue.lookup(kind.api_version, kind.kind)
        refusal = undeclared(decoded.unknown, manifest, schema, named)
        if refusal is not None:
            outcome = Outcome(refusal.code, refusal=refusal)
            return Reply(outcome, outcome)
        lenient = self._admit(decoded, before, live)
        if not decoded.strict:
            return Reply(lenient, lenient)
        lines = "\n  ".join(["yaml: unmarshal errors:", *decoded.strict])
        refusal = bad_request(f"error strict decoding YAML: error converting YAML to JSON: {lines}")
        warned = replace(lenient, warnings=(*decoded.strict, *lenient.warnings))
        return Reply(Outcome(refusal.code, refusal=refusal), warned)

    def _decode(self, manifest: Object, repeated: Sequence[str] = ()) -> Decoded | None:
        return decode(manifest, repeated, self.catalogue, self.cluster.all("CustomResourceDefinition"))

    def _admit(self, decoded: Decoded, before: Object | None, live: Object | None) -> Outcome:
        kind, manifest = decoded.kind, decoded.manifest
        if before is not None and live is not None:
            manifest = applied(live, before, manifest, self.catalogue.lookup(kind.api_version, kind.kind))
        attempt = Attempt(kind, manifest, self.cluster, live)
        attempt.warnings += deprecation(kind.api_version, kind.kind)
        stored = self._stored(attempt)
        if isinstance(stored, Refusal):
            refusal = shown_refusal(stored)
            return Outcome(refusal.code, refusal=refusal, warnings=tuple(attempt.warnings))
        written = shown(canonical(stored, kind.api_version, kind.kind))
        assert isinstance(written, dict)
        return Outcome(201 if live is None else 200, written, warnings=tuple(attempt.warnings))

    def _stored(self, attempt: Attempt) -> Object | Refusal:
        """The object as it would be read back from the store (with defaults once more), or why it is not stored."""
        kind = attempt.kind
        self._default(attempt.manifest, kind, self.catalogue.lookup(kind.api_version, kind.kind))
        try:
            without_repeated_owners(attempt)
            set_identity(attempt)
            mutate(attempt)
            prepare(attempt)
            if attempt.is_kind("v1", "Service"):
                give_addresses(attempt)
            common = check_stored_meta(attempt.manifest, kind.namespaced, attempt.old)
            own = [*check(attempt.manifest, attempt.old), *self._of_definition(attempt)]
            found = [*common, *own] if attempt.old is not None else own or list(common)
            if found:
                return refuse_invalid(kind.kind, kind.group, attempt.name, found)
            attempt.warnings += warnings_of(attempt.manifest)
            judge(attempt)
        except Refused as refused:
            return refused.refusal
        default_in_place(attempt.manifest)
        return attempt.manifest

    def _default(self, manifest: Object, kind: Kind, schema: ObjectSchema | None) -> None:
        default_in_place(manifest)
        if schema is not None and self.catalogue.is_custom(kind.api_version, kind.kind):
            filled = fill(manifest, schema)
            assert isinstance(filled, dict)
            manifest.update(filled)

    def _of_definition(self, attempt: Attempt) -> list[Cause]:
        """A custom resource is also held to its definition: its schema, and then the rules in it."""
        kind = attempt.kind
        schema = self.catalogue.lookup(kind.api_version, kind.kind)
        if schema is None or not self.catalogue.is_custom(kind.api_version, kind.kind):
            return []
        found = list(causes(check_shape(Resource(attempt.manifest), self.catalogue)))
        found += repeated_items(schema, attempt.manifest, FieldPath())
        if not has_rules(schema):
            return found
        if any(cause.reason in _BLOCKING for cause in found):
            return [*found, invalid(FieldPath(), None, _UNCHECKED)]
        verdict = run_rules(schema, attempt.manifest, attempt.old)
        attempt.warnings += verdict.warnings
        return found + verdict.causes


_BLOCKING = (Reason.NOT_SUPPORTED, Reason.REQUIRED, Reason.TOO_LONG, Reason.TOO_MANY, Reason.TYPE_INVALID)
_UNCHECKED = (
    "some validation rules were not checked because the object was invalid; correct the existing errors to complete"
    " validation"
)

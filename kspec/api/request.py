"""The server's answer to objects, for people and for `--format json`.

A folder in the form of `conformance/admission` is a case: `case.yaml` says what was sent, `input/` holds it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kspec.api.admission.policy.decide import BINDING, POLICY
from kspec.api.admission.refusal import Refusal, bad_request
from kspec.api.schema import DEFAULT_VERSION, load, resolve_version
from kspec.api.server import Outcome, Server
from kspec.domain.objects import ObjectRef, Resource
from kspec.source.text import SourceFile
from kspec.source.tree import Json, Object
from kspec.source.yaml import Broken, Document, Reading, read_documents

SCHEMA = "kspec/validate/v1"
_BYTES_SHOWN = 30
_FIRST, _LAST = -1, 1000
_KIND = re.compile(r"^kind:[ \t]*['\"]?([A-Za-z0-9]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Sent:
    """An object of a request: what was written and where, or text that is no YAML."""

    written: Document | Broken

    @property
    def file(self) -> str:
        return self.written.file

    @property
    def line(self) -> int:
        return self.written.line


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server says to one object. `accepted` is the verdict under strict field validation."""

    ref: ObjectRef
    file: str
    line: int
    accepted: bool
    refusal: Refusal | None
    warnings: tuple[str, ...]
    manifest: Object | None


@dataclass(frozen=True, slots=True)
class Case:
    """A recorded request: what was sent, over what, and what was there."""

    title: str
    objects: tuple[Sent, ...]
    setup: tuple[Object, ...] = ()
    existing: tuple[Object, ...] = field(default=())


def read_sent(file: str, text: str) -> tuple[Sent, ...]:
    """The objects of a text, and its broken documents, in the order in which they stand."""
    return sent_of(read_documents(SourceFile(file, text)))


def sent_of(reading: Reading) -> tuple[Sent, ...]:
    """The same of a text that was read."""
    every: list[Document | Broken] = [*reading.documents, *reading.broken]
    found = [Sent(written) for written in every]
    return tuple(sorted(found, key=lambda sent: sent.line))


def load_case(folder: str | Path) -> Case:
    """The case in a folder: `case.yaml` and the files it names. Raises OSError where one is missing.

    A request has one object: of several documents the server reads the first.
    """
    root = Path(folder)
    described = read_case(root / "case.yaml")

    def manifests(key: str, usual: str) -> tuple[Object, ...]:
        path = root / str(described.get(key) or usual)
        if not path.is_file():
            return ()
        reading = read_documents(SourceFile(str(path), path.read_text("utf-8")))
        return tuple(document.value for document in reading.documents)

    path = root / str(described.get("object") or "input/object.yaml")
    objects = read_sent(str(path), path.read_text("utf-8"))[:1]
    setup, existing = manifests("setup", "input/setup.yaml"), manifests("existing", "input/existing.yaml")
    return Case(str(described.get("title", "")), objects, setup, existing)


def read_case(path: Path) -> dict[str, str]:
    """The plain `key: value` lines of a case."""
    lines = (
        line.partition(":") for line in path.read_text("utf-8").splitlines() if not line.startswith((" ", "#", "-"))
    )
    return {key.strip(): value.strip().strip("'\"") for key, colon, value in lines if colon}


def validate(
    objects: Iterable[Sent],
    setup: Iterable[Object] = (),
    existing: Sequence[Object] = (),
    version: str = DEFAULT_VERSION,
) -> list[Answer]:
    """Ask a fresh API server of a version about objects. `setup` is there before; the objects replace `existing`.

    Objects are sent in the order in which kubectl applies a folder (namespaces first), but for policies, which come
    before all others; those that are accepted are there for the next ones. The answers come in the order of `objects`.
    """
    sent = list(objects)
    standing = list(setup)
    manifests = [s.written.value for s in sent if isinstance(s.written, Document)]
    catalogue = load(resolve_version(version) or DEFAULT_VERSION)
    catalogue = catalogue.with_crds([Resource(m) for m in (*standing, *existing, *manifests)])
    server = Server(catalogue)
    server.cluster.announced = tuple(manifests)
    for manifest in standing:
        server.put(manifest)
    answers: dict[int, Answer] = {}
    for number in sorted(range(len(sent)), key=lambda n: _order(sent[n])):
        answer = answers[number] = _answer(server, sent[number], existing)
        if answer.accepted and answer.manifest is not None:
            server.cluster.put(answer.manifest)
    return [answers[number] for number in range(len(sent))]


def _order(sent: Sent) -> int:
    written = sent.written
    kind = Resource(written.value).builtin if isinstance(written, Document) else None
    if kind is not None and kind.kind in (POLICY, BINDING):
        return _FIRST
    return kind.order if kind is not None else _LAST


def _answer(server: Server, sent: Sent, existing: Sequence[Object]) -> Answer:
    written = sent.written
    if isinstance(written, Broken):
        return _unreadable(written)
    manifest = written.value
    repeated = [f'line {key.line}: key "{key.key}" already set in map' for key in written.duplicates]
    before = next((e for e in existing if _same(e, manifest)), None)
    reply = server.create(manifest, repeated) if before is None else server.apply(manifest, before, repeated)
    strict, lenient = reply.strict, reply.lenient
    return Answer(
        _ref(manifest, lenient),
        sent.file,
        sent.line,
        strict.refusal is None,
        strict.refusal,
        lenient.warnings,
        lenient.manifest,
    )


def _same(existing: Object, manifest: Object) -> bool:
    a, b = Resource(existing), Resource(manifest)
    return (a.kind, a.name, a.namespace or "default") == (b.kind, b.name, b.namespace or "default")


def _ref(manifest: Object, outcome: Outcome) -> ObjectRef:
    return Resource(outcome.manifest or manifest).ref


def _unreadable(broken: Broken) -> Answer:
    """Text that is no YAML. The server knows the kind from where it was sent; here it is looked up in the text."""
    match = _KIND.search(broken.text)
    kind = match[1] if match else ""
    raw = broken.text.encode()
    shown = raw[:_BYTES_SHOWN].hex() + (" ..." if len(raw) > _BYTES_SHOWN else "")
    message = f"the object provided is unrecognized (must be of type {kind}): {broken.go_message} ({shown})"
    return Answer(ObjectRef("", kind, "", ""), broken.file, broken.line, False, bad_request(message), (), None)


def answers_to_json(answers: Iterable[Answer], version: str = DEFAULT_VERSION) -> Object:
    """The answers in the form of the contract `kspec/validate/v1`."""
    objects: list[Json] = [_as_json(answer) for answer in answers]
    return {"schema": SCHEMA, "kubernetes": resolve_version(version) or version, "objects": objects}


def _as_json(answer: Answer) -> Object:
    ref, refusal = answer.ref, answer.refusal
    causes: list[Json] = []
    if refusal is not None:
        causes = [{"field": c.field, "reason": c.reason.code, "message": c.message} for c in refusal.causes]
    out: Object = {
        "ref": {"apiVersion": ref.api_version, "kind": ref.kind, "namespace": ref.namespace, "name": ref.name},
        "file": answer.file,
        "line": answer.line,
        "accepted": answer.accepted,
        "causes": causes,
        "warnings": list(answer.warnings),
    }
    if answer.manifest is not None:
        out["object"] = answer.manifest
    if refusal is not None:
        out["error"] = {"code": refusal.code, "reason": refusal.reason, "message": refusal.message}
    return out

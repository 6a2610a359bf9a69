"""From manifests to kspec text, checked by reading it back: what `kspec import` does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO

from kspec.api.schema import DEFAULT_VERSION, check_resources
from kspec.api.schema import load as load_schemas
from kspec.domain.objects import ObjectRef, Resource
from kspec.elaborate import load, rules
from kspec.elaborate.custom import custom_kinds
from kspec.elaborate.objects.kinds import Kinds
from kspec.emit.diagnostics.json import check_document
from kspec.emit.language.compare import difference
from kspec.emit.language.text import Manifest, text_of
from kspec.source.diagnostic import Diagnostic, Diagnostics
from kspec.source.read import Language, read_inputs
from kspec.source.rules import UNREADABLE_INPUT
from kspec.source.text import SourceFile
from kspec.source.tree import Json, Object, named
from kspec.source.yaml import read_documents
from kspec.source.yaml.comments import comments


@dataclass(frozen=True, slots=True)
class Source:
    """The manifests that paths mean, with their comments."""

    resources: tuple[Resource, ...]
    manifests: tuple[Manifest, ...]
    diagnostics: Diagnostics
    files: Mapping[str, SourceFile]


@dataclass(frozen=True, slots=True)
class Converted:
    """The text, empty where the input has errors, and what there is to say about it."""

    text: str
    source: Source


def read_manifests(paths: Sequence[str], stdin: bytes | None) -> Source:
    """Read YAML and JSON with comments. kspec text among the paths is a mistake."""
    inputs = read_inputs(paths, None if stdin is None else BytesIO(stdin))
    diagnostics = Diagnostics()
    diagnostics.extend(inputs.diagnostics)
    resources: list[Resource] = []
    manifests: list[Manifest] = []
    files: dict[str, SourceFile] = {}
    for file in inputs.files:
        files[file.source.path] = file.source
        if file.language is Language.KSPEC:
            message = f"`{file.source.path}` is kspec text already"
            diagnostics.report(UNREADABLE_INPUT, message, help="give YAML or JSON to import")
            continue
        reading = read_documents(file.source)
        diagnostics.extend(reading.diagnostics)
        for document, remarks in zip(reading.documents, comments(file.source, reading.documents), strict=True):
            resources.append(Resource(document.value, document.origin))
            manifests.append(Manifest(document.value, remarks))
    if not resources and not diagnostics.has_errors:
        diagnostics.report(UNREADABLE_INPUT, "there is no Kubernetes object to import")
    return Source(tuple(resources), tuple(manifests), diagnostics, files)


def convert(source: Source, version: str = DEFAULT_VERSION) -> Converted:
    """Write manifests as kspec text. An object that does not come back as it went in is written without short forms.

    What differs even then is reported: as a mistake of the manifest where it has one, else as a loss.
    """
    if source.diagnostics.has_errors:
        return Converted("", source)
    kinds = kinds_of(source, version)
    manifests = list(source.manifests)
    text = text_of(manifests, kinds)
    lost = _lost(source, text, version)
    if lost:
        manifests = [replace(m, plain=m.plain or number in lost) for number, m in enumerate(manifests)]
        text = text_of(manifests, kinds)
        lost = _lost(source, text, version)
    if lost:
        mistaken = [d for d in check_resources(source.resources, kinds.catalogue) if d.is_error]
        refs = {d.object for d in mistaken}
        source.diagnostics.extend(mistaken)
        source.diagnostics.extend(d for d in lost.values() if d.object not in refs)
    return Converted(text, source)


def document(converted: Converted) -> Object:
    """The answer of `kspec import --format json`."""
    objects: list[Json] = [
        {"apiVersion": r.api_version, "kind": r.kind, "namespace": r.namespace, "name": r.name}
        for r in converted.source.resources
    ]
    findings = check_document(converted.source.diagnostics.sorted())["diagnostics"]
    return {"schema": "kspec/import/v1", "text": converted.text, "objects": objects, "diagnostics": findings}


def kinds_of(source: Source, version: str = DEFAULT_VERSION) -> Kinds:
    """The kinds of a version, with those that the manifests define."""
    return Kinds(load_schemas(version).with_crds(source.resources), custom_kinds(source.resources))


def _lost(source: Source, text: str, version: str) -> dict[int, Diagnostic]:
    """What the text says otherwise than the manifests, by their numbers."""
    loaded = load(["-"], stdin=text)
    design = loaded.design or loaded.ambiguous
    if design is None:
        return _refused(source, loaded.diagnostics.sorted())
    made: dict[ObjectRef, list[Resource]] = {}
    for resource in design.written:
        made.setdefault(resource.ref, []).append(resource)
    lost: dict[int, Diagnostic] = {}
    for number, resource in enumerate(source.resources):
        same = made.get(resource.ref)
        again = same.pop(0) if same else None
        path = difference(resource.manifest, again.manifest, version) if again is not None else ()
        if path is not None:
            where = f"`{named(resource.manifest, path)}` of {resource.ref}" if path else str(resource.ref)
            lost[number] = Diagnostic(
                rules.IMPORT_LOSS, f"kspec text cannot say {where}", resource.origin.at(path), object=str(resource.ref)
            )
    return lost


def _refused(source: Source, findings: Iterable[Diagnostic]) -> dict[int, Diagnostic]:
    """The objects that the text has mistakes in; that the manifests have them too is for the caller to see."""
    errors = [d for d in findings if d.is_error]
    lost: dict[int, Diagnostic] = {}
    for number, resource in enumerate(source.resources):
        ref = str(resource.ref)
        found = next((d for d in errors if d.object in (ref, None)), None)
        if found is not None:
            message = f"kspec text cannot say {ref}: {found.message}"
            lost[number] = Diagnostic(rules.IMPORT_LOSS, message, resource.origin.at(()), object=ref)
    return lost

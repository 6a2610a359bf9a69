"""From files and manifests to what the scheduler works on; what makes no sense to it becomes a diagnostic."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic import ValidationError

from kspec.api.cause import SPEC, Cause
from kspec.api.fields import maybe
from kspec.api.schema.rules import QUANTITY, SCHEMA
from kspec.api.validation.affinity import check_affinity
from kspec.api.validation.cluster import check_node
from kspec.domain.objects import Resource
from kspec.domain.pod import Pod
from kspec.domain.snapshot import Snapshot
from kspec.scheduler.admission import DEFAULT_NAMESPACE
from kspec.source.diagnostic import Diagnostic
from kspec.source.rules import SYNTAX, UNREADABLE_INPUT
from kspec.source.text import SourceFile, Span
from kspec.source.tree import Json
from kspec.source.yaml import read_documents
from kspec.source.yaml.events import YamlError
from kspec.source.yaml.scalars import Dialect
from kspec.source.yaml.values import read_value


def load(file: Path, dialect: Dialect = Dialect.KUBECTL) -> tuple[list[Resource], list[Diagnostic]]:
    """The objects of a YAML file, in their order; namespaced ones are in the default namespace if they name none."""
    text, problem = _text(file)
    if problem is not None:
        return [], [problem]
    reading = read_documents(SourceFile(str(file), text), dialect)
    return [in_namespace(Resource(d.value, d.origin)) for d in reading.documents], list(reading.diagnostics)


def load_plain(file: Path) -> tuple[Json, list[Diagnostic]]:
    """A YAML file that holds no Kubernetes objects."""
    text, problem = _text(file)
    if problem is not None:
        return None, [problem]
    try:
        return read_value(text, Dialect.LETTERS_ARE_TEXT).value, []
    except YamlError as error:
        return None, [Diagnostic(SYNTAX, f"not YAML: {error}", Span.point(str(file), 1, 1))]


def in_namespace(resource: Resource) -> Resource:
    """The object in the namespace that the API server would put it in."""
    builtin = resource.builtin
    if builtin is None or not builtin.namespaced or resource.namespace:
        return resource
    manifest = {**resource.manifest, "metadata": {**resource.metadata, "namespace": DEFAULT_NAMESPACE}}
    return resource.with_manifest(manifest)


def views(resources: Iterable[Resource]) -> Snapshot:
    """The objects as a snapshot. Check them first."""
    return Snapshot.of(resources)


def check_objects(resources: Iterable[Resource]) -> Iterator[Diagnostic]:
    """What the scheduler can not make sense of: wrong types, negative amounts, selectors with wrong arity."""
    for resource in resources:
        try:
            view = resource.view
        except ValidationError as error:
            yield from _shape(resource, error)
            continue
        if resource.kind == "Node":
            yield from _impossible(resource, check_node(resource.manifest, None))
        elif isinstance(view, Pod):
            yield from _impossible(resource, check_affinity(SPEC / "affinity", maybe(_spec(resource), "affinity")))
            yield from _negative(resource, view)


def _shape(resource: Resource, error: ValidationError) -> Iterator[Diagnostic]:
    for mistake in error.errors(include_url=False):
        path = tuple(part for part in mistake["loc"] if isinstance(part, (str, int)))
        where = ".".join(map(str, path))
        yield Diagnostic(SCHEMA, f"{where}: {mistake['msg']}", resource.at(*path), object=str(resource.ref))


def _impossible(resource: Resource, causes: Iterable[Cause]) -> Iterator[Diagnostic]:
    for cause in causes:
        yield Diagnostic(SCHEMA, str(cause), resource.at(*cause.path), object=str(resource.ref))


def _negative(resource: Resource, pod: Pod) -> Iterator[Diagnostic]:
    for field, containers in (("containers", pod.spec.containers), ("initContainers", pod.spec.init_containers)):
        for i, container in enumerate(containers):
            for name, quantity in container.resources.requests.items():
                if quantity.amount < 0:
                    path = ("spec", field, i, "resources", "requests", name)
                    message = f"a request of {quantity} {name} is negative"
                    yield Diagnostic(QUANTITY, message, resource.at(*path), object=str(resource.ref))


def _spec(resource: Resource) -> Json:
    return resource.manifest.get("spec")


def _text(file: Path) -> tuple[str, Diagnostic | None]:
    try:
        return file.read_text(encoding="utf-8"), None
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "it is not UTF-8"
        return "", Diagnostic(UNREADABLE_INPUT, f"`{file}` cannot be read: {reason}")

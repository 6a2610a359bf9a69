"""Problems as diagnostics, with places in the text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kspec.api.schema.catalogue import Catalogue
from kspec.api.schema.check import check
from kspec.api.schema.kinds import check_kinds
from kspec.api.schema.problems import Problem, ProblemKind
from kspec.domain.objects import Resource, get
from kspec.source.diagnostic import Diagnostic
from kspec.source.text import Span
from kspec.source.tree import Path


def check_resources(resources: Iterable[Resource], catalogue: Catalogue) -> Iterator[Diagnostic]:
    """All that the schema has to say about resources. The CustomResourceDefinitions among them define further kinds."""
    all_resources = tuple(resources)
    complete = catalogue.with_crds(all_resources)
    yield from check_kinds(all_resources, complete)
    for resource in all_resources:
        yield from check_resource(resource, complete)


def check_resource(resource: Resource, catalogue: Catalogue) -> Iterator[Diagnostic]:
    """What the schema of its kind has to say about one resource."""
    return (diagnostic(problem, resource) for problem in check(resource, catalogue))


def _owner(path: Path, resource: Resource) -> Span | None:
    """A short span for an object that lacks something: its key, or where it has none, its first field."""
    if path and isinstance(path[-1], str):
        return resource.origin.key(path)
    owner = get(resource.manifest, path)
    first = "kind" if not path else next(iter(owner), None) if isinstance(owner, dict) else None
    return resource.origin.key(path if first is None else (*path, first))


def diagnostic(problem: Problem, resource: Resource) -> Diagnostic:
    """A problem of a resource, at the place where it was written."""
    if problem.kind is ProblemKind.MISSING:
        span = _owner(problem.path[:-1], resource)
    elif problem.at_key:
        span = resource.origin.key(problem.path)
    else:
        span = resource.origin.at(problem.path)
    return Diagnostic(problem.rule, problem.message, span, problem.help, str(resource.ref))

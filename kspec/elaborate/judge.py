"""Whether objects have the shape of their kinds, and what the API server fills in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from pydantic import ValidationError

from kspec.api.defaulting import default
from kspec.api.schema import Catalogue, check_kinds, check_resource
from kspec.api.schema.rules import SCHEMA
from kspec.domain.objects import Resource
from kspec.elaborate.memory import Memory
from kspec.elaborate.rules import DUPLICATE
from kspec.source.diagnostic import Diagnostic, Diagnostics
from kspec.source.tree import Path, dotted


@dataclass(frozen=True)
class Judgement:
    """What is to be said of one object: `problems` are those of its shape."""

    written: Resource
    problems: tuple[Diagnostic, ...]
    version: str

    @cached_property
    def defaulted(self) -> Resource:
        """The object with the API server's defaults."""
        return default(self.written, self.version)

    @cached_property
    def misread(self) -> tuple[Diagnostic, ...]:
        """Why its typed view cannot be made, so that nobody else meets it."""
        return tuple(_misread(self.defaulted))


def judge(
    written: Sequence[Resource], catalogue: Catalogue, diagnostics: Diagnostics, memory: Memory
) -> tuple[Resource, ...]:
    """The objects with the API server's defaults; reports what it could not read."""
    known = catalogue.with_crds(written)
    memory.defined_by([r for r in written if r.kind == "CustomResourceDefinition"])
    diagnostics.extend(check_kinds(written, known))

    def judgement(resource: Resource) -> Judgement:
        def make() -> Judgement:
            return Judgement(resource, tuple(check_resource(resource, known)), catalogue.version)

        return memory.judgement(resource, make)

    judged = [judgement(resource) for resource in written]
    for found in judged:
        diagnostics.extend(found.problems)
    if unsound(diagnostics):
        return ()
    for found in judged:
        diagnostics.extend(found.misread)
    return tuple(found.defaulted for found in judged)


def judge_older(written: Sequence[Resource], catalogue: Catalogue, diagnostics: Diagnostics) -> None:
    """Report what an older version that the design is for has against the objects, and the newest has not."""
    known = catalogue.with_crds(written)
    told = {(d.rule, d.message, d.span) for d in diagnostics}
    found = [*check_kinds(written, known), *(d for r in written for d in check_resource(r, known))]
    for problem in found:
        if (problem.rule, problem.message, problem.span) not in told:
            message = problem.message
            if catalogue.version not in message:
                message = f"{message} in Kubernetes {catalogue.version}"
            diagnostics.extend([replace(problem, message=message)])


def unsound(diagnostics: Diagnostics) -> bool:
    """Whether there are errors other than two declarations of one name."""
    return any(d.is_error and d.rule is not DUPLICATE for d in diagnostics)


def _misread(resource: Resource) -> Iterator[Diagnostic]:
    if resource.builtin is None or resource.builtin.view is None:
        return
    try:
        _ = resource.view
    except ValidationError as error:
        for problem in error.errors():
            path: Path = tuple(p for p in problem["loc"] if isinstance(p, str | int))
            message = f"`{dotted(path)}`: {problem['msg'][:1].lower()}{problem['msg'][1:]}"
            yield Diagnostic(SCHEMA, message, resource.origin.at(path), object=str(resource.ref))

"""Whether objects have the shape of their kinds, and what the API server fills in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pydantic import ValidationError

from kspec.api.defaulting import default
from kspec.api.schema import Catalogue, check_resources
from kspec.api.schema.rules import SCHEMA
from kspec.domain.objects import Resource
from kspec.elaborate.rules import DUPLICATE
from kspec.source.diagnostic import Diagnostics
from kspec.source.tree import Path, dotted


def judge(written: Sequence[Resource], catalogue: Catalogue, diagnostics: Diagnostics) -> tuple[Resource, ...]:
    """The objects with the API server's defaults; reports what it could not read."""
    diagnostics.extend(check_resources(written, catalogue))
    if unsound(diagnostics):
        return ()
    defaulted = tuple(default(resource, catalogue.version) for resource in written)
    _check_views(defaulted, diagnostics)
    return defaulted


def unsound(diagnostics: Diagnostics) -> bool:
    """Whether there are errors other than two declarations of one name."""
    return any(d.is_error and d.rule is not DUPLICATE for d in diagnostics)


def _check_views(resources: Iterable[Resource], diagnostics: Diagnostics) -> None:
    """Report the objects whose typed view cannot be made, so that nobody else meets them."""
    for resource in resources:
        if resource.builtin is None or resource.builtin.view is None:
            continue
        try:
            _ = resource.view
        except ValidationError as error:
            for problem in error.errors():
                path: Path = tuple(p for p in problem["loc"] if isinstance(p, str | int))
                message = f"`{dotted(path)}`: {problem['msg'][:1].lower()}{problem['msg'][1:]}"
                diagnostics.report(SCHEMA, message, resource.origin.at(path), object=str(resource.ref))

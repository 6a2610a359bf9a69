"""`@allow(KS3003, reason: "...", until: "...")` in kspec text."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.domain.objects import Resource
from kspec.elaborate.design import Design
from kspec.lint.suppression.model import Inside, Suppression, contains
from kspec.source.text import Span


def allowed_in_text(design: Design) -> Iterator[Suppression]:
    """What the attributes of a design accept.

    In front of a block it is the findings inside; in front of an instance of a module, the findings about the objects
    that the instance makes, wherever the module stands.
    """
    for allowance in design.allowances:
        made = frozenset(str(r.ref) for r in design.resources if _made_in(allowance.within, r))
        scope = Inside(allowance.within, made)
        yield Suppression(allowance.rules, scope, "@allow", allowance.span, allowance.reason, allowance.until)


def _made_in(within: Span, resource: Resource) -> bool:
    places = (resource.origin.at(("kind",)), resource.origin.at(("metadata", "name")))
    return all(place is not None and contains(within, place) for place in places)

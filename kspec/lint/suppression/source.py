"""`@allow(KS3003, reason: "...", until: "...")` in kspec text."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.domain.objects import Resource
from kspec.elaborate.design import Design
from kspec.elaborate.objects.provenance import Provenance
from kspec.lint.suppression.model import Inside, Suppression
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
    """Whether the statement at a place is an instance that made an object."""
    return isinstance(resource.origin, Provenance) and within in resource.origin.instances()

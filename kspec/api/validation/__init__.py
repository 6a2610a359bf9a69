"""What the API server refuses, kind by kind: upstream's rules with upstream's words, one file a topic."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kspec.api.cause import Cause
    from kspec.domain.objects import Resource


def validate(resource: Resource, old: Resource | None = None) -> tuple[Cause, ...]:
    """What is wrong with a resource (as written, or with defaults), or with putting it in the place of `old`."""
    from kspec.api.findings import causes_of  # it stands above this package, whose modules it uses

    return causes_of(resource, old)

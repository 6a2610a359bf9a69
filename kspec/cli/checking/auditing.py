"""Mistakes in a design's own components."""

from __future__ import annotations

from kspec.elaborate.design import Design
from kspec.source.diagnostic import Diagnostic


def audited(design: Design) -> tuple[Diagnostic, ...]:
    """What is wrong with them, and state that nobody reads, if the design has any."""
    if not design.components:
        return ()
    from kspec.elaborate.behaviour.audit import audit

    return tuple(dict.fromkeys(audit(design)))

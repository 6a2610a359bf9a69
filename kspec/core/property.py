"""What is asked of a system."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from kspec.core.expr import TRUE, Expr
from kspec.source.text import Span


class PropertyKind(Enum):
    """What is asked."""

    INVARIANT = "invariant"
    """Holds in every reachable state."""
    GOAL = "goal"
    """Holds for ever after finitely many controller steps, once the environment is quiet: not stuck, no oscillation."""
    LEADS_TO = "leads_to"
    """Once the premise has held, and once the environment is quiet, the formula comes to hold at least once."""
    WITNESS = "witness"
    """Holds in some reachable state; guards against models that do nothing."""


@dataclass(frozen=True, slots=True)
class Property:
    """One question about a system."""

    name: str
    kind: PropertyKind
    formula: Expr
    premise: Expr = TRUE
    """Invariants: asked only where this holds. `LEADS_TO`: what leads to the formula. Vacuous if it never holds."""
    title: str = ""
    span: Span | None = field(default=None, compare=False)

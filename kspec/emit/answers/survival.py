"""The fate of a placement under losses, as text."""

from __future__ import annotations

from kspec.emit.templating import template
from kspec.place.survive import Survival


def survival_text(survival: Survival) -> str:
    """Whether it survives; else the loss that breaks it, the conflict then, and what mends it."""
    return template("answers/survival.txt.j2").render(survival=survival)

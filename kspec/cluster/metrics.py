"""What pods use, as the metrics API would tell: told by the scenario, the same for every pod."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Metrics:
    """CPU per pod as a quantity; empty where nothing is measured."""

    cpu: str = ""

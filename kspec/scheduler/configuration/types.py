"""What the scheduler runs with."""

from __future__ import annotations

from dataclasses import dataclass

from kspec.scheduler.framework.profile import Profile


@dataclass(frozen=True, slots=True)
class Configuration:
    """Profiles by scheduler name; the percentage of feasible nodes to find (0 adapts to the cluster's size)."""

    profiles: tuple[Profile, ...]
    percentage_of_nodes_to_score: int = 0

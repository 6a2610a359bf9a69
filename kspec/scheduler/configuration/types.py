"""What the scheduler runs with."""

from __future__ import annotations

from dataclasses import dataclass

from kspec.scheduler.framework.profile import Profile


@dataclass(frozen=True, slots=True)
class Configuration:
    """Profiles by scheduler name; the percentage of feasible nodes to find (0 adapts to the cluster's size).

    A pod that failed is not tried again for `initial_backoff` seconds, twice as long each time up to `max_backoff`.
    """

    profiles: tuple[Profile, ...]
    percentage_of_nodes_to_score: int = 0
    initial_backoff: float = 1.0
    max_backoff: float = 10.0

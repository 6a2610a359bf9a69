"""What the scheduler runs with: profiles, and how many nodes it looks at."""

from __future__ import annotations

from dataclasses import dataclass, field

from kspec.scheduler.framework.profile import Profile
from kspec.scheduler.plugins.registry import default_profile


@dataclass(frozen=True, slots=True)
class Configuration:
    """Profiles by scheduler name; the percentage of feasible nodes to find (0 adapts to the cluster's size)."""

    profiles: tuple[Profile, ...] = field(default_factory=lambda: (default_profile(),))
    percentage_of_nodes_to_score: int = 0

"""A profile: which plugins run at which extension point, in which order and with which weight."""

from __future__ import annotations

from dataclasses import dataclass

from kspec.scheduler.framework.interface import (
    BindPlugin,
    FilterPlugin,
    PermitPlugin,
    PostFilterPlugin,
    PreEnqueuePlugin,
    PreFilterPlugin,
    PreScorePlugin,
    QueueSortPlugin,
    ReservePlugin,
    ScorePlugin,
)


@dataclass(frozen=True, slots=True)
class Profile:
    """A scheduler's name and its plugins by extension point.

    `percentage` is that of feasible nodes to find; 0 adapts to the cluster, None leaves it to the scheduler.
    """

    scheduler_name: str
    queue_sort: QueueSortPlugin
    pre_enqueue: tuple[PreEnqueuePlugin, ...] = ()
    pre_filter: tuple[PreFilterPlugin, ...] = ()
    filter: tuple[FilterPlugin, ...] = ()
    post_filter: tuple[PostFilterPlugin, ...] = ()
    pre_score: tuple[PreScorePlugin, ...] = ()
    score: tuple[tuple[ScorePlugin, int], ...] = ()
    reserve: tuple[ReservePlugin, ...] = ()
    permit: tuple[PermitPlugin, ...] = ()
    bind: tuple[BindPlugin, ...] = ()
    percentage: int | None = None

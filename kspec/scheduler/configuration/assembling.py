"""Puts a profile together from plugins that have been built."""

from __future__ import annotations

from collections.abc import Mapping

from kspec.scheduler.configuration.arguments import PLUGINS
from kspec.scheduler.configuration.merging import expanded, merged, weight_of
from kspec.scheduler.configuration.models import PluginRef, PluginSet, ProfileModel
from kspec.scheduler.framework.interface import (
    BindPlugin,
    FilterPlugin,
    PermitPlugin,
    Plugin,
    PostFilterPlugin,
    PreEnqueuePlugin,
    PreFilterPlugin,
    PreScorePlugin,
    QueueSortPlugin,
    ReservePlugin,
    ScorePlugin,
)
from kspec.scheduler.framework.profile import Profile
from kspec.scheduler.plugins.priority_sort import PrioritySort

_DEFAULTS = tuple(PluginRef(name=name, weight=plugin.weight) for name, plugin in PLUGINS.items())


def assembled(model: ProfileModel, plugins: Mapping[str, Plugin]) -> Profile:
    """The profile that a model describes, out of these plugins."""
    written = model.plugins
    multi = merged(_DEFAULTS, written.multi_point)

    def at(point: PluginSet) -> list[Plugin]:
        return expanded(point, multi, plugins)

    return Profile(
        scheduler_name=model.scheduler_name,
        queue_sort=next((p for p in at(written.queue_sort) if isinstance(p, QueueSortPlugin)), PrioritySort()),
        pre_enqueue=tuple(p for p in at(written.pre_enqueue) if isinstance(p, PreEnqueuePlugin)),
        pre_filter=tuple(p for p in at(written.pre_filter) if isinstance(p, PreFilterPlugin)),
        filter=tuple(p for p in at(written.filter) if isinstance(p, FilterPlugin)),
        post_filter=tuple(p for p in at(written.post_filter) if isinstance(p, PostFilterPlugin)),
        pre_score=tuple(p for p in at(written.pre_score) if isinstance(p, PreScorePlugin)),
        score=tuple(
            (p, weight_of(p.name, written.score, multi)) for p in at(written.score) if isinstance(p, ScorePlugin)
        ),
        reserve=tuple(p for p in at(written.reserve) if isinstance(p, ReservePlugin)),
        permit=tuple(p for p in at(written.permit) if isinstance(p, PermitPlugin)),
        bind=tuple(p for p in at(written.bind) if isinstance(p, BindPlugin)),
        percentage=model.percentage_of_nodes_to_score,
    )


def extends(plugin: Plugin, point: str) -> bool:
    """Whether a plugin has an extension point. Binding volumes happens while reserving here, so `pre_bind` is that."""
    match point:
        case "pre_enqueue":
            return isinstance(plugin, PreEnqueuePlugin)
        case "queue_sort":
            return isinstance(plugin, QueueSortPlugin)
        case "pre_filter":
            return isinstance(plugin, PreFilterPlugin)
        case "filter":
            return isinstance(plugin, FilterPlugin)
        case "post_filter":
            return isinstance(plugin, PostFilterPlugin)
        case "pre_score":
            return isinstance(plugin, PreScorePlugin)
        case "score":
            return isinstance(plugin, ScorePlugin)
        case "reserve" | "pre_bind":
            return isinstance(plugin, ReservePlugin)
        case "permit":
            return isinstance(plugin, PermitPlugin)
        case "bind":
            return isinstance(plugin, BindPlugin)
        case _:
            return point == "multi_point"

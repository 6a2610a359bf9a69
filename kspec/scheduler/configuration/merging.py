"""Which plugins run at an extension point, when a profile turns some on and others off.

Upstream: pkg/scheduler/apis/config/v1/default_plugins.go (`mergePluginSet`),
pkg/scheduler/framework/runtime/framework.go (`expandMultiPointPlugins`, `setInstrumentedPlugins`) (v1.36).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kspec.scheduler.configuration.models import PluginRef, PluginSet
from kspec.scheduler.framework.interface import Plugin

ALL = "*"


def merged(defaults: Sequence[PluginRef], custom: PluginSet) -> PluginSet:
    """The defaults with what a profile says about them; plugins it adds come last."""
    added = {plugin.name: plugin for plugin in custom.enabled}
    kept = [d for d in defaults if ALL not in custom.off and d.name not in custom.off]
    replaced = {d.name for d in kept}
    enabled = [added.get(d.name, d) for d in kept] + [p for p in custom.enabled if p.name not in replaced]
    return PluginSet(enabled=tuple(enabled), disabled=custom.disabled)


def expanded(point: PluginSet, multi_point: PluginSet, plugins: Mapping[str, Plugin]) -> list[Plugin]:
    """The plugins for one extension point, whether they extend it or not.

    First those it names that run everywhere too, then the others that run everywhere, then the others that it names.
    """
    named = [plugin.name for plugin in point.enabled]
    if ALL in point.off:
        return [plugins[name] for name in named]
    everywhere = [plugin.name for plugin in multi_point.enabled if plugin.name not in point.off]
    first = [name for name in named if name in everywhere]
    then = [name for name in everywhere if name not in named]
    last = [name for name in named if name not in everywhere]
    return [plugins[name] for name in (*first, *then, *last)]


def weight_of(name: str, score: PluginSet, multi_point: PluginSet) -> int:
    """The weight of a plugin's scores: the score point's own, or else the multi-point's, or else 1."""
    for plugin in (*score.enabled, *multi_point.enabled):
        if plugin.name == name and plugin.weight:
            return plugin.weight
    return 1

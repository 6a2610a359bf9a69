"""Runs the plugins of one profile, in their order.

Upstream: pkg/scheduler/framework/runtime/framework.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace

import numpy as np

from kspec.scheduler.framework.arrays import Ints, Slots
from kspec.scheduler.framework.cluster import Cluster
from kspec.scheduler.framework.diagnosis import Diagnosis
from kspec.scheduler.framework.interface import (
    CycleState,
    PostFilterResult,
    Tallying,
)
from kspec.scheduler.framework.nodeinfo import NodeInfo
from kspec.scheduler.framework.pick import Pick
from kspec.scheduler.framework.podinfo import PodInfo
from kspec.scheduler.framework.profile import Profile
from kspec.scheduler.framework.status import OK, Code, Status
from kspec.scheduler.framework.verdicts import Verdicts


@dataclass(frozen=True, slots=True)
class PreFiltered:
    """What is known before filtering: refused altogether, or narrowed down to some nodes by these plugins."""

    status: Status = OK
    nodes: frozenset[str] | None = None
    narrowed_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PluginScores:
    """One plugin's scores of the feasible nodes, in their order: raw, and normalised times weight."""

    plugin: str
    weight: int
    raw: Ints
    weighted: Ints


class Framework:
    """A profile's plugins at work on a cluster. `chooser` decides between what is equally good."""

    def __init__(self, profile: Profile, cluster: Cluster, pick: Pick) -> None:
        self.profile = profile
        self.cluster = cluster
        self.chooser = pick
        self._tallying = [p for p in profile.filter if isinstance(p, Tallying)]

    def choosing(self, pick: Pick) -> Framework:
        """The same plugins, with another way to decide between what is equally good."""
        other = copy(self)
        other.chooser = pick
        return other

    def pick(self, pod: PodInfo, names: Sequence[str]) -> str:
        return self.chooser.cleared(pod, names)

    # -- filtering -----------------------------------------------------------------------------------------------------

    def pre_enqueue(self, pod: PodInfo) -> Status:
        """The first objection to the pod's entering the queue."""
        statuses = (plugin.pre_enqueue(pod) for plugin in self.profile.pre_enqueue)
        return next((status for status in statuses if not status.ok), OK)

    def pre_filter(self, state: CycleState, pod: PodInfo) -> PreFiltered:
        refused, nodes, narrowed_by = OK, None, []
        for plugin in self.profile.pre_filter:
            result = plugin.pre_filter(state, pod, self.cluster)
            if result.skip:
                state.skip_filter.add(plugin.name)
            elif not result.status.ok:
                if result.status.code is not Code.UNSCHEDULABLE:
                    return PreFiltered(result.status)
                refused = result.status
            elif result.nodes is not None:
                narrowed_by.append(plugin.name)
                nodes = result.nodes if nodes is None else nodes & result.nodes
                if not nodes:
                    return PreFiltered(_nothing_left(sorted(narrowed_by)))
        return PreFiltered(refused, nodes, tuple(sorted(narrowed_by)))

    def verdicts(self, state: CycleState, pod: PodInfo) -> list[Verdicts]:
        """The verdicts of all filters that have something to say, in order. They do not know of nominated pods."""
        found = (
            plugin.verdicts(state, pod, self.cluster)
            for plugin in self.profile.filter
            if plugin.name not in state.skip_filter
        )
        return [verdicts for verdicts in found if verdicts is not None]

    def tally(self, state: CycleState, pod: PodInfo) -> None:
        nodes: list[NodeInfo] | None = None
        for plugin in self._tallying:
            if plugin.name not in state.skip_filter:
                nodes = self.cluster.node_infos() if nodes is None else nodes
                plugin.tally(state, pod, nodes, self.cluster)

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status:
        """Upstream `RunFilterPluginsWithNominatedPods`: once with the pods that are promised the node, once without."""
        status = self.filter_nominated(state, pod, node)
        return status if status is not None and not status.ok else self._filter(state, pod, node)

    def filter_nominated(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:
        """The verdict with the nominated pods that are at least as important on the node; None where there are none."""
        promised = [
            other
            for other in self.cluster.nominated.get(node.name, {}).values()
            if other.priority >= pod.priority and other.key != pod.key
        ]
        if not promised:
            return None
        for other in promised:
            self.add_pod(state, pod, other, node)
        status = self._filter(state, pod, node)
        for other in promised:
            self.remove_pod(state, pod, other, node)
        return status

    def add_pod(self, state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo) -> None:
        node.add(other)
        for plugin in self._tallying:
            if plugin.name not in state.skip_filter:
                plugin.add_pod(state, pod, other, node)

    def remove_pod(self, state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo) -> None:
        node.remove(other)
        for plugin in self._tallying:
            if plugin.name not in state.skip_filter:
                plugin.remove_pod(state, pod, other, node)

    def post_filter(self, state: CycleState, pod: PodInfo, diagnosis: Diagnosis) -> PostFilterResult:
        """Ask each plugin in turn to make room; the first success counts, otherwise all their reasons do."""
        reasons: list[str] = []
        nominated: str | None = None
        for plugin in self.profile.post_filter:
            result = plugin.post_filter(state, pod, diagnosis, self)
            if result.status.ok or result.status.code is Code.UNRESOLVABLE:
                return result
            if not result.status.rejected:
                return replace(result, nominated=None)
            reasons += result.status.reasons
            nominated = result.nominated if result.nominated is not None else nominated
        return PostFilterResult(Status(Code.UNSCHEDULABLE, tuple(reasons)), nominated)

    # -- scoring -------------------------------------------------------------------------------------------------------

    def scores(self, state: CycleState, pod: PodInfo, nodes: Slots) -> list[PluginScores]:
        """The scores of every plugin that does not skip this pod."""
        for pre in self.profile.pre_score:
            if not pre.pre_score(state, pod, self.cluster, nodes):
                state.skip_score.add(pre.name)
        out = []
        for plugin, weight in self.profile.score:
            if plugin.name not in state.skip_score:
                raw = plugin.scores(state, pod, self.cluster, nodes)
                out.append(PluginScores(plugin.name, weight, raw, plugin.normalize_score(state, raw) * weight))
        return out

    def total(self, scores: Sequence[PluginScores], nodes: Slots) -> Ints:
        """The sum per node; 1 for each where nothing scores."""
        if not self.profile.score:
            return np.ones(len(nodes), np.int64)
        total = np.zeros(len(nodes), np.int64)
        for part in scores:
            total += part.weighted
        return total

    # -- the rest of the cycle -----------------------------------------------------------------------------------------

    def reserve(self, state: CycleState, pod: PodInfo, node: str) -> Status:
        statuses = (plugin.reserve(state, pod, node, self.cluster) for plugin in self.profile.reserve)
        return next((status for status in statuses if not status.ok), OK)

    def permit(self, state: CycleState, pod: PodInfo, node: str) -> Status:
        statuses = (plugin.permit(state, pod, node) for plugin in self.profile.permit)
        return next((status for status in statuses if not status.ok), OK)

    def bind(self, state: CycleState, pod: PodInfo, node: str) -> None:
        for plugin in self.profile.bind:
            plugin.bind(state, pod, node, self.cluster)

    # -- inside --------------------------------------------------------------------------------------------------------

    def _filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status:
        for plugin in self.profile.filter:
            if plugin.name not in state.skip_filter:
                status = plugin.filter(state, pod, node)
                if not status.ok:
                    return status
        return OK


def _nothing_left(plugins: Sequence[str]) -> Status:
    names = f"[{' '.join(plugins)}]"
    reason = f"node(s) didn't satisfy plugin(s) {names} simultaneously"
    if len(plugins) == 1:
        reason = f"node(s) didn't satisfy plugin {plugins[0]}"
    return Status(Code.UNRESOLVABLE, (reason,))

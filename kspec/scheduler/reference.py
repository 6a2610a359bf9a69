"""The scheduler's opinions once more, plainly: one node after the other, from the pods themselves, without arrays.

This is what upstream's code says, in its order. It is slow, and right by inspection; a law holds the vectorised form
to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kspec.domain.pod import Pod
from kspec.scheduler.framework.cluster import Cluster
from kspec.scheduler.framework.interface import CycleState, Tallying
from kspec.scheduler.framework.podinfo import PodInfo
from kspec.scheduler.framework.profile import Profile
from kspec.scheduler.framework.status import OK, Status


@dataclass(frozen=True, slots=True)
class Opinions:
    """Per plugin and node: verdicts of all filters on all nodes, raw and normalised scores of the feasible ones.

    `refused` is the status with which a plugin refused the pod before any node was looked at.
    """

    refused: Status
    verdicts: Mapping[str, Mapping[str, Status]]
    raw: Mapping[str, Mapping[str, int]]
    normalised: Mapping[str, Mapping[str, int]]

    def feasible(self) -> list[str]:
        """The nodes that every filter lets pass."""
        if not self.refused.ok:
            return []
        first = next(iter(self.verdicts.values()), {})
        return [node for node in first if all(by_node[node].ok for by_node in self.verdicts.values())]


def opinions(profile: Profile, cluster: Cluster, pod: Pod) -> Opinions:
    """What every plugin thinks of every node for this pod."""
    info = cluster.info(pod)
    state = CycleState()
    for plugin in profile.pre_filter:
        result = plugin.pre_filter(state, info, cluster)
        if result.skip:
            state.skip_filter.add(plugin.name)
        elif not result.status.ok:
            return Opinions(result.status, {}, {}, {})
    nodes = cluster.node_infos()
    verdicts: dict[str, dict[str, Status]] = {}
    for judge in profile.filter:
        if judge.name in state.skip_filter:
            verdicts[judge.name] = {node.name: OK for node in nodes}
            continue
        if isinstance(judge, Tallying):
            judge.tally(state, info, nodes, cluster)
        verdicts[judge.name] = {node.name: judge.filter(state, info, node) for node in nodes}
    passed = [n.name for n in nodes if all(by_node[n.name].ok for by_node in verdicts.values())]
    raw, normalised = _scores(profile, cluster, info, passed)
    return Opinions(OK, verdicts, raw, normalised)


def _scores(
    profile: Profile, cluster: Cluster, pod: PodInfo, names: list[str]
) -> tuple[dict[str, dict[str, int]], dict[str, dict[str, int]]]:
    raw: dict[str, dict[str, int]] = {}
    normalised: dict[str, dict[str, int]] = {}
    feasible = [node for node in cluster.node_infos() if node.name in names]
    if not feasible:
        return raw, normalised
    for plugin, _ in profile.score:
        state = CycleState()
        scores = [plugin.score(state, pod, node, feasible, cluster) for node in feasible]
        raw[plugin.name] = dict(zip((n.name for n in feasible), scores, strict=True))
        even = plugin.normalize_score(state, np.array(scores, np.int64))
        normalised[plugin.name] = dict(zip((n.name for n in feasible), map(int, even), strict=True))
    return raw, normalised

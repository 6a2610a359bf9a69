"""The law of the scheduler: arrays over all nodes, and plain code about one node, say the same."""

from __future__ import annotations

import numpy as np
import worlds
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kspec.domain.pod import Pod
from kspec.domain.snapshot import Snapshot
from kspec.scheduler.configuration import default_configuration
from kspec.scheduler.framework.cluster import Cluster
from kspec.scheduler.framework.interface import CycleState
from kspec.scheduler.framework.status import OK
from kspec.scheduler.reference import opinions
from kspec.scheduler.scheduler import Scheduler

PROFILE = default_configuration().profiles[0]
LAW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def assert_agreement(cluster: Cluster, pod: Pod) -> None:
    plain = opinions(PROFILE, cluster, pod)
    info = cluster.info(pod)
    state = CycleState()
    for before in PROFILE.pre_filter:
        result = before.pre_filter(state, info, cluster)
        if result.skip:
            state.skip_filter.add(before.name)
        elif not result.status.ok:
            assert result.status == plain.refused
            return
    for plugin in PROFILE.filter:
        verdicts = None if plugin.name in state.skip_filter else plugin.verdicts(state, info, cluster)
        for name, slot in cluster.nodes.slot.items():
            code = 0 if verdicts is None else int(verdicts.codes[slot])
            status = OK if code == 0 or verdicts is None else verdicts.describe(code)
            assert status == plain.verdicts[plugin.name][name], (plugin.name, name)
    names = plain.feasible()
    if names:
        _assert_scores(cluster, pod, names, plain.raw, plain.normalised)


def _assert_scores(cluster: Cluster, pod: Pod, names: list[str], raw: object, normalised: object) -> None:
    assert isinstance(raw, dict) and isinstance(normalised, dict)
    info, state = cluster.info(pod), CycleState()
    slots = np.array([cluster.nodes.slot[name] for name in names], np.intp)
    skipped = {p.name for p in PROFILE.pre_score if not p.pre_score(state, info, cluster, slots)}
    for plugin, _ in PROFILE.score:
        if plugin.name in skipped:
            if plugin.name in ("InterPodAffinity", "NodeAffinity"):
                assert not any(raw[plugin.name].values())
            continue
        scores = plugin.scores(state, info, cluster, slots)
        assert dict(zip(names, map(int, scores), strict=True)) == raw[plugin.name], plugin.name
        even = plugin.normalize_score(state, scores)
        assert dict(zip(names, map(int, even), strict=True)) == normalised[plugin.name], plugin.name
        assert all(0 <= score <= 100 for score in even)


@LAW
@given(worlds.snapshots(), st.data())
def test_arrays_and_plain_code_agree_on_every_filter_and_score(snapshot: Snapshot, data: st.DataObject) -> None:
    cluster = Cluster(snapshot)
    for i in range(2):
        assert_agreement(cluster, data.draw(worlds.pods(f"new-{i}")))


@LAW
@given(worlds.snapshots(), st.data())
def test_they_still_agree_after_pods_and_nodes_have_come_and_gone(snapshot: Snapshot, data: st.DataObject) -> None:
    scheduler = Scheduler(snapshot)
    probes = [data.draw(worlds.pods(f"probe-{i}")) for i in range(2)]
    for probe in probes:
        assert_agreement(scheduler.cluster, probe)
    for step in range(data.draw(st.integers(1, 5))):
        names = list(scheduler.cluster.nodes.slot)
        placed = list(scheduler.cluster.placed)
        match data.draw(st.integers(0, 4)):
            case 0 if placed:
                scheduler.delete_pod(data.draw(st.sampled_from(placed)))
            case 1 if names:
                scheduler.update_node(data.draw(worlds.nodes(data.draw(st.sampled_from(names)))))
            case 2 if len(names) > 1:
                scheduler.delete_node(data.draw(st.sampled_from(names)))
            case 3:
                scheduler.add_node(data.draw(worlds.nodes(f"late-{step}")))
            case _:
                scheduler.schedule(data.draw(worlds.pods(f"more-{step}")))
        for probe in probes:
            assert_agreement(scheduler.cluster, probe)

"""The scheduling cycle of one pod: filter, score, choose; or make room.

Upstream: pkg/scheduler/schedule_one.go (`schedulingCycle`, `schedulePod`, `findNodesThatFitPod`, `selectHost`) (v1.36).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kspec.scheduler.framework.arrays import Bools, Ints
from kspec.scheduler.framework.attempt import Attempt, Details, NodeScores
from kspec.scheduler.framework.diagnosis import Diagnosis
from kspec.scheduler.framework.interface import CycleState
from kspec.scheduler.framework.podinfo import PodInfo
from kspec.scheduler.framework.runtime import Framework, PluginScores, PreFiltered
from kspec.scheduler.framework.sampling import Sample, examine, feasible_to_find
from kspec.scheduler.framework.status import Code, Status
from kspec.scheduler.framework.verdicts import Verdicts
from kspec.scheduler.messages import NO_NODES, fit_error


@dataclass(slots=True)
class Rotation:
    """Where the search for feasible nodes goes on with the next pod."""

    start: int = 0


@dataclass(frozen=True, slots=True)
class Filtered:
    """The nodes found for a pod. `verdicts` and `nominated` tell why the others were not."""

    sample: Sample
    verdicts: list[Verdicts]
    nominated: dict[int, Status]
    before: PreFiltered

    def diagnosis(self, size: int) -> Diagnosis:
        """The status of every node that was examined and refused."""
        diagnosis = Diagnosis(size)
        if self.before.nodes is not None:
            names = " ".join(self.before.narrowed_by)
            diagnosis.absent = Status(Code.UNRESOLVABLE, (f"node(s) didn't satisfy plugin(s) [{names}]",))
        diagnosis.record(self.sample.rejected, self.verdicts)
        for slot, status in self.nominated.items():
            if slot in self.sample.rejected:
                diagnosis.put(slot, status)
        return diagnosis


class Cycle:
    """Attempts for pods of one profile. With `all_nodes` every node is examined however large the cluster."""

    def __init__(
        self, framework: Framework, rotation: Rotation, percentage: int = 0, *, all_nodes: bool = False
    ) -> None:
        self._framework = framework
        self._cluster = framework.cluster
        self._rotation = rotation
        own = framework.profile.percentage
        self._percentage = percentage if own is None else own
        self._all_nodes = all_nodes

    def attempt(self, pod: PodInfo, *, record: bool = True) -> Attempt:
        """Try to find a node for the pod. Nothing is bound, nobody is sent away."""
        if len(self._cluster.nodes) == 0:
            return Attempt(pod.key, message=NO_NODES, no_nodes=True)
        state = CycleState()
        before = self._framework.pre_filter(state, pod)
        if not before.status.ok:
            return self._refused(state, pod, before.status, record=record)
        filtered = self._find(state, pod, before)
        if len(filtered.sample.feasible) == 0:
            return self._failed(state, pod, filtered.diagnosis(self._cluster.nodes.size), filtered, record=record)
        return self._choose(state, pod, filtered, record=record)

    # -- finding -------------------------------------------------------------------------------------------------------

    def _find(self, state: CycleState, pod: PodInfo, before: PreFiltered) -> Filtered:
        verdicts = self._framework.verdicts(state, pod)
        ok = self._cluster.nodes.alive
        for verdict in verdicts:
            ok = ok & verdict.ok
        nominated = self._with_nominated(state, pod)
        if nominated:
            ok = ok.copy()
            ok[list(nominated)] = False
        promised = self._cluster.nodes.slot.get(pod.nominated)
        if promised is not None and ok[promised]:
            sample = Sample(np.array([promised], np.intp), np.zeros(0, np.intp))
            return Filtered(sample, verdicts, nominated, PreFiltered())
        return Filtered(self._sample(ok, before), verdicts, nominated, before)

    def _sample(self, ok: Bools, before: PreFiltered) -> Sample:
        order = everything = self._cluster.nodes.order
        if before.nodes is not None:
            wanted = [self._cluster.nodes.slot[n] for n in before.nodes if n in self._cluster.nodes.slot]
            order = everything[np.isin(everything, wanted)]
        count = len(order)
        if count == 0:
            return Sample(np.zeros(0, np.intp), np.zeros(0, np.intp))
        enough = count if self._all_nodes else feasible_to_find(count, self._percentage)
        if not self._framework.profile.score:
            enough = 1
        sample = examine(order, self._rotation.start % count, ok, enough)
        self._rotation.start = (self._rotation.start + sample.examined) % len(everything)
        return sample

    def _with_nominated(self, state: CycleState, pod: PodInfo) -> dict[int, Status]:
        """The nodes that would be feasible but for pods that have been promised room there."""
        refused: dict[int, Status] = {}
        tallied = False
        for name, promised in self._cluster.nominated.items():
            slot = self._cluster.nodes.slot.get(name)
            if slot is None or all(other.key == pod.key for other in promised.values()):
                continue
            if not tallied:
                self._framework.tally(state, pod)
                tallied = True
            status = self._framework.filter_nominated(state, pod, self._cluster.node_info(slot))
            if status is not None and not status.ok:
                refused[slot] = status
        return refused

    # -- choosing ------------------------------------------------------------------------------------------------------

    def _choose(self, state: CycleState, pod: PodInfo, filtered: Filtered, *, record: bool) -> Attempt:
        nodes = filtered.sample.feasible
        scores: list[PluginScores] = []
        total: Ints = np.zeros(len(nodes), np.int64)
        if len(nodes) > 1:
            scores = self._framework.scores(state, pod, nodes)
            total = self._framework.total(scores, nodes)
        places = np.flatnonzero(total == total.max())
        chooser = self._framework.chooser
        chosen = chooser.forced(pod) or self._cluster.nodes.name(int(nodes[places[chooser.best(pod, places)]]))
        return Attempt(
            pod.key,
            chosen=chosen,
            best=len(places),
            feasible=len(nodes),
            examined=filtered.sample.examined,
            nominated=pod.nominated,
            details=self._details(filtered, scores, total) if record else None,
        )

    def _details(self, filtered: Filtered, scores: list[PluginScores], total: Ints) -> Details:
        name, nodes = self._cluster.nodes.name, filtered.sample.feasible
        names = tuple(name(slot) for slot in nodes)
        diagnosis = filtered.diagnosis(self._cluster.nodes.size)
        order = sorted(range(len(names)), key=names.__getitem__)
        ordered = [names[place] for place in order]

        def by_node(values: Ints) -> dict[str, int]:
            return dict(zip(ordered, values[order].tolist(), strict=True))

        scored = len(nodes) > 1
        return Details(
            feasible=names,
            rejected={name(slot): status for slot, status in diagnosis.explicit()},
            others=self._others(len(nodes) + diagnosis.count(), diagnosis),
            scores={s.plugin: NodeScores(s.weight, by_node(s.raw), by_node(s.weighted)) for s in scores},
            total=by_node(total) if scored else {},
            top=tuple(sorted(names[place] for place in np.flatnonzero(total == total.max()))) if scored else (),
        )

    def _others(self, listed: int, diagnosis: Diagnosis) -> Status | None:
        return diagnosis.absent if listed < len(self._cluster.nodes) else None

    # -- failing -------------------------------------------------------------------------------------------------------

    def _refused(self, state: CycleState, pod: PodInfo, status: Status, *, record: bool) -> Attempt:
        """A plugin refused the pod before any node was looked at."""
        diagnosis = Diagnosis(self._cluster.nodes.size)
        diagnosis.absent = status
        diagnosis.pre_filter_message = status.message
        nothing = Sample(np.zeros(0, np.intp), np.zeros(0, np.intp))
        return self._failed(state, pod, diagnosis, Filtered(nothing, [], {}, PreFiltered(status)), record=record)

    def _failed(
        self, state: CycleState, pod: PodInfo, diagnosis: Diagnosis, filtered: Filtered, *, record: bool
    ) -> Attempt:
        result = self._framework.post_filter(state, pod, diagnosis) if self._framework.profile.post_filter else None
        message = fit_error(len(self._cluster.nodes), diagnosis, result.status.message if result else "")
        details = None
        if record:
            name = self._cluster.nodes.name
            details = Details(
                rejected={name(slot): status for slot, status in diagnosis.explicit()},
                others=self._others(diagnosis.count(), diagnosis),
            )
        return Attempt(
            pod.key,
            examined=filtered.sample.examined,
            nominated=pod.nominated,
            pre_filter_message=diagnosis.pre_filter_message,
            message=message,
            plugins=frozenset(diagnosis.plugins() | set(filtered.before.narrowed_by)),
            preemption=result,
            details=details,
        )

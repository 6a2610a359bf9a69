"""Why a pod goes where it goes: every filter's verdict on every node, every score, and what a change would change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kspec.domain.pod import Pod
from kspec.scheduler.framework.attempt import Attempt
from kspec.scheduler.framework.interface import CycleState
from kspec.scheduler.framework.status import Status
from kspec.scheduler.scheduler import Scheduler


@dataclass(frozen=True, slots=True)
class Score:
    """One plugin's score of one node: raw, and normalised times weight."""

    raw: int
    weighted: int


@dataclass(frozen=True, slots=True)
class NodeOpinion:
    """What is thought of one node. `refusals` has every filter that refuses it, not only the first.

    `examined` is false for a node that the scheduler did not get to, having found enough others.
    """

    node: str
    refusals: tuple[Status, ...]
    scores: Mapping[str, Score]
    total: int | None
    examined: bool

    @property
    def feasible(self) -> bool:
        return self.examined and not self.refusals


@dataclass(frozen=True, slots=True)
class Explanation:
    """An attempt, node by node, in order of their names. `weights` are those of the plugins that score."""

    attempt: Attempt
    weights: Mapping[str, int]
    nodes: tuple[NodeOpinion, ...]

    @property
    def chosen(self) -> str:
        return self.attempt.chosen


@dataclass(frozen=True, slots=True)
class Change:
    """A difference between two explanations: a node (empty: the decision itself), what about it, before and after."""

    node: str
    what: str
    before: str
    after: str


def explain(scheduler: Scheduler, pod: Pod) -> Explanation:
    """What the scheduler would decide for the pod now, and why. Nothing is carried out."""
    attempt = scheduler.examine(pod)
    details = attempt.details
    refusals = _refusals(scheduler, pod)
    scores = details.scores if details else {}
    total = details.total if details else {}
    examined = {*details.feasible, *details.rejected} if details else set()
    nodes = tuple(
        NodeOpinion(
            node=name,
            refusals=refusals.get(name, ()),
            scores={p: Score(s.raw[name], s.weighted[name]) for p, s in scores.items() if name in s.raw},
            total=total.get(name),
            examined=name in examined,
        )
        for name in sorted(node.name for node in scheduler.nodes())
    )
    return Explanation(attempt, {plugin: s.weight for plugin, s in scores.items()}, nodes)


def compare(before: Explanation, after: Explanation) -> Iterator[Change]:
    """What is different: the decision first, then node by node verdicts and scores."""
    if before.chosen != after.chosen:
        yield Change("", "node", before.chosen or "none", after.chosen or "none")
    if before.attempt.message != after.attempt.message:
        yield Change("", "message", before.attempt.message, after.attempt.message)
    old, new = {o.node: o for o in before.nodes}, {o.node: o for o in after.nodes}
    for name in sorted({*old, *new}):
        if name not in old or name not in new:
            yield Change(name, "exists", "yes" if name in old else "no", "yes" if name in new else "no")
            continue
        yield from _node_changes(old[name], new[name])


def _node_changes(old: NodeOpinion, new: NodeOpinion) -> Iterator[Change]:
    was, now = _verdict(old), _verdict(new)
    if was != now:
        yield Change(old.node, "verdict", was, now)
    for plugin in sorted({*old.scores, *new.scores}):
        before, after = old.scores.get(plugin), new.scores.get(plugin)
        if before != after:
            yield Change(old.node, plugin, _weighted(before), _weighted(after))
    if old.total != new.total:
        yield Change(old.node, "total", _number(old.total), _number(new.total))


def _refusals(scheduler: Scheduler, pod: Pod) -> dict[str, tuple[Status, ...]]:
    framework, info, state = scheduler.framework(pod), scheduler.info(pod), CycleState()
    before = framework.pre_filter(state, info)
    names = [node.name for node in scheduler.nodes()]
    if not before.status.ok:
        return dict.fromkeys(names, (before.status,))
    found: dict[str, tuple[Status, ...]] = {}
    for verdicts in framework.verdicts(state, info):
        for name in names:
            code = int(verdicts.codes[scheduler.cluster.nodes.slot[name]])
            if code:
                found[name] = (*found.get(name, ()), verdicts.describe(code))
    return found


def _verdict(opinion: NodeOpinion) -> str:
    if opinion.refusals:
        return "; ".join(f"{status.plugin}: {status.message}" for status in opinion.refusals)
    return "feasible" if opinion.examined else "not examined"


def _weighted(score: Score | None) -> str:
    return "-" if score is None else str(score.weighted)


def _number(value: int | None) -> str:
    return "-" if value is None else str(value)

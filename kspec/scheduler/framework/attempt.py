"""One attempt to schedule a pod, as it went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kspec.scheduler.framework.interface import PostFilterResult
from kspec.scheduler.framework.status import Status


@dataclass(frozen=True, slots=True)
class NodeScores:
    """A plugin's scores by node: raw, and normalised times weight."""

    weight: int
    raw: Mapping[str, int]
    weighted: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Details:
    """What every node got: filled in when an attempt is recorded.

    `feasible` is in the order in which the nodes were found. `others` is the status of nodes that are in neither list.
    """

    feasible: tuple[str, ...] = ()
    rejected: Mapping[str, Status] = field(default_factory=dict)
    others: Status | None = None
    scores: Mapping[str, NodeScores] = field(default_factory=dict)
    total: Mapping[str, int] = field(default_factory=dict)
    top: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Attempt:
    """The outcome: `chosen` is the node taken, or `message` says why there is none.

    `best` is how many nodes had the highest score; any of them would have been right. `nominated` is the node that an
    earlier preemption kept for the pod; `preemption` what this attempt did to make room.
    """

    pod: str
    chosen: str = ""
    best: int = 0
    feasible: int = 0
    examined: int = 0
    nominated: str = ""
    pre_filter_message: str = ""
    message: str = ""
    plugins: frozenset[str] = frozenset()
    preemption: PostFilterResult | None = None
    no_nodes: bool = False
    details: Details | None = None

    @property
    def scheduled(self) -> bool:
        return bool(self.chosen)

    @property
    def tie(self) -> bool:
        """More than one node was best."""
        return self.best > 1

    @property
    def nominates(self) -> str:
        """The node that this attempt cleared for the pod."""
        return (self.preemption.nominated or "") if self.preemption else ""

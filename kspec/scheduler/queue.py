"""Pods that wait to be scheduled: to be tried next, tried too recently, fit for no node as yet, or gated.

Upstream: pkg/scheduler/backend/queue/{scheduling_queue,active_queue,backoff_queue}.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from heapq import heappop, heappush

from kspec.domain.pod import Pod
from kspec.scheduler.events import Event
from kspec.scheduler.framework.catalog import Catalog
from kspec.scheduler.framework.interface import QueueSortPlugin
from kspec.scheduler.framework.podinfo import PodInfo
from kspec.scheduler.hints import worth_retrying

_WINDOW = 1.0
"""Pods whose back-off ends within the same second are ordered by priority. Seconds."""


class Stage(Enum):
    """Where a pod waits."""

    ACTIVE = "active"
    BACKOFF = "backoff"
    UNSCHEDULABLE = "unschedulable"
    GATED = "gated"


@dataclass(slots=True)
class Waiting:
    """A waiting pod. `since` is when it came or last failed, in seconds; `plugins` refused it last."""

    pod: Pod
    info: PodInfo
    since: float
    stage: Stage
    attempts: int = 0
    plugins: frozenset[str] = frozenset()
    order: int = 0


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long a pod that failed waits at least, in seconds: twice as long each time, up to a limit."""

    initial: float = 1.0
    limit: float = 10.0

    def ends(self, waiting: Waiting) -> float:
        if not waiting.attempts:
            return waiting.since
        return waiting.since + min(self.initial * (1 << waiting.attempts - 1), self.limit)


class SchedulingQueue:
    """All waiting pods. Time is told by `now`, in seconds; pods in back-off are tried when nobody else waits.

    `sort` tells who goes first; between equals it is who came first.
    """

    def __init__(self, now: Callable[[], float], sort: QueueSortPlugin, backoff: Backoff | None = None) -> None:
        self._now = now
        self._sort = sort
        self._wait = backoff or Backoff()
        self._pods: dict[str, Waiting] = {}
        self._active: list[_Rank] = []
        self._backoff: dict[str, Waiting] = {}
        self._unschedulable: dict[str, Waiting] = {}
        self._count = 0

    def __contains__(self, key: str) -> bool:
        return key in self._pods

    def __len__(self) -> int:
        return len(self._pods)

    def add(self, pod: Pod, info: PodInfo, *, gated: bool) -> None:
        """A pod came, or changed in a way that may let it in."""
        self._count += 1
        self.remove(pod.key)
        waiting = Waiting(pod, info, self._now(), Stage.GATED, order=self._count)
        self._pods[pod.key] = waiting
        if not gated:
            self._activate(waiting)

    def remove(self, key: str) -> None:
        for pods in (self._pods, self._backoff, self._unschedulable):
            pods.pop(key, None)

    def pop(self) -> Waiting | None:
        """The pod to try next, which leaves the queue."""
        chosen = self._first_active() or self._first_in_backoff()
        if chosen is not None:
            self.remove(chosen.pod.key)
            chosen.attempts += 1
        return chosen

    def failed(self, waiting: Waiting, plugins: frozenset[str]) -> None:
        """The pod fits nowhere; it waits for an event that concerns one of the plugins."""
        waiting.since, waiting.plugins, waiting.stage = self._now(), plugins, Stage.UNSCHEDULABLE
        self._pods[waiting.pod.key] = self._unschedulable[waiting.pod.key] = waiting

    def on(self, event: Event, catalog: Catalog) -> None:
        """Let in the pods for which the event may change things."""
        for waiting in list(self._unschedulable.values()):
            if worth_retrying(waiting.info, waiting.plugins, event, catalog):
                self.activate(waiting.pod.key)

    def activate(self, key: str) -> None:
        """Let a pod in that fitted nowhere, after its back-off."""
        waiting = self._unschedulable.pop(key, None)
        if waiting is None:
            return
        if self._wait.ends(waiting) > self._now():
            waiting.stage = Stage.BACKOFF
            self._backoff[key] = waiting
        else:
            self._activate(waiting)

    def _activate(self, waiting: Waiting) -> None:
        waiting.stage = Stage.ACTIVE
        heappush(self._active, _Rank(waiting, self._sort))

    def _first_active(self) -> Waiting | None:
        while self._active:
            rank = heappop(self._active)
            waiting = rank.waiting
            current = self._pods.get(waiting.pod.key) is waiting and rank.since == waiting.since
            if current and waiting.stage is Stage.ACTIVE:
                return waiting
        return None

    def _first_in_backoff(self) -> Waiting | None:
        waiting = self._backoff.values()
        return min(waiting, key=lambda w: (self._wait.ends(w) // _WINDOW, _Rank(w, self._sort)), default=None)


class _Rank:
    """The place of a pod among others, as it was when it was put there."""

    __slots__ = ("_sort", "since", "waiting")

    def __init__(self, waiting: Waiting, sort: QueueSortPlugin) -> None:
        self.waiting = waiting
        self.since = waiting.since
        self._sort = sort

    def __lt__(self, other: _Rank) -> bool:
        mine, theirs = self.waiting, other.waiting
        if self._sort.less(mine.info, self.since, theirs.info, other.since):
            return True
        if self._sort.less(theirs.info, other.since, mine.info, self.since):
            return False
        return mine.order < theirs.order

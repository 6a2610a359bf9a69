"""A controller's work queue: keys to be looked at, each once however often it was asked for.

Upstream: staging/src/k8s.io/client-go/util/workqueue/{queue,delaying_queue,default_rate_limiters}.go (v1.36).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from math import inf
from typing import TypeAlias

from kspec.api.admission.refusal import Refused
from kspec.cluster.loop import Loop
from kspec.cluster.stored import Key

Sync: TypeAlias = Callable[[Key], Awaitable[None]]
_BASE, _LONGEST = 0.005, 1000.0
_LEAST = 0.0001
"""The least time that a key waits: sums of moments are not exact, and time must pass."""


class Retry(Exception):
    """Raised by a sync that must be tried again, after the key's back-off."""


class WorkQueue:
    """Runs `sync` for keys, `workers` at a time and never twice at a time for one key.

    A key that comes while it is worked on is worked on again afterwards. A sync that is refused or raises `Retry` is
    repeated after 5 ms, 10 ms, 20 ms and so on; one that succeeds starts anew.
    """

    def __init__(
        self, loop: Loop, sync: Sync, workers: int = 5, base: float = _BASE, longest: float = _LONGEST
    ) -> None:
        self._loop = loop
        self._sync = sync
        self._idle = workers
        self._base = base
        self._longest = longest
        self._waiting: deque[Key] = deque()
        self._dirty: set[Key] = set()
        self._busy: set[Key] = set()
        self._delayed: dict[Key, float] = {}
        self._failures: dict[Key, int] = {}
        self._causes: dict[Key, int | None] = {}
        self._planned: dict[Key, float] = {}

    def add(self, key: Key) -> None:
        if key in self._dirty:
            return
        self._dirty.add(key)
        self._causes[key] = self._loop.cause
        if key not in self._busy:
            self._waiting.append(key)
            self._start()

    def add_after(self, key: Key, seconds: float) -> None:
        """Add a key later. A key that waits already is added at the earlier of both moments, once."""
        due = self._loop.now + max(seconds, _LEAST)
        if seconds <= 0:
            self.add(key)
        elif due < self._delayed.get(key, inf):
            self._delayed[key] = due
            self._loop.at(due, lambda: self._ripe(key, due))

    def _ripe(self, key: Key, due: float) -> None:
        if self._delayed.get(key) == due:
            del self._delayed[key]
            self.add(key)

    def add_rate_limited(self, key: Key) -> None:
        """Add a key after its back-off."""
        failures = self._failures.get(key, 0)
        self._failures[key] = failures + 1
        self.add_after(key, min(self._base * 2**failures, self._longest))

    def forget(self, key: Key) -> None:
        """Let a key's back-off start anew."""
        self._failures.pop(key, None)

    def failures(self, key: Key) -> int:
        """How often a key was put off since it was forgotten."""
        return self._failures.get(key, 0)

    def _start(self) -> None:
        while self._idle and self._waiting:
            key = self._waiting.popleft()
            self._idle -= 1
            self._dirty.discard(key)
            self._busy.add(key)
            before, self._loop.cause = self._loop.cause, self._causes.pop(key, None)
            self._loop.spawn(self._work(key))
            self._loop.cause = before

    async def _work(self, key: Key) -> None:
        try:
            await self._sync(key)
        except (Refused, Retry):
            self.add_rate_limited(key)
        else:
            self.forget(key)
        self._busy.discard(key)
        self._idle += 1
        if key in self._dirty:
            self._waiting.append(key)
        self._start()

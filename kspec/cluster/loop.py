"""Simulated time: what happens when, and coroutines that wait.

Controllers, the kubelet and the scheduler are coroutines. They wait by awaiting `Loop.sleep` or `Loop.together`, never
for real. What is due at the same moment happens in the order in which it was planned, so a run is the same every time.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Generator, Iterable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from types import coroutine
from typing import Any, TypeAlias, TypeVar

T = TypeVar("T")
Resume: TypeAlias = Callable[[], None]
Work: TypeAlias = Coroutine[Any, Any, T]
_TICK = 1e-9


@dataclass(order=True, slots=True)
class _Due:
    when: float
    order: int
    action: Callable[[], None] = field(compare=False)
    cause: int | None = field(compare=False)


@coroutine
def _suspend(plan: Callable[[Resume], None]) -> Generator[Callable[[Resume], None], None, None]:
    yield plan


class Loop:
    """Time in seconds since the start. `cause` is the revision of the change that set off what is happening now."""

    def __init__(self) -> None:
        self.now = 0.0
        self.cause: int | None = None
        self._due: list[_Due] = []
        self._count = 0

    def at(self, when: float, action: Callable[[], None]) -> None:
        """Plan an action for a moment; one in the past is due now."""
        self._count += 1
        heappush(self._due, _Due(max(when, self.now), self._count, action, self.cause))

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        self.at(self.now + seconds, action)

    def every(self, seconds: float, action: Callable[[], None]) -> None:
        """Do something again and again, for the first time after so many seconds."""

        def again() -> None:
            self.after(seconds, again)
            action()

        self.after(seconds, again)

    def spawn(self, work: Work[None]) -> None:
        """Let a coroutine run on its own, from now on."""
        self.at(self.now, lambda: _step(work))

    async def sleep(self, seconds: float) -> None:
        await _suspend(lambda resume: self.after(seconds, resume))

    async def until(self, when: float) -> None:
        await _suspend(lambda resume: self.at(when, resume))

    async def together(self, works: Iterable[Work[T]]) -> list[T | Exception]:
        """Run coroutines side by side; the results in their order, errors among them."""
        started = list(works)
        results: dict[int, T | Exception] = {}
        if not started:
            return []

        async def one(number: int, work: Work[T], resume: Resume) -> None:
            try:
                results[number] = await work
            except Exception as error:
                results[number] = error
            if len(results) == len(started):
                resume()

        def plan(resume: Resume) -> None:
            for number, work in enumerate(started):
                self.spawn(one(number, work, resume))

        await _suspend(plan)
        return [results[number] for number in range(len(started))]

    def run(self, until: float, stop: Callable[[], bool] = lambda: False) -> bool:
        """Let time pass until a moment, or until `stop` says so after something happened; whether it did."""
        while self._due and self._due[0].when <= until + _TICK:
            due = heappop(self._due)
            self.now, self.cause = max(self.now, due.when), due.cause
            due.action()
            self.cause = None
            if stop():
                return True
        self.now = max(self.now, until)
        return False


def _step(work: Work[None]) -> None:
    """Run a coroutine until it waits next."""
    try:
        plan = work.send(None)
    except StopIteration:
        return
    plan(lambda: _step(work))

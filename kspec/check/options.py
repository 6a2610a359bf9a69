"""What a verification may use."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from kspec.cache import NO_STORE, Store
from kspec.core.clock import worked
from kspec.run.names import Namer


class Engine(Enum):
    """Which engines take part; `PORTFOLIO` is all of them, in the order that answers soonest."""

    PORTFOLIO = "portfolio"
    WALK = "walk"
    SEARCH = "search"
    INDUCTION = "induction"
    SPACER = "spacer"
    BMC = "bmc"


@dataclass(frozen=True, slots=True)
class Options:
    """The budget of one verification and its taste."""

    seconds: float = 30.0
    states: int = 300_000
    depth: int = 20
    engine: Engine = Engine.PORTFOLIO
    namer: Namer | None = None
    """Names nodes and pods in stories."""
    progress: Callable[[str], None] | None = None
    """Told in a few words what is being done."""

    store: Store = field(default=NO_STORE, compare=False)
    """Where verdicts of earlier runs lie."""

    def uses(self, engine: Engine) -> bool:
        """Does this engine take part?"""
        return self.engine in (Engine.PORTFOLIO, engine)

    @property
    def proves(self) -> bool:
        """Does an engine take part that gives proofs for every state?"""
        return self.uses(Engine.INDUCTION) or self.uses(Engine.SPACER)

    def say(self, words: str) -> None:
        """Report progress."""
        if self.progress is not None:
            self.progress(words)


PATIENCE = 8
"""A budget never takes longer than so many times its seconds by the clock on the wall, however busy the machine is."""


class Clock:
    """What is left of a budget."""

    def __init__(self, seconds: float) -> None:
        self.begun = worked()
        self._end = self.begun + seconds
        self._last = time.monotonic() + PATIENCE * seconds

    @property
    def left(self) -> float:
        """Seconds left, never negative."""
        return max(0.0, min(self._end - worked(), self._last - time.monotonic()))

    @property
    def used(self) -> float:
        """Seconds used."""
        return worked() - self.begun

    def share(self, part: float, least: float = 0.0) -> float:
        """A part of what is left, at least so much while anything is."""
        return min(self.left, max(least, self.left * part))

"""Feeding a front end with the texts of many seeds, one after the other, and telling how it took them."""

from __future__ import annotations

import gc
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field

_STEP = 1_000
"""Inputs between two signs of life."""
_KILOBYTE = 1_024


@dataclass
class Endurance:
    """One run over the seeds from `seed` on. `examine` looks at the text of a seed and returns the seconds of the
    processor that the front end took for it; whatever it raises is a failure. A run that is interrupted tells the
    seed with which to go on.
    """

    what: str
    text_of: Callable[[int], str]
    examine: Callable[[int, str], float]
    failures: list[int] = field(default_factory=list)
    done: int = 0
    characters: int = 0
    slowest: tuple[float, int] = (0.0, 0)
    dearest: tuple[float, int] = (0.0, 0)
    """The most seconds for a kilobyte (texts below one count as one), and the seed."""

    def run(self, count: int, seed: int) -> None:
        """Feed `count` texts; tells failures at once, and the figures at the end."""
        begun = time.monotonic(), time.process_time()
        try:
            for number in range(seed, seed + count):
                self._one(number)
        except KeyboardInterrupt:
            print(f"interrupted; go on with seed {seed + self.done}", file=sys.stderr)
        spent, busy = time.monotonic() - begun[0], time.process_time() - begun[1]
        print(
            f"{self.done:,} {self.what} ({self.characters / 1e6:.1f} MB) in {spent:.0f} s ({busy:.0f} s busy), ", end=""
        )
        print(f"{self.done / max(busy, 0.001):.0f} a second; {len(self.failures)} failures; ", end="")
        print(f"slowest {self.slowest[0] * 1000:.0f} ms (seed {self.slowest[1]}), ", end="")
        print(f"{self.dearest[0] * 1000:.0f} ms for a kilobyte (seed {self.dearest[1]})")

    def _one(self, number: int) -> None:
        text = self.text_of(number)
        try:
            seconds = self.examine(number, text)
        except Exception:
            self.failures.append(number)
            print(f"seed {number}: {traceback.format_exc(-4)}\n{text!r}", file=sys.stderr)
        else:
            self.slowest = max(self.slowest, (seconds, number))
            self.dearest = max(self.dearest, (seconds * _KILOBYTE / max(len(text), _KILOBYTE), number))
        self.done += 1
        self.characters += len(text)
        if self.done % _STEP == 0:
            gc.collect()
            print(f"{self.done:,} {self.what}, next seed {number + 1}", file=sys.stderr)

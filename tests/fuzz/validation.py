"""Fuzz the API server's judgement: `python tests/fuzz/validation.py [OBJECTS] [SEED]`.

Sends that many odd objects of all built-in kinds (50,000 by default): each is answered, and quickly; those that are
taken keep their defaults. Prints the seed of what fails.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.api.odd import examine

SLOW = 2.0
"""Seconds that no such object may take."""


def main(count: int, seed: int) -> int:
    begun, failures, taken, slowest = time.monotonic(), 0, 0, (0.0, seed)
    for number in range(seed, seed + count):
        started = time.process_time()
        try:
            taken += examine(number)
        except Exception as error:
            failures += 1
            print(f"seed {number}: {type(error).__name__}: {error}", file=sys.stderr)
        slowest = max(slowest, (time.process_time() - started, number))
    spent = time.monotonic() - begun
    print(f"{count:,} objects in {spent:.0f} s, {taken:,} taken, {failures} failures", end="; ")
    print(f"slowest {slowest[0]:.2f} s (seed {slowest[1]})")
    return int(failures > 0 or slowest[0] > SLOW)


if __name__ == "__main__":
    given = [int(a) for a in sys.argv[1:]]
    sys.exit(main(*(given + [50_000, 0][len(given) :])))

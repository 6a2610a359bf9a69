"""Fuzz the front end: `python tests/fuzz/syntax.py [TEXTS] [SEED]`.

Reads, formats and loads that many broken texts (100,000 by default): no exception, spans inside the text, formatting
that keeps the program; and checks on families of growing texts that the time is linear. Prints the seed of what fails.
"""

from __future__ import annotations

import gc
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from syntax.mutate import GROWING, examine, growth, text_of

SLOW = 2.0
"""Seconds that no text of a few thousand characters may take."""


def main(count: int, seed: int) -> int:
    begun, failures, slowest = time.monotonic(), 0, (0.0, seed)
    for number in range(seed, seed + count):
        text = text_of(number)
        try:
            seconds = examine(text)
        except Exception as error:
            failures += 1
            print(f"seed {number}: {type(error).__name__}: {error}\n{text!r}", file=sys.stderr)
            continue
        slowest = max(slowest, (seconds, number))
        if number % 2_000 == 0:
            gc.collect()
        if sys.stderr.isatty() and number % 1_000 == 0:
            print(f"\r{number - seed:,} texts", end="", file=sys.stderr)
    spent = time.monotonic() - begun
    print(f"{count:,} texts in {spent:.0f} s, {failures} failures; slowest {slowest[0]:.2f} s (seed {slowest[1]})")
    quadratic = [family for family in GROWING if _grows(family)]
    print(f"{len(GROWING)} growing families, not linear: {', '.join(quadratic) or 'none'}")
    return int(bool(failures or quadratic or slowest[0] > SLOW))


def _grows(family: str) -> bool:
    short, long = growth(family, 4_000)
    return long > 0.2 and long / short > 24


if __name__ == "__main__":
    arguments = [int(a.replace(",", "")) for a in sys.argv[1:]]
    sys.exit(main(*(arguments + [100_000, 0][len(arguments) :])))

"""Fuzz the whole front end: `python tests/fuzz/designs.py [DESIGNS] [SEED]`.

Loads and judges that many wild designs (20,000 by default) and asks what an editor asks at some place in each: no
exception, an answer for everything, no time to speak of; and checks on families of growing designs that the time is
not quadratic. Prints the seed of what fails.
"""

from __future__ import annotations

import gc
import sys
import time
import traceback
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1]))

from elaborate.wild import GROWING, design_of, examine_design, growth

SLOW = 5.0
"""Seconds of the processor that no design of a few hundred lines may take to load."""


def main(count: int, seed: int) -> int:
    begun, failures, slowest = time.monotonic(), 0, (0.0, seed)
    for number in range(seed, seed + count):
        text = design_of(number)
        try:
            seconds = examine_design(text, Random(number))
        except Exception:
            failures += 1
            print(f"seed {number}: {traceback.format_exc(-4)}\n{text!r}", file=sys.stderr)
            continue
        slowest = max(slowest, (seconds, number))
        if number % 500 == 0:
            gc.collect()
            if sys.stderr.isatty():
                print(f"\r{number - seed:,} designs", end="", file=sys.stderr)
    spent = time.monotonic() - begun
    print(f"{count:,} designs in {spent:.0f} s, {failures} failures; slowest {slowest[0]:.2f} s (seed {slowest[1]})")
    quadratic = [family for family in GROWING if _grows(family)]
    print(f"{len(GROWING)} growing families, quadratic: {', '.join(quadratic) or 'none'}")
    return int(bool(failures or quadratic or slowest[0] > SLOW))


def _grows(family: str) -> bool:
    """Eight times the design takes eight times as long, and not sixty-four; short times are noise."""
    short, long = growth(family, 150)
    return long > 0.3 and long / max(short, 0.01) > 40


if __name__ == "__main__":
    arguments = [int(a.replace(",", "")) for a in sys.argv[1:]]
    sys.exit(main(*(arguments + [20_000, 0][len(arguments) :])))

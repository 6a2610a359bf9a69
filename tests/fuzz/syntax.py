"""Fuzz the front end: `python tests/fuzz/syntax.py [TEXTS] [SEED]`.

Reads, formats and loads that many broken texts (100,000 by default): no exception, spans inside the text, formatting
that keeps the program; and checks on families of growing texts that the time is linear. Prints the seed of what fails.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from endurance import Endurance
from syntax.mutate import GROWING, examine, growth, text_of

SLOW = 2.0
"""Seconds that no text of a few thousand characters may take."""


def main(count: int, seed: int) -> int:
    endurance = Endurance("texts", text_of, lambda _, text: examine(text))
    endurance.run(count, seed)
    quadratic = [family for family in GROWING if _grows(family)]
    print(f"{len(GROWING)} growing families, not linear: {', '.join(quadratic) or 'none'}")
    return int(bool(endurance.failures or quadratic or endurance.slowest[0] > SLOW))


def _grows(family: str) -> bool:
    short, long = growth(family, 4_000)
    return long > 0.2 and long / short > 24


if __name__ == "__main__":
    arguments = [int(a.replace(",", "")) for a in sys.argv[1:]]
    sys.exit(main(*(arguments + [100_000, 0][len(arguments) :])))

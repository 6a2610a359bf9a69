"""Fuzz the whole front end: `python tests/fuzz/designs.py [DESIGNS] [SEED]`.

Loads and judges that many wild designs (100,000 by default) and asks what an editor asks at some place in one of eight:
no exception, an answer for everything, no time to speak of; and checks on families of growing designs that the time is
not quadratic. Prints the seed of what fails.
"""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1]))

from elaborate.wild import GROWING, design_of, examine_design, examine_editor, growth
from endurance import Endurance

SLOW = 5.0
"""Seconds of the processor that no design of a few hundred lines may take to load."""
_ASKED = 8
"""Every so many designs, an editor asks about one: that takes longer than all the rest."""


def main(count: int, seed: int) -> int:
    endurance = Endurance("designs", design_of, _examine)
    endurance.run(count, seed)
    quadratic = [family for family in GROWING if _grows(family)]
    print(f"{len(GROWING)} growing families, quadratic: {', '.join(quadratic) or 'none'}")
    return int(bool(endurance.failures or quadratic or endurance.slowest[0] > SLOW))


def _examine(number: int, text: str) -> float:
    seconds = examine_design(text)
    if number % _ASKED == 0:
        examine_editor(text, Random(number))
    return seconds


def _grows(family: str) -> bool:
    """Eight times the design takes eight times as long, and not sixty-four; short times are noise."""
    short, long = growth(family, 150)
    return long > 0.3 and long / max(short, 0.01) > 40


if __name__ == "__main__":
    arguments = [int(a.replace(",", "")) for a in sys.argv[1:]]
    sys.exit(main(*(arguments + [100_000, 0][len(arguments) :])))

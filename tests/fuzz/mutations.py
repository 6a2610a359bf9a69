"""One mistake, one finding: `python tests/fuzz/mutations.py [SLIPS] [SEED] [NAME]`.

Makes that many slips of one token in whole designs (5,000 by default; half of them in the shop; `NAME` keeps to designs
with that in their name) and counts what loading says about each. Prints those that are told more than once.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1]))

from elaborate.slips import Tally, both_told, designs, pairs_of, parts, shown, slips_of, told

LIKELY = 0.8
"""The share of slips that must be told at most once; the rest is mostly what a lost declaration leaves unknown."""


def main(count: int, seed: int, name: str = "") -> int:
    random = Random(seed)
    texts = {path: text for path, text in designs().items() if name in path}
    first, *others = [slips_of(path, text, random) for path, text in texts.items()]
    tally = Tally()
    for number in range(count):
        tally.take(next(first if number % 2 or not others else random.choice(others)))
    for slip, found in tally.often + tally.far:
        print(shown(slip, found) + "\n")
    print(tally)
    pairs = [pairs_of(path, text, random) for path, text in texts.items() if len(list(parts(text))) > 3]
    tried = [next(random.choice(pairs) if number % 2 else pairs[0]) for number in range(count // 10)]
    lost = [pair for pair in tried if not both_told(pair)]
    for pair in lost:
        print(f"{pair.first} and {pair.second}")
        for slip in (pair.first, pair.second):
            print(shown(slip, told(slip)))
        print(
            "together\n" + "\n".join(f"  {d.span}: {d.message}" for d in told(replace(pair.first, text=pair.text))),
            "\n",
        )
    print(f"{len(tried)} pairs, both told in {1 - len(lost) / max(len(tried), 1):.1%}")
    return int(tally.at_most_once < LIKELY)


if __name__ == "__main__":
    given = [a.replace(",", "") for a in sys.argv[1:]] + ["5000", "0", ""][len(sys.argv) - 1 :]
    sys.exit(main(int(given[0]), int(given[1]), given[2]))

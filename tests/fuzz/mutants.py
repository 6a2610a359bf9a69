"""Mutants of the models against what the models keep: how many are refuted.

Run by `make fuzz`; `--every N` takes each N-th mutant, `--offset` where to begin, `--only` those of some components.
The rate leaves out those that change nothing that the questions can see: the same states, the same steps between them,
on every design.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.models.mutation import Fate, asked, fate, mutants

TARGET = 0.95


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--offset", type=int, default=0)
    parser.add_argument("--only", nargs="*", metavar="NAME", help="components and functions; all of them without it")
    arguments = parser.parse_args()
    against = asked()
    fates: Counter[Fate] = Counter()
    chosen = (m for m in mutants() if not arguments.only or m.name in arguments.only)
    for mutant in islice(chosen, arguments.offset, None, arguments.every):
        found = fate(mutant, against)
        fates[found] += 1
        if found is not Fate.REFUTED:
            print(f"{found.value:15} {mutant.words}", flush=True)
    counted = fates[Fate.REFUTED] + fates[Fate.SURVIVES]
    rate = fates[Fate.REFUTED] / counted if counted else 1.0
    refuted, same, left = (fates[f] for f in (Fate.REFUTED, Fate.SAME, Fate.SURVIVES))
    print(
        f"{len(against)} questions, {sum(fates.values())} mutants: {refuted} refuted, {same} change nothing,", end=" "
    )
    print(f"{left} survive: {rate:.1%} of those that matter are refuted")
    return 0 if rate >= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())

"""Invariants and ranges of sizes on random small clusters: what is said of them beside trying everything, and whether
the certificates of what is said stand.

Run by `make fuzz`; `--cases` and `--start` choose which.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from smallworlds.extents import compared, every_example, placed_design
from smallworlds.sizes import agreeing, random_range

from kspec.certify import Outcome, certify
from kspec.place.forced import Extent, Forced, possible
from kspec.place.forced.report import forced_json
from kspec.place.report import to_json


def invariants(seed: int, tally: Counter[str]) -> None:
    """Extents, and the certificates of all of them; every other time proofs are made case by case."""
    placed = placed_design(seed, 10)
    every = every_example(placed[1]) if placed else []
    if placed is None or len(every) < 2:
        return
    possible.SMALL = 2_500 if seed % 2 else -1
    document = to_json(placed[2])
    entries = []
    for found, expected in compared(*placed, every):
        if isinstance(found, Forced):
            tally[found.extent.value] += 1
            entries.append(forced_json(found))
            if found.extent not in (expected, Extent.OPEN):
                tally["WRONG"] += 1
                print(f"seed {seed}: {found.property.name.text} is true in {found.extent.value}, not {expected}")
    document["forced"] = entries
    for check in certify(json.loads(json.dumps(document)), placed[0]):
        tally[f"certificate {check.outcome.value}"] += 1
        if check.outcome is Outcome.BROKEN:
            tally["WRONG"] += 1
            print(f"seed {seed}: {check}")


def sizes(seed: int, tally: Counter[str]) -> None:
    """Ranges of sizes."""
    asked = random_range(seed)
    if asked is not None:
        found = agreeing(*asked)
        tally[f"range {found.whole.enough.value}{', monotone' if found.monotone else ''}"] += 1


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--start", type=int, default=200_000)
    options = parser.parse_args()
    tally: Counter[str] = Counter()
    for seed in range(options.start, options.start + options.cases):
        for compare in (invariants, sizes):
            try:
                compare(seed, tally)
            except AssertionError as error:
                tally["WRONG"] += 1
                print(f"seed {seed}: {compare.__name__}: {error}")
    print(", ".join(f"{name}: {number}" for name, number in sorted(tally.items())))
    return 1 if tally["WRONG"] else 0


if __name__ == "__main__":
    sys.exit(main())

"""Invariants and ranges of sizes on random small clusters: what is said of them beside trying everything (beside CP-SAT
where that is too much), and whether the certificates of what is said stand.

Run by `make fuzz`; `--cases` and `--start` choose which.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from smallworlds.cpstatements import extent
from smallworlds.extents import compared, every_example, placed_design
from smallworlds.sizes import agreeing, random_range

from kspec.certify import Outcome, certify
from kspec.core.property import Property
from kspec.place.forced import Extent, Forced, forced, possible
from kspec.place.forced.ask import ground_of, said_of_placements
from kspec.place.forced.ask import invariants as asked_of
from kspec.place.forced.report import forced_json
from kspec.place.forced.translate import premise_and_whole
from kspec.place.report import to_json

KNOWN = importlib.util.find_spec("ortools") is not None


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


def larger(seed: int, tally: Counter[str]) -> None:
    """Extents in clusters that are too large to try everything."""
    placed = placed_design(seed, 5, nodes=6, pods=12) if KNOWN else None
    if placed is None:
        return
    design, problem, answer = placed
    possible.SMALL = 2_500 if seed % 2 else -1
    ground = ground_of(design, problem)
    for posed, found in zip(asked_of(design), forced(design, problem, answer, budget=5), strict=True):
        said = said_of_placements(ground, posed)
        if isinstance(found, Forced) and isinstance(said, Property):
            expected = extent(problem, premise_and_whole(ground, said)[1], 10)
            tally[f"CP-SAT {expected.value}"] += 1
            assert Extent.OPEN in (expected, found.extent) or found.extent is expected, (
                found.property.name.text,
                expected,
            )


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
        for compare in (invariants, larger, sizes):
            try:
                compare(seed, tally)
            except AssertionError as error:
                tally["WRONG"] += 1
                print(f"seed {seed}: {compare.__name__}: {error}")
    print(", ".join(f"{name}: {number}" for name, number in sorted(tally.items())))
    return 1 if tally["WRONG"] else 0


if __name__ == "__main__":
    sys.exit(main())

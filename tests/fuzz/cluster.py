"""Random scenarios through the simulated control plane; `--cases` and `--start` choose which. Run by `make fuzz`."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.cluster.random_scenario import run, wrong


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=300)
    parser.add_argument("--start", type=int, default=1000)
    options = parser.parse_args()
    tally: Counter[str] = Counter()
    for seed in range(options.start, options.start + options.cases):
        found = wrong(run(seed))
        tally["WRONG" if found else "right"] += 1
        for line in found:
            print(f"seed {seed}: {line}")
    print(", ".join(f"{number} {name}" for name, number in sorted(tally.items())))
    return 1 if tally["WRONG"] else 0


if __name__ == "__main__":
    sys.exit(main())

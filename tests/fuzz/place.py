"""Placement beside CP-SAT on random small clusters: the same verdict on every one, feasible or not.

Run by `make fuzz`; `--cases` and `--start` choose which. Without OR-tools, trying everything takes CP-SAT's part.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from smallworlds.brute import solvable
from smallworlds.clusters import random_case
from smallworlds.cpsat import Counts

from kspec.place import Infeasible, Placement, Problem, build, solve, stands
from kspec.place.verdicts import violations

KNOWN = importlib.util.find_spec("ortools") is not None


def expected(problem: Problem) -> bool | None:
    """Whether the pods can be placed, by someone else; None where that cannot be told."""
    if not KNOWN:
        return solvable(problem)
    model = Counts(problem)
    status, counts = model.solve(20)
    if status == "INFEASIBLE":
        return False
    fine = status in ("OPTIMAL", "FEASIBLE") and not violations(problem, counts, model.there)
    return True if fine else None  # affinity in a circle: CP-SAT's model does not see it


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=2000)
    parser.add_argument("--start", type=int, default=100_000)
    options = parser.parse_args()
    tally: Counter[str] = Counter()
    for seed in range(options.start, options.start + options.cases):
        size = {"nodes": 3, "pods": 5} if not KNOWN else {"nodes": 3 + seed % 6, "pods": 5 + seed % 14}
        problem = build(*random_case(seed, **size))
        assert isinstance(problem, Problem)
        answer, truth = solve(problem, budget=10, repairs=False), expected(problem)
        verdict = {Placement: True, Infeasible: False}.get(type(answer))
        if verdict is None or truth is None:
            tally["undecided"] += 1
        elif verdict is not truth:
            tally["WRONG"] += 1
            print(f"seed {seed} {size}: kspec says {verdict}, {'CP-SAT' if KNOWN else 'trying everything'} {truth}")
        else:
            tally["placed" if verdict else "infeasible"] += 1
        if isinstance(answer, Infeasible) and not stands(problem, answer.certificate):
            tally["WRONG"] += 1
            print(f"seed {seed} {size}: the certificate does not stand")
    print(
        ", ".join(f"{count} {name}" for name, count in sorted(tally.items())),
        "beside",
        "CP-SAT" if KNOWN else "brute force",
    )
    return int(tally["WRONG"] > 0)


if __name__ == "__main__":
    raise SystemExit(main())

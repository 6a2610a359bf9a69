"""What is asked about placements, beside trying everything: losses, headroom, moves, certificates.

Run by `make fuzz`; `--cases` and `--start` choose which random clusters.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "place"))

from smallworlds.brute import solvable
from smallworlds.clusters import random_case
from test_survive import agrees

from kspec.certify import Outcome, certify, worst
from kspec.elaborate.design import Design
from kspec.place import Placement, Problem, build, solve, to_json
from kspec.place.headroom import headroom, larger
from kspec.place.survive import trial


def losses(seed: int, together: bool) -> str:
    """The fate of a placement; `together` puts answers of single nodes together."""
    trial._PAIRS = 0 if together else 400
    loss, size = (("1 node", 1), ("2 nodes", 2), ("1 zone", 0))[seed % 3]
    return {True: "agreed", False: "WRONG", None: "not asked"}[agrees(seed, loss, size)]


def room(seed: int) -> str:
    problem = build(*random_case(seed, nodes=3, pods=3, ranges=False))
    assert isinstance(problem, Problem)
    if not isinstance(solve(problem, budget=5, repairs=False), Placement):
        return "not asked"
    for found in headroom(problem, budget=10):
        if found.exact and found.more <= 2 and solvable(larger(problem, {found.workload: found.more + 1})):
            return "WRONG"
        if 0 < found.more <= 2 and not solvable(larger(problem, {found.workload: found.more})):
            return "WRONG"
    return "agreed"


def certificates(seed: int) -> str:
    resources, cluster = random_case(seed, nodes=4, pods=6)
    problem = build(resources, cluster)
    assert isinstance(problem, Problem)
    document = json.loads(json.dumps(to_json(solve(problem, budget=5, repairs=False))))
    design = Design("random", "1.36", cluster, tuple(resources), tuple(resources))
    return {Outcome.HOLDS: "agreed", Outcome.OPEN: "open", Outcome.BROKEN: "WRONG"}[worst(certify(document, design))]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--start", type=int, default=200_000)
    options = parser.parse_args()
    wrong = 0
    questions = {
        "losses": lambda seed: losses(seed, together=False),
        "losses, pairs together": lambda seed: losses(seed * 3 + 1, together=True),
        "headroom": room,
        "certificates": certificates,
    }
    for name, ask in questions.items():
        tally: Counter[str] = Counter()
        for seed in range(options.start, options.start + options.cases):
            outcome = ask(seed)
            tally[outcome] += 1
            if outcome == "WRONG":
                print(f"{name}: seed {seed} is WRONG")
        wrong += tally["WRONG"]
        print(f"{name}:", ", ".join(f"{count} {what}" for what, count in sorted(tally.items())))
    return int(wrong > 0)


if __name__ == "__main__":
    raise SystemExit(main())

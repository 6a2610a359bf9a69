"""Placement beside CP-SAT on random small designs: the same verdict on every one, feasible or not.

Worlds have every hard rule in them, and CP-SAT is told about them by a reading of the manifests that shares nothing
with kspec; where not all pods fit, it also says how many of each priority do. Clusters are simpler, and CP-SAT is given
kspec's own statement of the problem. Every certificate is re-checked. Run by `make fuzz`; `--cases` and `--start` say
which.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from smallworlds.clusters import random_case
from smallworlds.cpsat import Counts
from smallworlds.truth import most_important, placeable
from smallworlds.worlds import random_world

from kspec.domain.node import Cluster
from kspec.domain.objects import Resource
from kspec.place import Goal, Infeasible, Placement, Problem, build, solve, stands
from kspec.place.answer import Subset
from kspec.place.verdicts import violations


def world(seed: int) -> str:
    """A world's verdict beside the truth about its manifests."""
    resources, cluster = random_world(seed, nodes=3 + seed % 6, pods=3 + seed % 14)
    manifests = [r.manifest for r in resources]
    return _judged(_problem(resources, cluster), placeable(manifests, cluster.pools))


def important(seed: int) -> str:
    """How many pods of each priority a world can place where not all fit."""
    resources, cluster = random_world(seed, nodes=3 + seed % 4, pods=3 + seed % 9)
    answer = solve(_problem(resources, cluster), budget=10, repairs=False, goal=Goal.PRIORITY)
    if not isinstance(answer, Infeasible):
        return "all placed"
    truth = most_important([r.manifest for r in resources], cluster.pools)
    if answer.subset is None or truth is None:
        return "daemons do not fit" if answer.subset is None and truth is None else "WRONG"
    return _weighed(answer.subset, truth)


def _weighed(subset: Subset, truth: dict[int, int]) -> str:
    for share in subset.shares:
        most = truth[share.priority]
        if not share.placed <= most <= share.bound or (share.optimal and share.placed < most):
            return "WRONG"
        if share.placed < most:
            return "fewer than possible"
    return "as many as possible"


def simple(seed: int) -> str:
    """A cluster's verdict beside a model of kspec's own problem."""
    problem = _problem(*random_case(seed, nodes=3 + seed % 6, pods=5 + seed % 14))
    model = Counts(problem)
    status, counts = model.solve(20)
    if status in ("OPTIMAL", "FEASIBLE") and violations(problem, counts, model.there):
        return _judged(problem, None)  # affinity in a circle: the model does not see it
    return _judged(problem, {"OPTIMAL": True, "FEASIBLE": True, "INFEASIBLE": False}.get(status))


def _problem(resources: list[Resource], cluster: Cluster) -> Problem:
    problem = build(resources, cluster)
    assert isinstance(problem, Problem)
    return problem


def _judged(problem: Problem, truth: bool | None) -> str:
    answer = solve(problem, budget=10, repairs=False)
    verdict = {Placement: True, Infeasible: False}.get(type(answer))
    if isinstance(answer, Infeasible) and not stands(problem, answer.certificate):
        return "WRONG certificate"
    if verdict is None or truth is None:
        return "undecided" if verdict is None else "not known"
    return ("placed" if verdict else "infeasible") if verdict is truth else f"WRONG, and {truth} is right"


QUESTIONS: dict[str, tuple[Callable[[int], str], int]] = {
    "worlds": (world, 1),
    "clusters": (simple, 2),
    "most important pods": (important, 4),
}
"""What is asked, and about every how many seeds."""


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=2000)
    parser.add_argument("--start", type=int, default=100_000)
    options = parser.parse_args()
    wrong = 0
    for name, (ask, every) in QUESTIONS.items():
        tally: Counter[str] = Counter()
        begun = time.process_time()
        for seed in range(options.start, options.start + options.cases, every):
            outcome = ask(seed)
            tally[outcome] += 1
            if outcome.startswith("WRONG"):
                print(f"{name}: seed {seed}: {outcome}", flush=True)
        wrong += sum(count for what, count in tally.items() if what.startswith("WRONG"))
        figures = ", ".join(f"{count} {what}" for what, count in sorted(tally.items()))
        print(f"{name}: {figures}; {time.process_time() - begun:.0f} s", flush=True)
    return int(wrong > 0)


if __name__ == "__main__":
    raise SystemExit(main())

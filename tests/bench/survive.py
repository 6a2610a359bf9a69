"""Any one and any two of 500 nodes lost, and any zone: seconds from the problem to the fate, for several fills.

Nodes are of three shapes in three zones; workloads keep apart, spread over zones or neither. `--nodes` and `--fills`
choose. Trying each of the pairs on its own is the peer: its seconds are extrapolated from a few of them. Seconds are of
the processor.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from itertools import combinations
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
from smallworlds.written import apart, spread, workload

from kspec.domain.node import Cluster
from kspec.place import Placement, Problem, build, solve
from kspec.place.budget import Purse
from kspec.place.survive import parse, survive
from kspec.place.survive.choose import standing_of
from kspec.place.survive.refit import refit

SHAPES = (("s", "8", "32Gi"), ("m", "16", "64Gi"), ("l", "32", "128Gi"))


def problem_of(nodes: int, fill: float, seed: int) -> Problem:
    """A cluster filled so far with workloads of many sizes."""
    chance = random.Random(seed)
    pools: list[Any] = [
        {"name": f"{n}-{z}", "count": {"low": nodes // 9, "high": nodes // 9}, "zone": z}
        | {"machine": {"cpu": cpu, "memory": memory, "pods": "110"}}
        for n, cpu, memory in SHAPES
        for z in "abc"
    ]
    left, resources = fill * sum(int(c) for _, c, _ in SHAPES) * (nodes // 9) * 3, []
    while left > 0:
        cpu, count = chance.choice((250, 500, 1000, 1500, 2000, 3000)), chance.randint(3, 60)
        name = f"w{len(resources)}"
        extra = chance.choice(({}, {"affinity": apart(name)}, {"topologySpreadConstraints": spread(name)}))
        resources.append(workload(name, count, f"{cpu}m", **extra))
        left -= cpu * count / 1000
    problem = build(resources, Cluster.model_validate({"pools": pools}))
    assert isinstance(problem, Problem)
    return problem


def one_by_one(problem: Problem, answer: Placement, sample: int = 20) -> float:
    """Seconds that placing anew after each pair would take."""
    standing = standing_of(problem, {a.pod: a.node for a in answer.assignments}, answer.certificate)
    sites = len(problem.sites)
    pairs = list(combinations(range(sites), 2))
    begun = time.process_time()
    for pair in random.Random(0).sample(pairs, sample):
        refit(standing, np.isin(np.arange(sites), pair), Purse.of(10), thorough=False)
    return (time.process_time() - begun) / sample * len(pairs)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--nodes", type=int, default=500)
    parser.add_argument("--fills", default="0.5,0.7,0.8")
    options = parser.parse_args()
    print(
        f"{'fill':>5} {'nodes':>6} {'pods':>6} {'loss':8} {'ways':>7} {'seconds':>8}  {'fate':42} one by one",
        flush=True,
    )
    for fill in map(float, options.fills.split(",")):
        problem = problem_of(options.nodes, fill, 0)
        answer = solve(problem)
        assert isinstance(answer, Placement)
        for loss in ("1 node", "2 nodes", "1 zone"):
            begun = time.process_time()
            _, survival = survive(problem, answer, parse(loss), budget=30, repairs=False)
            seconds = time.process_time() - begun
            peer = f"{one_by_one(problem, answer):.0f} s" if loss == "2 nodes" else "-"
            told = survival.fate.value + (f" without {survival.failure.name}" if survival.failure else "")
            pods = len(answer.assignments)
            print(
                f"{fill:5} {len(problem.sites):6} {pods:6} {loss:8} {survival.ways:7} {seconds:8.2f}  {told:42} {peer}",
                flush=True,
            )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

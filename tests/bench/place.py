"""Placement on seeded instances with a planted solution, beside OR-tools CP-SAT in the same run.

`--sizes medium,large,huge` and `--peers` choose what runs; each peer gets `--limit` seconds. Seconds are kspec's of the
processor, from objects to a checked answer without Python's start, and the peers' on the clock. Infeasible instances
are told with their conflict, without repairs; the fewest nodes are looked for with a budget of 30 seconds.
"""

from __future__ import annotations

import argparse
import importlib.util
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from smallworlds.cpsat import Counts, PerPod
from smallworlds.planted import Planted, planted, spoil

from kspec.place import Goal, Infeasible, Placement, Problem, build, solve, stands

FILLS = {"small": (0.8, 0.97), "medium": (0.8, 0.97, 0.995), "large": (0.8, 0.95, 0.995), "huge": (0.8, 0.9)}
CAUSES = ("capacity", "apart", "pieces")


def instances(sizes: list[str], seeds: int) -> Iterator[tuple[str, Planted]]:
    for size in sizes:
        for fill in FILLS[size]:
            for seed in range(seeds):
                yield f"{size} {fill} #{seed}", planted(size, fill, seed)
        if size != "huge":
            for cause in CAUSES:
                yield f"{size} infeasible: {cause}", spoil(planted(size, 0.8, 0), cause)


def kspec(instance: Planted, goal: Goal = Goal.FEASIBLE) -> tuple[str, float, Problem]:
    """kspec's verdict and seconds, from objects to a checked answer."""
    begun = time.process_time()
    problem = build(instance.resources, instance.cluster)
    assert isinstance(problem, Problem)
    answer = solve(problem, budget=30 if goal is Goal.NODES else 60, goal=goal, repairs=False)
    seconds = time.process_time() - begun
    match answer:
        case Placement(objective=objective):
            told = "placed" if goal is Goal.FEASIBLE else f"{objective.bound:g} <= optimum <= {objective.value:g}"
        case Infeasible():
            certified = "certified" if stands(problem, answer.certificate) else "WRONG"
            told = f"infeasible, {len(answer.core)} in conflict, {certified}"
        case _:
            told = f"unknown, {len(answer.left)} pods left"
    return told, seconds, problem


def peer(model: type[Counts], problem: Problem, limit: float) -> str:
    begun = time.perf_counter()
    status, _ = model(problem).solve(limit)
    return f"{status.lower()} {time.perf_counter() - begun:.1f}"


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", default="small,medium,large")
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--limit", type=float, default=20)
    parser.add_argument("--peers", choices=("none", "counts", "all"), default="all")
    options = parser.parse_args()
    known = importlib.util.find_spec("ortools") is not None and options.peers != "none"
    print(
        f"{'instance':32} {'nodes':>6} {'pods':>7} {'kspec':>8}  {'verdict':46} {'CP-SAT counts':20} CP-SAT pod x node"
    )
    for name, instance in instances(options.sizes.split(","), options.seeds):
        told, seconds, problem = kspec(instance)
        large = len(problem.sites) > 600
        first = peer(Counts, problem, options.limit) if known and not large else "-"
        naive = known and options.peers == "all" and len(problem.sites) <= 60
        second = peer(PerPod, problem, options.limit) if naive else "-"
        print(
            f"{name:32} {len(problem.sites):6} {instance.pods:7} {seconds:8.2f}  {told:46} {first:20} {second}",
            flush=True,
        )
    for size in (s for s in options.sizes.split(",") if s in ("small", "medium", "large")):
        for seed in range(options.seeds):
            told, seconds, problem = kspec(planted(size, 0.6, seed), Goal.NODES)
            name = f"{size} 0.6 #{seed}, fewest nodes"
            print(f"{name:32} {len(problem.sites):6} {'':7} {seconds:8.2f}  {told}", flush=True)
    print(f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

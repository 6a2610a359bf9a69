"""The same question gets the same answer, byte for byte, in every process."""

import os
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).parents[1]
ASKED = """
import json
from smallworlds.planted import planted, spoil
from smallworlds.worlds import random_world
from kspec.place import Goal, Placement, build, solve, to_json
from kspec.place.headroom import headroom
from kspec.place.survive import parse, survive

def tell(answer):
    print(json.dumps(to_json(answer)))

for seed in range(18):
    problem = build(*random_world(seed, nodes=5, pods=8))
    answer = solve(problem, budget=3, goal=(Goal.FEASIBLE, Goal.PRIORITY, Goal.NODES)[seed % 3])
    tell(answer)
    if isinstance(answer, Placement) and seed % 9 == 0:
        print(survive(problem, answer, parse("1 node"), budget=2)[1], headroom(problem, budget=2))
medium = planted("medium", 0.97, 1)
tell(solve(build(medium.resources, medium.cluster)))
broken = spoil(planted("medium", 0.8, 0), "apart")
tell(solve(build(broken.resources, broken.cluster)))
"""


def _answers(seed: str) -> bytes:
    paths = os.pathsep.join([str(TESTS.parent), str(TESTS)])
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": paths}
    return subprocess.run([sys.executable, "-c", ASKED], env=environment, capture_output=True, check=True).stdout


def test_placements_conflicts_repairs_and_what_else_is_asked_do_not_vary() -> None:
    first = _answers("1")
    assert first == _answers("4321") and first.count(b'"verdict"') == 20

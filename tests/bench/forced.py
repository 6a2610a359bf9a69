"""Is an invariant true in every placement? CPU seconds for statements about clusters of several sizes, beside CP-SAT.

CP-SAT gets the same counts, rules and formula, and is asked for a placement in which the statement holds and for one in
which it does not, `--seconds` for each. `--sizes` chooses among small, medium and large. A large cluster takes minutes.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from smallworlds.cpstatements import extent
from smallworlds.planted import planted
from smallworlds.statements import stated

from kspec.core.property import Property
from kspec.place import Placement, Problem, build, solve
from kspec.place.forced import Extent, Forced
from kspec.place.forced.ask import forced, ground_of, invariants, said_of_placements
from kspec.place.forced.translate import premise_and_whole

ZONE = "topology.kubernetes.io/zone"


def statements(first: str, second: str, third: str) -> dict[str, str]:
    """What is asked of the pods of three workloads and of all nodes."""
    return {
        "five pods a node": f"always forall n in nodes: count(pods({first}).on(n)) <= 5",
        "60 CPU a node": 'always forall n in nodes: used(n, "cpu") <= 60000',
        "even zones": f'always skew({second}, "{ZONE}") <= 1',
        "a pod in each zone": f"always forall z in zones: count(p in pods({third}) where p.zone == z) >= 1",
        "few empty nodes": "always count(n in nodes where n.empty) <= 2",
        "on two nodes at least": f"always count(n in nodes where any(p in pods({first}).on(n))) >= 2",
        "never together": f"always forall n in nodes: any(p in pods({first}).on(n)) => !any(p in pods({second}).on(n))",
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", default="small,medium")
    parser.add_argument("--fill", type=float, default=0.8)
    parser.add_argument("--seconds", type=float, default=10)
    options = parser.parse_args()
    print(f"{'cluster':10} {'statement':24} {'kspec':>22} {'CP-SAT':>16}")
    for size in options.sizes.split(","):
        cluster = planted(size, options.fill, 1)
        asked = statements(*[r.name for r in cluster.resources][:3])
        for name, statement in asked.items():
            design = stated(cluster.resources, cluster.cluster, statement)
            problem = build(design.resources, design.cluster)
            assert isinstance(problem, Problem)
            answer = solve(problem, budget=30)
            assert isinstance(answer, Placement)
            begun = time.process_time()
            (found,) = forced(design, problem, answer, budget=30)
            mine = time.process_time() - begun
            assert isinstance(found, Forced)
            how = f" ({found.proof.how.value})" if found.proof else ""
            ground = ground_of(design, problem)
            said = said_of_placements(ground, invariants(design)[0])
            assert isinstance(said, Property)
            formula = premise_and_whole(ground, said)[1]
            begun = time.process_time()
            other = extent(problem, formula, options.seconds)
            theirs = time.process_time() - begun
            assert Extent.OPEN in (other, found.extent) or other is found.extent, (name, other, found.extent)
            verdict = f"{found.extent.value}{how} {mine:.2f}"
            print(f"{size:10} {name:24} {verdict:>22} {f'{other.value} {theirs:.2f}':>16}", flush=True)


if __name__ == "__main__":
    main()

"""How fast a design is simulated: the shop to settled, a rollout of many pods on many nodes, and the counted form.

Each row runs in a process of its own. The peer is the walk that the counted form allows: the same rollout with pods as
numbers, which is what the verifier searches.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHOP = ROOT / "models" / "designs" / "shop.kspec"
ROLLOUT = """
cluster lab {{ nodepool a {{ count: {nodes}  machine {{ cpu: 4  memory: 16Gi }} }} }}
namespace shop {{
  deployment web {{
    replicas: {pods}
    strategy {{ rollingUpdate {{ maxSurge: {surge}  maxUnavailable: 0 }} }}
    container app {{ image: "web:1"  port http: 8080  resources {{ cpu: 500m  memory: 256Mi..256Mi }} }}
  }}
  service web {{ target: web  port http: 80 -> http }}
}}
scenario roll {{ rollout web {{ app.image: "web:2" }}  wait until settled  expect web.ready == {pods} }}
goal finishes: eventually always web.ready == {pods} under rollout(web)
"""


def shop(_: argparse.Namespace) -> str:
    from kspec.elaborate import load
    from kspec.scheduler.simulation import simulate

    design = load([str(SHOP)]).design
    assert design is not None
    trace = simulate(design).trace
    assert trace is not None and trace.settled
    return f"{len(trace.steps)} steps"


def rollout(sizes: argparse.Namespace) -> str:
    from kspec.elaborate import load
    from kspec.scheduler.rehearsal import rehearse

    design = load(["-"], stdin=_text(sizes)).design
    assert design is not None
    played = rehearse(design, design.scenarios[0])
    assert played.passed
    return f"{len(played.courses[0].trace.steps)} steps, created and rolled out"


def counted(sizes: argparse.Namespace) -> str:
    from kspec.elaborate import load
    from kspec.elaborate.behaviour.question import question
    from kspec.run.compile import compile_system

    design = load(["-"], stdin=_text(sizes)).design
    assert design is not None
    (part,) = question(design, design.properties[0]).parts
    compiled = compile_system(part.system)
    state, steps, began = compiled.initial, 0, time.process_time()
    while steps < 100_000:
        controllers, environment = compiled.successors(state)
        options = controllers or environment
        state = options[0][2] if options else compiled.initial
        steps += 1
    return f"{steps / (time.process_time() - began):,.0f} steps/s"


def _text(sizes: argparse.Namespace) -> bytes:
    return ROLLOUT.format(nodes=sizes.nodes, pods=sizes.pods, surge=max(1, sizes.pods // 4)).encode()


ROWS = {"shop to settled": shop, "rollout": rollout, "counted form": counted}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=500)
    parser.add_argument("--pods", type=int, default=1000)
    parser.add_argument("--row", choices=ROWS, help="only this, in this process")
    sizes = parser.parse_args()
    if sizes.row is not None:
        began = time.process_time()
        said = ROWS[sizes.row](sizes)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{sizes.row:<18} {time.process_time() - began:7.2f} s {peak:6.0f} MiB  {said}", flush=True)
        return
    print(f"{'':<18} {'CPU':>9} {'memory':>10}  ({sizes.pods} pods on {sizes.nodes} nodes)", flush=True)
    for row in ROWS:
        arguments = ["--row", row, "--nodes", str(sizes.nodes), "--pods", str(sizes.pods)]
        subprocess.run([sys.executable, __file__, *arguments], check=True)


if __name__ == "__main__":
    main()

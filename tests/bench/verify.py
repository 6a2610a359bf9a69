"""Verification beside SPIN: the same three systems at growing sizes, as a user of each would write them.

SPIN (Debian package `spin`) gets Promela models (`promela/*.pml`): its figures are the processor time of `spin -a`, the
C compiler and the search together, the states stored, and the memory of the search. kspec's are those of one whole
`kspec verify`. Without `spin` and a C compiler on the PATH, kspec runs alone. Then Kivi's cases, at 10 and 100 nodes.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
FAULTS = HERE.parents[1] / "models" / "designs" / "faults"
LIMIT = 40
"""Seconds a command may take."""

POD = 'container app { image: "web:1"  resources { cpu: 500m  memory: 256Mi } }'
ROLLOUT = (
    "deployment web { replicas: %(pods)d  antiAffinity node: required  "
    f"strategy {{ rollingUpdate {{ maxSurge: 0  maxUnavailable: 1 }} }}  {POD} }}",
    "goal done: eventually always web.updated && web.available == web.desired under rollout(web)",
)
DRAIN = (
    f"deployment web {{ replicas: %(pods)d  {POD} }}  pdb web {{ maxUnavailable: 1 }}",
    "goal done: eventually always forall n in nodes: n.drained under drain(any node)",
)
FAILING = (
    'deployment web { replicas: %(pods)d  spec.template.metadata.annotations { "kspec.dev/ready": "false" }  '
    f"{POD} }}  pdb web {{ maxUnavailable: 1  unhealthyPodEvictionPolicy: AlwaysAllow }}",
    "goal done: eventually always forall n in nodes: n.drained under drain(any node)",
)
SYSTEMS = {
    "rollout": (ROLLOUT, [(3, 3), (4, 4), (5, 5), (6, 6), (50, 50)]),
    "drain": (DRAIN, [(3, 2), (6, 4), (8, 6), (50, 40)]),
    "failing": (FAILING, [(3, 2), (6, 4), (8, 6), (50, 40)]),
}
"""Designs, and sizes as (nodes, pods)."""

KIVI = {"K1": "count: 1 ", "K2": "count: 3 ", "K3": "count: 2 ", "K7": "general { count: 1 "}
"""Which count becomes the number of nodes."""


@dataclass(frozen=True)
class Ran:
    out: str
    seconds: float
    """Processor time."""
    megabytes: float
    finished: bool = True


def ran(*command: str | Path, cwd: Path | None = None) -> Ran:
    """One command, with what it used."""
    with tempfile.TemporaryFile("w+") as out:
        child = subprocess.Popen([str(c) for c in command], stdout=out, stderr=subprocess.DEVNULL, cwd=cwd)
        deadline = time.monotonic() + LIMIT
        while True:
            pid, _, usage = os.wait4(child.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() > deadline:
                child.kill()
                _, _, usage = os.wait4(child.pid, 0)
                break
            time.sleep(0.01)
        child.returncode = 0
        out.seek(0)
        used = usage.ru_utime + usage.ru_stime
        return Ran(out.read(), used, usage.ru_maxrss / 1024, time.monotonic() <= deadline)


def kspec(design: Path) -> tuple[str, Ran]:
    """The verdict with its engine, and what it took."""
    code = "from kspec.cli.main import main; main()"
    done = ran(sys.executable, "-c", code, "verify", design, "--format", "json")
    try:
        (result,) = json.loads(done.out)["results"]
    except (ValueError, KeyError):
        return "no answer", done
    return f"{result['verdict']}, {result['engine']}", done


def spin(model: str, nodes: int, pods: int, folder: Path) -> str:
    """States, seconds and memory of an exhaustive search for states from which nothing moves."""
    shutil.copy(HERE / "promela" / f"{model}.pml", folder)
    made = ran("spin", f"-DN={nodes}", f"-DR={pods}", "-a", f"{model}.pml", cwd=folder)
    built = ran("cc", "-O2", "-w", "-DSAFETY", "-o", "pan", "pan.c", cwd=folder)
    done = ran(folder / "pan", "-m100000", "-E", cwd=folder)
    seconds = made.seconds + built.seconds + done.seconds
    states = re.search(r"([\d.e+]+) states, stored", done.out)
    if states is None or not done.finished:
        return f"{'not in ' + str(LIMIT) + ' s':>28}"
    return f"{int(float(states[1])):>9} states {seconds:6.2f} s {done.megabytes:5.0f} MB"


def systems(folder: Path) -> None:
    peer = shutil.which("spin") is not None and shutil.which("cc") is not None
    if not peer:
        print("SPIN or a C compiler is not on the PATH: kspec runs alone (Debian: apt-get install spin gcc)")
    print(f"{'system':8} {'nodes':>5} {'pods':>5}   {'SPIN':32} kspec")
    for name, ((body, goal), sizes) in SYSTEMS.items():
        for nodes, pods in sizes:
            design = folder / f"{name}-{nodes}.kspec"
            cluster = f"cluster lab {{ nodepool n {{ count: {nodes}  machine {{ cpu: 8  memory: 32Gi }} }} }}"
            design.write_text(f"{cluster}\nnamespace shop {{ {body % {'pods': pods}} }}\n{goal}\n")
            theirs = spin(name, nodes, pods, folder) if peer and nodes <= 10 else f"{'-':>28}"
            verdict, done = kspec(design)
            print(
                f"{name:8} {nodes:5} {pods:5}   {theirs:32} {verdict:34} {done.seconds:5.2f} s {done.megabytes:4.0f} MB"
            )


def kivi(folder: Path) -> None:
    print(f"\n{'case':4} {'nodes':>5}   faulty / fixed (whole commands; targets: 1 s at 10 nodes, 4 s at 100, 200 MB)")
    for case, place in KIVI.items():
        for nodes in (10, 100):
            told = []
            for side in ("faulty", "fixed"):
                text = (FAULTS / case / f"{side}.kspec").read_text()
                design = folder / f"{case}-{side}.kspec"
                design.write_text(text.replace(place, re.sub(r"\d+", str(nodes), place)))
                verdict, done = kspec(design)
                told.append(f"{verdict} {done.seconds:.2f} s {done.megabytes:.0f} MB")
            print(f"{case:4} {nodes:5}   {'  /  '.join(told)}")


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = str(Path(folder) / "compiled")
        kspec(FAULTS / "K1" / "faulty.kspec")  # byte code is there on any machine that has run kspec once
        systems(Path(folder))
        kivi(Path(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())

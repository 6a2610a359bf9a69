"""The front end on 2,000 services (4,000 objects), beside KCL and Pkl with the same services in the same run.

`make bench` installs KCL (`kcl-lib`) and Pkl (from npm) into environments of their own under `.venv/peers`; a peer that
is not there is left out. Seconds are of the processor, start of the program included; the peers know no Kubernetes
schema and check nothing but their own types. `--services` sets another number.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from handmade.services import kcl, kspec, pkl, plain
from kspec.elaborate import load
from kspec.elaborate.memory import Memory

FILES = 50
COMMAND = "from kspec.cli.main import main; main()"
TO_YAML = """
import sys
from kspec.elaborate import load
from kspec.emit.manifests.render import render
for resource in load(sys.argv[1:]).design.written:
    print(render(resource), end="---\\n")
"""
KCL_TO_YAML = """
import sys
from kcl_lib import api
print(api.API().exec_program(api.ExecProgramArgs(k_filename_list=sys.argv[1:])).yaml_result)
"""


@dataclass(frozen=True, slots=True)
class Run:
    """One process: what it took and printed."""

    seconds: float
    megabytes: int
    output: str


def run(command: list[str], folder: Path) -> Run:
    """Run a program in a folder of its own caches."""
    env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    env |= {"XDG_CACHE_HOME": str(folder / "cache"), "PYTHONPYCACHEPREFIX": str(folder / "compiled")}
    env["PYTHONPATH"] = os.pathsep.join(filter(None, [str(Path(__file__).parents[2]), env.get("PYTHONPATH", "")]))
    with tempfile.TemporaryFile() as answer:
        process = subprocess.Popen(command, stdout=answer, stderr=subprocess.DEVNULL, cwd=folder, env=env)
        _, _, used = os.wait4(process.pid, 0)
        answer.seek(0)
        text = answer.read().decode()
    return Run(used.ru_utime + used.ru_stime, used.ru_maxrss // 1024, text)


def tell(what: str, found: Run | None, target: str = "") -> None:
    figures = f"{found.seconds:8.2f} {found.megabytes:6}" if found is not None else f"{'-':>8} {'-':>6}"
    print(f"{what:54} {figures}   {target}", flush=True)


def check(name: str, folder: Path, *options: str) -> Run:
    command = [sys.executable, "-c", COMMAND, "check", "--no-solve", "--format", "json", *options, name]
    return run(command, folder)


def find_kcl() -> str | None:
    """The Python that has KCL."""
    own = Path(sys.prefix) / "peers" / "kcl-lib" / "bin" / "python"
    return str(own) if own.is_file() else None


def find_pkl() -> str | None:
    own = Path(sys.prefix) / "peers" / "pkl" / "node_modules" / ".bin" / "pkl"
    return str(own) if own.is_file() else shutil.which("pkl")


def processes(folder: Path, services: int) -> None:
    (folder / "services.kspec").write_text(kspec(services))
    (folder / "services.k").write_text(kcl(services))
    (folder / "services.pkl").write_text(pkl(services))
    (folder / "plain.kspec").write_text(plain(0, services // 2))
    (folder / "small.kspec").write_text(plain(0, 1))
    for _ in range(2):  # byte code and parse table are there on any machine that has run kspec once
        check("small.kspec", folder, "--no-cache")
    print(f"{f'{services:,} services, a line each':54} {'CPU s':>8} {'MB':>6}   target")
    tell("kspec check, cold", check("services.kspec", folder), "3 s, 250 MB")
    tell("kspec check, warm: nothing has changed", check("services.kspec", folder), "0.5 s")
    made = run([sys.executable, "-c", TO_YAML, "services.kspec"], folder)
    tell("kspec to YAML, checked against the schema", made)
    python = find_kcl()
    if python is not None:
        found = run([python, "-c", KCL_TO_YAML, "services.k"], folder)
        assert found.output.count("kind: Deployment") == made.output.count("kind: Deployment") == services
        tell("KCL to YAML", found)
    else:
        tell("KCL is not installed", None)
    program = find_pkl()
    if program is not None:
        found = run([program, "eval", "services.pkl"], folder)
        assert found.output.count("kind: Deployment") == services
        tell("Pkl to YAML", found)
    else:
        tell("Pkl is not installed", None)
    lines = (folder / "plain.kspec").read_text().count("\n")
    tell(f"kspec check, cold: {lines:,} plain lines", check("plain.kspec", folder), "3 s")


def edits(folder: Path, services: int) -> None:
    """Loading again in one process, as the language server does."""
    names = []
    for number in range(FILES):
        name = folder / f"part-{number}.kspec"
        each = max(1, services // FILES)
        name.write_text(plain(number * each, each, namespace=f"team-{number}"))
        names.append(str(name))
    memory = Memory()
    for what in ("first load", "one letter later", "another file", "nothing changed"):
        if what in ("one letter later", "another file"):
            changed = Path(names[7 if what == "another file" else 3])
            changed.write_text(changed.read_text().replace("replicas: 3", "replicas: 4", 1))
        begun = time.process_time()
        loaded = load(names, memory=memory)
        assert loaded.design is not None
        spent = time.process_time() - begun
        print(f"{f'{FILES} files, {what}':54} {spent:8.2f} {'':6}   read {len(memory.read)} files", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--services", type=int, default=2_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        processes(Path(folder), options.services)
        edits(Path(folder), options.services)
    print(f"most memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

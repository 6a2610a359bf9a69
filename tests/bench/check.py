"""`kspec check` on folders of manifests, beside checkov and kubernetes-validate in the same run.

300 objects of 9.6 MB (services, dashboards, definitions of custom kinds) and 5,000 objects of services, all rules of
the default profile. Cold is without anything remembered, warm is the same run again; edited is after one file of the
folder changed. Seconds are of the processor, start of the program included. Peers that are not there are left out; they
are asked about the 300 objects only, and check each object by itself. checkov asks for older versions of what the tools
here need, so `make bench` installs it into an environment of its own.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from handmade.bundles import write

ROOT = Path(__file__).resolve().parents[2]
KSPEC = [sys.executable, "-c", "from kspec.cli.main import main; main()", "check"]
_ODD = (0, 1)


@dataclass(frozen=True, slots=True)
class Run:
    """One process: processor seconds, seconds on the clock, megabytes, exit code."""

    seconds: float
    wall: float
    megabytes: int
    code: int


def run(command: list[str], cache: Path) -> Run:
    environment = {**os.environ, "KSPEC_CACHE_DIR": str(cache), "PYTHONPATH": str(ROOT)}
    environment.pop("KSPEC_NO_CACHE", None)
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begun
    return Run(used.ru_utime + used.ru_stime, wall, used.ru_maxrss // 1024, os.waitstatus_to_exitcode(status))


def tell(what: str, found: Run | None, target: str = "") -> None:
    if found is None:
        print(f"{what:44} {'-':>8} {'-':>8} {'-':>6}   not installed", flush=True)
        return
    odd = "" if found.code in _ODD else f"exit code {found.code}!"
    print(f"{what:44} {found.seconds:8.2f} {found.wall:8.2f} {found.megabytes:6}   {target} {odd}".rstrip(), flush=True)


def kspec(name: str, folder: Path, cold: str, warm: str) -> None:
    cache = folder.parent / f"cache-{folder.name}"
    run([*KSPEC, str(folder / "namespaces.yaml")], folder.parent / "first")  # compiles Python and the parse table
    tell(f"kspec, {name}, cold", run([*KSPEC, str(folder)], cache), cold)
    tell(f"kspec, {name}, warm", run([*KSPEC, str(folder)], cache), warm)
    with (folder / "rest.yaml").open("a", encoding="utf-8") as file:
        file.write("# a comment\n")
    tell(f"kspec, {name}, edited", run([*KSPEC, str(folder)], cache))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--no-peers", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        small, large = Path(place) / "300", Path(place) / "5000"
        small.mkdir(), large.mkdir()
        megabytes, more = write(small, 300, 7.0) / 1e6, write(large, 5_000) / 1e6
        print(f"{'':44} {'CPU s':>8} {'wall s':>8} {'MB':>6}   target")
        kspec(f"300 objects ({megabytes:.1f} MB)", small, "< 3", "< 0.5")
        kspec(f"5,000 objects ({more:.1f} MB)", large, "< 8", "< 0.5")
        if options.no_peers:
            return
        files = sorted(str(file) for file in small.glob("*.yaml"))
        validate = [sys.executable, "-m", "kubernetes_validate", "--strict", *files]
        there = importlib.util.find_spec("kubernetes_validate") is not None
        tell("kubernetes-validate, 300 objects", run(validate, small) if there else None)
        places = (str(Path(sys.prefix) / "peers" / "checkov" / "bin"), os.environ.get("PATH", ""))
        checkov = shutil.which("checkov", path=os.pathsep.join(places))
        command = [str(checkov), "--framework", "kubernetes", "--quiet", "--compact", "-d", str(small)]
        tell("checkov, 300 objects", run(command, small) if checkov else None)


if __name__ == "__main__":
    main()

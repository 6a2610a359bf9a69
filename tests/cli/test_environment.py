"""A world that does not cooperate: a clear message, the right exit code, nothing half-written, the cache intact."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from kspec.emit.atomic import write_tree
from tests.cli.test_check import BROKEN_PROMISE, CLEAN, ERROR

ROOT = Path(__file__).resolve().parents[2]
KSPEC = [sys.executable, "-c", "from kspec.cli.main import main; main()"]
FULL = Path("/dev/full")
SLOW = (
    'deployment web { replicas: 1..9  container app { image: "web:1"  resources { cpu: 100m  memory: 1Gi..1Gi } } }\n'
)

ROOM = """\
cluster lab { nodepool general { count: 1  machine { cpu: 4  memory: 8Gi } } }
deployment web { container app { image: "web:1"  resources { cpu: 100m  memory: 1Gi..1Gi } } }
invariant few: always web.ready <= 2
"""


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A folder of its own with some inputs."""
    (tmp_path / "good.yaml").write_text(CLEAN)
    (tmp_path / "bad.yaml").write_text(ERROR)
    (tmp_path / "shop.kspec").write_text(BROKEN_PROMISE)
    (tmp_path / "room.kspec").write_text(ROOM)
    (tmp_path / ".git").mkdir()
    return tmp_path


def environment(work: Path, **variables: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k not in ("KSPEC_NO_CACHE", "KSPEC_TRACEBACK", "NO_COLOR")}
    return {**kept, "PYTHONPATH": str(ROOT), "KSPEC_CACHE_DIR": str(work / "cache"), **variables}


def shell(work: Path, script: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a script in which `kspec` is kspec; told is the exit code of the last command."""
    program = " ".join(f"'{part}'" for part in KSPEC)
    text = f'kspec() {{ {program} "$@"; }}\n{script}'
    done = subprocess.run(
        ["bash", "-c", text], cwd=work, env=environment(work, **variables), capture_output=True, check=False
    )
    out, err = (stream.decode(errors="surrogateescape") for stream in (done.stdout, done.stderr))
    assert "Traceback" not in err and "Exception ignored" not in err, err
    return subprocess.CompletedProcess(done.args, done.returncode, out, err)


@pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full")
@pytest.mark.parametrize(
    "script",
    [
        "kspec check good.yaml > /dev/full",
        "kspec check good.yaml --format json > /dev/full",
        "kspec check good.yaml -o /dev/full",
        "kspec check good.yaml -q --report sarif=/dev/full",
        "kspec place room.kspec > /dev/full",
        "kspec schedule room.kspec > /dev/full",
        "kspec simulate room.kspec > /dev/full",
        "kspec verify room.kspec > /dev/full",
        "kspec validate good.yaml > /dev/full",
        "kspec build room.kspec > /dev/full",
    ],
)
def test_a_full_disk_is_said_and_no_success(work: Path, script: str) -> None:
    ran = shell(work, script)
    assert ran.returncode == 2 and "No space left on device" in ran.stderr
    assert FULL.is_char_device(), "devices are written to, never replaced"


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("kspec check good.yaml -q --report sarif=good.yaml/x.sarif", "cannot write good.yaml/x.sarif: "),
        ("kspec baseline write good.yaml --file /proc/nowhere/b.json", "cannot write /proc/nowhere/b.json: "),
    ],
)
def test_a_place_that_cannot_be_written_is_said(work: Path, script: str, words: str) -> None:
    ran = shell(work, script)
    assert ran.returncode == 2 and words in ran.stderr
    assert (work / "good.yaml").read_text() == CLEAN


def test_a_reader_that_leaves_changes_no_exit_code(work: Path) -> None:
    ran = shell(work, "kspec check bad.yaml --format sarif | head -c 1; exit ${PIPESTATUS[0]}")
    assert (ran.returncode, ran.stdout, ran.stderr) == (1, "{", "")


def test_closed_streams_are_no_fault(work: Path) -> None:
    assert shell(work, "kspec check bad.yaml >&- 2>&-").returncode == 1
    ran = shell(work, "kspec check - <&-")
    assert ran.returncode == 2 and "standard input is closed" in ran.stderr


def test_what_cannot_be_read_is_said_and_the_rest_is_looked_at(work: Path) -> None:
    (work / "loop.yaml").symlink_to("loop.yaml")
    (work / "odd.yaml").write_text("a: [")
    ran = shell(work, "kspec check loop.yaml odd.yaml")
    assert ran.returncode == 2
    assert "`loop.yaml` cannot be read: too many levels of symbolic links\n\n" in ran.stdout and "KS0001" in ran.stdout


def test_names_and_locales_that_are_no_utf8_are_shown_somehow(work: Path) -> None:
    os.rename(work / "bad.yaml", os.fsencode(work) + b"/caf\xe9 \xff.yaml")  # noqa: PTH104
    reports = " ".join(f"--report {format}=o.{format}" for format in ("sarif", "markdown", "html", "junit"))
    for variables in ({"LC_ALL": "C"}, {"PYTHONIOENCODING": "ascii"}):
        ran = shell(work, f"kspec check *.yaml {reports}", **variables)
        assert ran.returncode == 1 and "caf" in ran.stdout, ran.stderr
        uris = json.dumps(json.loads((work / "o.sarif").read_text(encoding="utf-8")))
        assert "caf%E9%20%FF.yaml" in uris


@pytest.mark.parametrize(("variables", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_colour_is_for_terminals_that_want_it(work: Path, variables: dict[str, str], coloured: bool) -> None:
    master, slave = pty.openpty()
    with subprocess.Popen(
        [*KSPEC, "check", "bad.yaml"],
        cwd=work,
        env=environment(work, TERM="xterm", **variables),
        stdout=slave,
        stderr=slave,
    ) as process:
        os.close(slave)
        out = b""
        while process.poll() is None or out == b"":
            try:
                out += os.read(master, 65_536)
            except OSError:
                break
        process.wait()
    os.close(master)
    assert process.returncode == 1 and b"KS2002" in out
    assert (b"\x1b[1;31m" in out) is coloured


def test_an_interrupt_ends_it_cleanly_and_leaves_nothing(work: Path) -> None:
    (work / "slow.kspec").write_text(SLOW)
    process = subprocess.Popen(
        [*KSPEC, "build", "slow.kspec", "-o", "out"],
        cwd=work,
        env=environment(work),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    time.sleep(2.0)
    assert process.poll() is None, "it should still be at work"
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130 and b"Traceback" not in err
    assert not (work / "out").exists() or not any((work / "out").iterdir())


def _writing(folder: Path, number: int) -> None:
    for _ in range(40):
        write_tree(folder, {f"{n}/file": str(number) for n in range(5)})


def test_runs_at_once_leave_the_whole_of_one(work: Path) -> None:
    folder = work / "out" / "shop"
    with ProcessPoolExecutor(4) as pool:
        list(pool.map(_writing, [folder] * 4, range(4)))
    assert [p.name for p in folder.parent.iterdir()] == ["shop"]
    files = [p.read_text() for p in folder.rglob("file")]
    assert len(files) == 5 and len(set(files)) == 1


def test_a_cache_that_cannot_be_used_is_not_missed(work: Path) -> None:
    fresh = shell(work, "kspec check bad.yaml --no-cache")
    ran = shell(work, "kspec check bad.yaml", KSPEC_CACHE_DIR="/dev/null")
    assert (ran.returncode, ran.stdout, ran.stderr) == (1, fresh.stdout, "")

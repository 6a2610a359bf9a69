"""The wheel carries grammar, models and schemas, and works without the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel, built without network and unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_data_is_carried_along(unpacked: Path) -> None:
    data = unpacked / "kspec" / "_data"
    assert sorted(p.name for p in (data / "grammar").glob("*.lark"))
    assert (data / "models" / "designs" / "shop.kspec").is_file()
    assert any((data / "schemas").iterdir())


def test_a_design_is_placed_and_verified_from_the_wheel_alone(unpacked: Path) -> None:
    design = unpacked / "kspec" / "_data" / "models" / "designs" / "faults" / "B01" / "fixed.kspec"
    code = "from kspec.cli.main import main; main()"
    for verb in ("place", "verify"):
        ran = subprocess.run(
            [sys.executable, "-P", "-c", code, verb, str(design)],
            cwd=unpacked,
            env={**os.environ, "PYTHONPATH": str(unpacked)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr

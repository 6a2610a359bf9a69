"""Running kspec as a user does, inside this process for speed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kspec.cli.main import run

ROOT = Path(__file__).resolve().parents[1]
DESIGNS = ROOT / "models" / "designs"
MANIFESTS = ROOT.parent / "shared" / "manifests"


@dataclass(frozen=True)
class Ran:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def kspec(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """Runs the command line with some arguments."""
    monkeypatch.setenv("KSPEC_TRACEBACK", "1")

    def command(*arguments: str | Path) -> Ran:
        code = run([str(a) for a in arguments])
        captured = capfd.readouterr()
        return Ran(int(code), captured.out, captured.err)

    return command

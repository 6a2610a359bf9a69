"""Whatever a run reads of the user's files is noted: nothing else could keep the cache right."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kspec.cache import answers as module
from tests.cache.test_answers import folder  # noqa: F401 - a fixture
from tests.running import Ran

_opened: list[str] | None = None


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    """Audit hooks can not be taken away again: this one listens only while somebody collects."""
    if _opened is not None and event in ("open", "os.listdir", "os.scandir") and isinstance(arguments[0], str):
        _opened.append(os.path.realpath(arguments[0]))


sys.addaudithook(_hook)


def _without(work: Path) -> tuple[str, ...]:
    """What is written, and the configuration that says where the cache is: `check` reads it once more."""
    return (str(work / "out"), str(work / "kspec.toml"))


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "k8s", "design/extra"),
        ("check", "design", "--baseline", "known.json"),
        ("verify", "design"),
        ("build", "design"),
    ],
    ids=" ".join,
)
def test_every_file_and_folder_that_is_read_is_noted(
    folder: Path,  # noqa: F811
    kspec: Callable[..., Ran],
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
) -> None:
    global _opened
    (folder / "known.json").write_text('{"schema": "kspec/baseline/v1", "findings": []}')
    noted: set[str] = set()
    real = module.Answers.keep

    def keep(self: module.Answers, question: str, answer: object) -> None:
        noted.update(os.path.realpath(q.arguments[0]) for q in self.view.noted if q.arguments)
        real(self, question, answer)  # type: ignore[arg-type]

    monkeypatch.setattr(module.Answers, "keep", keep)
    _opened = []
    try:
        ran = kspec(*arguments)
        read = {p for p in _opened if p.startswith(f"{folder}{os.sep}") and not p.startswith(_without(folder))}
    finally:
        _opened = None
    assert ran.code in (0, 1, 3) and noted, ran.err
    below = {p for p in read if any(p.startswith(f"{n}{os.sep}") and Path(n).is_dir() for n in noted)}
    assert len(read) > 2
    assert read - below <= noted, "read, and not looked at when the answer is recalled"
    assert {p for p in below if Path(p).is_file()} <= noted, "a listing says nothing of what is in a file"

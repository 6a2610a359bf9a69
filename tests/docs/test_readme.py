"""What the README shows is what kspec says."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kspec.source.text import SourceFile
from kspec.syntax import parse
from tests.running import ROOT, Ran

README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def sessions() -> Iterator[tuple[str, str]]:
    """Commands and what is shown of their output; `...` stands for anything."""
    for block in blocks("console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, shown = part.partition("\n")
            yield command, shown


@pytest.mark.parametrize(("command", "shown"), list(sessions()))
def test_a_shown_command_prints_what_is_shown(
    command: str, shown: str, kspec: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    ran = kspec(*shlex.split(command)[1:])
    pattern = ".*".join(re.escape(piece) for piece in shown.split("..."))
    assert re.fullmatch(pattern, ran.out, re.DOTALL), ran.out


@pytest.mark.parametrize("text", blocks("kspec"))
def test_shown_designs_load(text: str, kspec: Callable[..., Ran], tmp_path: Path) -> None:
    assert parse(SourceFile("README.md", text)).diagnostics == ()
    (tmp_path / "shown.kspec").write_text(text)
    assert kspec("place", tmp_path / "shown.kspec").code == 0
    assert kspec("verify", tmp_path / "shown.kspec").code == 0


def test_links_lead_to_files() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target

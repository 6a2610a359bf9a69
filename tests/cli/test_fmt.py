"""`kspec fmt` from the command line: what it writes, what it says, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.running import Ran

ODD, EVEN = "let  a=1\n", "let a = 1\n"


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    (tmp_path / "odd.kspec").write_text(ODD)
    (tmp_path / "even.kspec").write_text(EVEN)
    return tmp_path


def test_files_are_written_and_told_as_json(kspec: Callable[..., Ran], texts: Path) -> None:
    ran = kspec("fmt", texts, "--format", "json")
    told = {Path(f["file"]).name: (f["changed"], f["written"]) for f in ran.json["files"]}
    assert ran.code == 0 and told == {"odd.kspec": (True, True), "even.kspec": (False, False)}
    assert (texts / "odd.kspec").read_text() == EVEN


def test_a_check_changes_nothing_and_can_be_quiet(kspec: Callable[..., Ran], texts: Path) -> None:
    ran = kspec("fmt", texts, "--check")
    assert ran.code == 1 and ran.out == f"would change {texts / 'odd.kspec'}\n"
    quiet = kspec("fmt", texts, "--check", "-q")
    assert quiet.code == 1 and not quiet.out
    shown = kspec("fmt", texts, "--diff", "--format", "json").json["files"]
    assert shown[1]["diff"].endswith("-let  a=1\n+let a = 1\n")
    assert (texts / "odd.kspec").read_text() == ODD


def test_a_broken_text_is_left_alone_and_the_others_are_not(kspec: Callable[..., Ran], texts: Path) -> None:
    (texts / "broken.kspec").write_text("let  a=\n")
    ran = kspec("fmt", texts, "--format", "json")
    assert ran.code == 2 and ran.json["schema"] == "kspec/check/v1"
    assert [d["rule"] for d in ran.json["diagnostics"]] == ["KS0001"]
    assert (texts / "broken.kspec").read_text() == "let  a=\n" and (texts / "odd.kspec").read_text() == EVEN

"""Runs the literate cases; reading `cases/` teaches the language."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.elaborate.literate import Case, cases, outcome

ALL = list(cases())


@pytest.mark.parametrize("case", ALL, ids=lambda c: f"{c.document.stem}: {c.title}")
def test_the_case_comes_out_as_written(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    loaded = case.load(tmp_path)
    assert case.expected, "a case says what comes out"
    if "findings" not in case.expected:
        assert outcome(loaded, "findings") == ""
    for what, expected in case.expected.items():
        found = outcome(loaded, what)
        if os.environ.get("KSPEC_UPDATE") and found != expected:
            text = case.document.read_text(encoding="utf-8")
            updated = case.text.replace(f"```{what}\n{expected}```", f"```{what}\n{found}```")
            case.document.write_text(text.replace(case.text, updated), encoding="utf-8")
            case.text = updated
            continue
        assert found == expected


def test_no_two_cases_share_a_title() -> None:
    titles = [(c.document, c.title) for c in ALL]
    assert len(titles) == len(set(titles))

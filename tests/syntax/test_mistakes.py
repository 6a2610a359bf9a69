"""What is said about mistakes, word for word. `mistakes/` is a corpus of what people write, by topic."""

from __future__ import annotations

from pathlib import Path

import pytest
from syntax.literate import Case, all_cases, check
from syntax.show import mistakes

CASES = list(all_cases(Path(__file__).parent / "mistakes"))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_mistake_is_told_with_its_place_and_its_cure(case: Case) -> None:
    check(case, {"mistakes": mistakes})


def test_titles_are_unique() -> None:
    titles = [str(case) for case in CASES]
    assert len(set(titles)) == len(titles)

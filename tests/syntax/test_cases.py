"""Every construct of the language and the tree it becomes."""

from __future__ import annotations

from pathlib import Path

import pytest
from syntax.literate import Case, all_cases, check
from syntax.show import places, tree

CASES = list(all_cases(Path(__file__).parent / "cases"))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_text_becomes_its_tree(case: Case) -> None:
    check(case, {"tree": tree, "places": places})

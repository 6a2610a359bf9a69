"""A sample of the mutants of `tests/fuzz/mutants.py`: what changes the models' behaviour breaks what they keep."""

from __future__ import annotations

from itertools import islice

import pytest

from tests.models.mutation import Asked, Fate, Mutant, asked, fate, mutants

SAMPLE = list(islice(mutants(), 4, None, 97))


@pytest.fixture(scope="module")
def against() -> list[Asked]:
    return asked()


@pytest.mark.parametrize("mutant", SAMPLE, ids=[mutant.words for mutant in SAMPLE])
def test_a_mutant_is_refuted_or_changes_nothing(mutant: Mutant, against: list[Asked]) -> None:
    assert fate(mutant, against) is not Fate.SURVIVES

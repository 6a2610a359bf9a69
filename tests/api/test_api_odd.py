"""No object is too odd for the server: it answers, and what it takes has its defaults once and for all."""

from __future__ import annotations

import pytest

from tests.api.odd import examine


@pytest.mark.parametrize("first", range(0, 1000, 250))
def test_a_server_has_an_answer_to_every_object(first: int) -> None:
    taken = [examine(seed) for seed in range(first, first + 250)]
    assert any(taken)

"""A slice of what `tests/fuzz/mutations.py` does at length: a slip of one token is told, and as a rule once."""

from __future__ import annotations

from random import Random

from elaborate.slips import Tally, designs, slips_of

SHOP = "models/designs/shop.kspec"


def test_most_slips_are_told_at_most_once_and_near() -> None:
    slips, tally = slips_of(SHOP, designs()[SHOP], Random(3)), Tally()
    for _ in range(150):
        tally.take(next(slips))
    assert tally.at_most_once >= 0.8, tally
    assert len(tally.far) <= 5, tally

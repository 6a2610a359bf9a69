"""A slice of what `tests/fuzz/mutations.py` does at length: a slip of one token is told, and as a rule once."""

from __future__ import annotations

from random import Random

from elaborate.slips import Tally, both_told, designs, pairs_of, slips_of

SHOP = "models/designs/shop.kspec"


def test_most_slips_are_told_at_most_once_and_near() -> None:
    slips, tally = slips_of(SHOP, designs()[SHOP], Random(3)), Tally()
    for _ in range(150):
        tally.take(next(slips))
    assert tally.at_most_once >= 0.96, tally
    assert len(tally.far) <= 5, tally


def test_two_slips_in_different_parts_are_both_told() -> None:
    pairs = pairs_of(SHOP, designs()[SHOP], Random(3))
    lost = [pair for pair in (next(pairs) for _ in range(25)) if not both_told(pair)]
    assert len(lost) <= 1, lost

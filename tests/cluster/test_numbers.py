"""The arithmetic of rollouts keeps its promises for all numbers, not only for those that were recorded."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kspec.cluster.controllers.deployment.numbers import new_replicas, share

COUNT = st.integers(0, 200)


@given(desired=COUNT, surge=COUNT, old=COUNT, new=COUNT)
def test_a_rollout_never_asks_for_more_pods_than_it_may(desired: int, surge: int, old: int, new: int) -> None:
    new = min(new, desired)
    wanted = new_replicas(desired, surge, old + new, new)
    assert new <= wanted <= desired
    assert wanted == new or old + wanted <= desired + surge


@given(sizes=st.lists(st.integers(1, 60), min_size=1, max_size=5), before=COUNT, desired=COUNT, surge=COUNT)
def test_shares_add_up_to_no_more_than_there_is(sizes: list[int], before: int, desired: int, surge: int) -> None:
    most = desired + surge if desired else 0
    to_add = most - sum(sizes)
    added = 0
    for size in sorted(sizes, reverse=True):
        part = share(size, desired, desired + surge, max(before, sum(sizes)), to_add, added)
        assert size + part >= 0
        added += part
    assert added <= to_add if to_add > 0 else added >= to_add

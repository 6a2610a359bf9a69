"""Whatever a user does: the log is a history that leads to what is left, and a run is the same every time."""

from __future__ import annotations

import pytest

from tests.cluster.random_scenario import run, wrong


@pytest.mark.parametrize("seed", range(12))
def test_a_random_scenario_makes_sense(seed: int) -> None:
    assert wrong(run(seed)) == []


def test_a_run_is_the_same_every_time() -> None:
    first, second = run(3), run(3)
    assert (first.run.log, first.run.final) == (second.run.log, second.run.final)
    assert first.run.trace == second.run.trace

"""What the controllers of Kubernetes v1.36 did in the recorded cases, kspec's do too."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from controllers_replay import CASES, replay

from tests.running import Ran

FOLDERS = sorted(folder.name for folder in CASES.iterdir())


@pytest.mark.parametrize("name", FOLDERS)
def test_a_case_goes_as_recorded(name: str) -> None:
    comparison = replay(CASES / name)
    assert comparison.agrees, "\n".join(comparison.differences)


def test_the_command_prints_log_final_and_trace(kspec: Callable[..., Ran]) -> None:
    answer = kspec("simulate", "--case", CASES / "dep-create", "--format", "json").json
    assert answer["schema"] == "kspec/trace/v1"
    assert {"steps", "settled", "log", "final"} <= answer.keys()
    assert answer["log"][0]["rv"] == 0
    assert sorted(answer["final"]["Pod"]) == ["web-rs1-p1", "web-rs1-p2", "web-rs1-p3"]
    assert [step["n"] for step in answer["steps"]] == list(range(1, len(answer["steps"]) + 1))
    assert all(step["cause"] is None or step["cause"] < step["n"] for step in answer["steps"])

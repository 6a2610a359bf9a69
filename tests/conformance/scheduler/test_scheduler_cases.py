"""What the scheduler of Kubernetes v1.36 did with the recorded cases, kspec does too."""

from __future__ import annotations

import json
from typing import Any

import pytest
from scheduler_replay import CASES, Replay, choices, intermediate

from kspec.scheduler.case import Schedule, run_case

FOLDERS = sorted(folder.name for folder in CASES.iterdir())
WAITING_FOR_VICTIMS = "not eligible due to a terminating pod on the nominated node."


@pytest.mark.parametrize("name", FOLDERS)
def test_every_attempt_goes_as_recorded(name: str) -> None:
    comparison = Replay(CASES / name).run()
    assert not comparison.differences, "\n".join(map(str, comparison.differences))
    assert name == "msg-no-nodes" or comparison.equal


@pytest.mark.parametrize("name", FOLDERS)
def test_a_case_runs_as_recorded_when_it_is_told_which_nodes_were_chosen(name: str) -> None:
    recorded = json.loads((CASES / name / "recorded.json").read_text())
    schedule = run_case(CASES / name, choices(recorded["log"]))
    assert isinstance(schedule, Schedule)
    assert [_told(e) for e in _in_order(schedule.log)] == [_told(e) for e in _in_order(recorded["log"])]
    assert schedule.final == recorded["final"]
    assert _by_pod(schedule.events) == _by_pod(
        [e for e in recorded["events"] if WAITING_FOR_VICTIMS not in e["message"]]
    )


def test_a_case_without_choices_places_every_pod_that_was_placed() -> None:
    """The nodes may differ, but in a case without preemption or competition nobody is left out."""
    for name in ("fit-zero-explicit", "pts-zone-soft", "taint-prefer", "score-image-locality"):
        recorded = json.loads((CASES / name / "recorded.json").read_text())
        schedule = run_case(CASES / name)
        assert isinstance(schedule, Schedule)
        assert {p for p, f in schedule.final.items() if "node" in f} == {
            p for p, f in recorded["final"].items() if "node" in f
        }


def _in_order(log: list[Any]) -> list[Any]:
    """The log without attempts in which victims were waited for; victims that go together in order of their names."""
    out: list[Any] = []
    gone: list[Any] = []
    for entry in log:
        if entry["do"] == "pod-gone":
            gone.append(entry)
        elif not intermediate(entry):
            out += [*sorted(gone, key=lambda e: str(e["pod"])), entry]
            gone = []
    return out + gone


def _told(entry: Any) -> Any:
    """The entry without what depends on the order of parallel workers or of the first sight of nodes."""
    return {k: v for k, v in entry.items() if k not in ("feasibleOrder", "scores", "total", "top", "tie")}


def _by_pod(events: list[Any]) -> list[str]:
    return sorted(json.dumps(event, sort_keys=True) for event in events)

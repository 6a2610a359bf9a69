"""What a scenario can wait for, and how steps that make no sense are refused."""

from __future__ import annotations

import pytest

from kspec.cluster.plane import ControlPlane
from kspec.cluster.steps import read_steps
from kspec.cluster.waits import Waits
from tests.cluster.playing import QUIET, deployment, played, until


@pytest.mark.parametrize(
    ("words", "understood"),
    [
        ("Deployment/web rolled out", True),
        ("StatefulSet/db settled", True),
        ("DaemonSet/agent has 3 updated and available", True),
        ("Deployment/web has two ready", True),
        ("Job/work finished", True),
        ("Job/work failed", True),
        ("two jobs have finished", True),
        ("3 ready", True),
        ("two pods running", True),
        ("no pods", True),
        ("node-1 not ready", True),
        ("node-2 unreachable taint", True),
        ("Node/node-1 ready", True),
        ("its pod is gone", True),
        ("Pod/db-0 gone", True),
        ("gone", True),
        ("the moon is full", False),
        ("Deployment/web has lots of pods", False),
    ],
)
def test_words_are_understood_or_not(words: str, understood: bool) -> None:
    plane = ControlPlane("demo")
    plane.loop.run(0.1)
    assert (Waits(plane.store, plane.names, "demo").of(words) is not None) == understood


def test_waiting_ends_when_it_holds() -> None:
    text = deployment(replicas=2, notes={"kspec.test/ready-after": "5"})
    run = played(text, [until("two pods running"), {"delete": "Pod/web-rs1-p1"}, until("gone"), {"delete": "Node/x"}])
    times = [float(e["t"]) for e in run.run.log if "do" in e]
    assert times[1] - times[0] < 1
    assert times[2] - times[1] < 1


def test_words_that_are_not_understood_wait_for_quiet() -> None:
    run = played(deployment(replicas=1), [until("the moon is full"), {"delete": "Pod/none"}, QUIET])
    times = [float(e["t"]) for e in run.run.log if "do" in e]
    assert 3 < times[1] - times[0] < 5


@pytest.mark.parametrize(
    ("step", "wrong"),
    [
        ({"dance": "tango"}, "step 1: a step `dance` is not known"),
        ({"apply": "web"}, "step 1: `web` names no object; expected `Kind/name`"),
        ({"patch": "Pod/a"}, "step 1: `patch` wants a `body`"),
        ({"sleepSeconds": "long"}, "step 1: `long` is no number of seconds"),
        ({"delete": "Pod/a", "propagationPolicy": "Slow"}, "`propagationPolicy` is one of"),
        ("go", "step 1 is no mapping"),
    ],
)
def test_a_step_that_makes_no_sense_says_why(step: object, wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        read_steps([step])  # type: ignore[list-item]

"""Queues, back-off, throttling and events: the machinery behind every controller."""

from __future__ import annotations

import pytest

from kspec.cluster.client import Client
from kspec.cluster.loop import Loop
from kspec.cluster.plane import ControlPlane
from kspec.cluster.recorder import Recorder
from kspec.cluster.stored import Key
from kspec.cluster.throttle import Rate, Throttle
from kspec.cluster.workqueue import Retry, WorkQueue

KEY = ("demo", "web")


def test_a_key_is_looked_at_once_however_often_it_was_asked_for() -> None:
    loop, seen = Loop(), []

    async def sync(key: Key) -> None:
        seen.append((round(loop.now, 3), key))
        await loop.sleep(1)

    queue = WorkQueue(loop, sync)
    for _ in range(3):
        queue.add(KEY)
    loop.after(0.5, lambda: queue.add(KEY))
    queue.add_after(KEY, 9)
    queue.add_after(KEY, 5)
    loop.run(20)
    assert seen == [(0, KEY), (1, KEY), (5, KEY)]


def test_what_fails_is_tried_again_after_twice_as_long() -> None:
    loop, seen = Loop(), []

    async def sync(key: Key) -> None:
        seen.append(round(loop.now * 1000))
        if len(seen) < 5:
            raise Retry

    queue = WorkQueue(loop, sync)
    queue.add(KEY)
    loop.run(1)
    assert seen == [0, 5, 15, 35, 75]
    assert queue.failures(KEY) == 0


@pytest.mark.parametrize(("asked", "waits"), [(30, 0.0), (31, 0.05), (40, 0.5)])
def test_a_burst_is_free_and_then_there_is_a_rate(asked: int, waits: float) -> None:
    throttle = Throttle(Rate(20, 30))
    assert [throttle.take(1.0) for _ in range(asked)][-1] == pytest.approx(waits)


def test_equal_events_are_counted_and_the_tenth_of_a_kind_speaks_for_the_rest() -> None:
    plane = ControlPlane("demo")
    about = plane.store.put(
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c", "namespace": "demo"}}, ""
    )
    recorder = Recorder(plane.loop, Client(plane.loop, plane.api, "test"), "test")
    for number in range(12):
        recorder.normal(about, "Counting", f"number {number}")
    recorder.normal(about, "Counting", "number 0")
    plane.loop.run(5)
    last = {e["message"]: e["count"] for e in plane.log.entries() if e.get("kind") == "Event"}
    assert [m for m in last if m.startswith("number")] == [f"number {n}" for n in range(9)]
    assert max(int(str(c)) for m, c in last.items() if m.startswith("(combined from similar events): ")) == 4


def test_of_many_events_about_one_object_most_are_held_back() -> None:
    plane = ControlPlane("demo")
    about = plane.store.put(
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c", "namespace": "demo"}}, ""
    )
    recorder = Recorder(plane.loop, Client(plane.loop, plane.api, "test"), "test")
    for number in range(40):
        recorder.normal(about, f"Reason{number}", "said")
    plane.loop.run(5)
    assert len(list(plane.store.all("Event"))) == 25

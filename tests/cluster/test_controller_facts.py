"""What single controllers compute, against values of the real ones or of upstream's own tests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from kspec.cluster.controllers.cronjob.schedule import Schedule, latest_due
from kspec.cluster.controllers.daemonset.rolling import next_step
from kspec.cluster.controllers.horizontal_pod_autoscaler.behavior import Memory, normalized
from kspec.cluster.controllers.horizontal_pod_autoscaler.replicas import Tolerance, for_utilization
from kspec.cluster.controllers.job import indexes
from kspec.cluster.controllers.job.backoff import Record
from kspec.cluster.hashing import data_hash, go_json
from kspec.cluster.stored import Stored

POD: dict[str, Any] = {
    "containers": [
        {
            "name": "main",
            "image": "registry.test/db:1",
            "resources": {},
            "terminationMessagePath": "/dev/termination-log",
            "terminationMessagePolicy": "File",
            "imagePullPolicy": "IfNotPresent",
        }
    ],
    "restartPolicy": "Always",
    "terminationGracePeriodSeconds": 30,
    "dnsPolicy": "ClusterFirst",
    "securityContext": {},
    "schedulerName": "default-scheduler",
}


def test_a_revision_has_the_name_that_the_real_one_has() -> None:
    metadata = {"labels": {"app": "db"}, "annotations": {"kspec.test/ready-after": "0.4"}}
    data = {"spec": {"template": {"metadata": metadata, "spec": POD, "$patch": "replace"}}}
    assert data_hash(go_json(data), 0) == "cb69dd484"
    assert data_hash(go_json(data), 1) != "cb69dd484"


@pytest.mark.parametrize(
    ("schedule", "zone", "after", "due"),
    [
        ("* * * * *", "", "2026-01-01T00:00:30", "2026-01-01T00:01:00"),
        ("*/15 * * * *", "", "2026-01-01T00:15:00", "2026-01-01T00:30:00"),
        ("0 9-17/4 * * mon-fri", "", "2026-01-02T14:00:00", "2026-01-02T17:00:00"),
        ("0 9 * * 1", "", "2026-01-02T14:00:00", "2026-01-05T09:00:00"),
        ("0 0 13 * 5", "", "2026-01-03T00:00:00", "2026-01-09T00:00:00"),
        ("0 0 29 2 *", "", "2026-03-01T00:00:00", "2028-02-29T00:00:00"),
        ("@monthly", "", "2026-01-31T23:59:59", "2026-02-01T00:00:00"),
        ("@every 90s", "", "2026-01-01T00:00:00", "2026-01-01T00:01:30"),
        ("30 8 * * *", "Europe/Berlin", "2026-07-01T06:29:00", "2026-07-01T06:30:00"),
        ("30 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00", "2026-03-30T00:30:00"),
        ("0 0 30 2 *", "", "2026-01-01T00:00:00", None),
    ],
)
def test_a_schedule_is_due_when_cron_says(schedule: str, zone: str, after: str, due: str | None) -> None:
    moment = datetime.fromisoformat(after).replace(tzinfo=UTC)
    expected = None if due is None else datetime.fromisoformat(due).replace(tzinfo=UTC)
    assert Schedule.parse(schedule, zone).next(moment) == expected


def test_only_the_latest_of_missed_times_is_due() -> None:
    begin, now = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, 0, 5, 30, tzinfo=UTC)
    assert latest_due(Schedule.parse("* * * * *"), begin, now) == (datetime(2026, 1, 1, 0, 5, tzinfo=UTC), 5)


@pytest.mark.parametrize("text", ["", "0", "0,1", "0-2", "1,3-5,7,8", "0,2,4-9"])
def test_indexes_are_written_as_they_are_read(text: str) -> None:
    assert indexes.written(indexes.parsed(text, 10)) == text


def test_indexes_beyond_the_completions_are_forgotten() -> None:
    assert indexes.parsed("0,3-8", 5) == {0, 3, 4}


@pytest.mark.parametrize(
    ("failures", "left"), [(0, 0.0), (1, 7.0), (2, 17.0), (3, 37.0), (6, 317.0), (7, 597.0), (40, 597.0)]
)
def test_back_off_doubles_up_to_ten_minutes(failures: int, left: float) -> None:
    assert Record(failures, last=10.0).left(now=13.0) == left


def _daemons(strategy: dict[str, Any]) -> Stored:
    return Stored({"spec": {"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": strategy}}})


def _pod(name: str, *, deleting: bool = False) -> Stored:
    metadata: dict[str, Any] = {"name": name}
    return Stored({"metadata": {**metadata, "deletionTimestamp": "2026-01-01T00:00:00Z"} if deleting else metadata})


@pytest.mark.parametrize(
    ("strategy", "nodes", "delete", "create"),
    [
        ({"maxUnavailable": 1}, {"a": ["old1"], "b": ["old2"]}, ["old1"], []),
        ({"maxUnavailable": 1}, {"a": ["new1-unready"], "b": ["old2"]}, [], []),
        ({"maxUnavailable": 1}, {"a": [], "b": ["old2"]}, [], []),
        ({"maxUnavailable": 2}, {"a": [], "b": ["old2"], "c": ["old3"]}, ["old2"], []),
        ({"maxUnavailable": 1}, {"a": ["old1-unready"], "b": ["new2-unready"]}, ["old1-unready"], []),
        ({"maxUnavailable": 0, "maxSurge": 1}, {"a": ["old1"], "b": ["old2"]}, [], ["a"]),
        ({"maxUnavailable": 0, "maxSurge": 1}, {"a": ["old1", "new1"], "b": ["old2"]}, ["old1"], ["b"]),
        ({"maxUnavailable": 0, "maxSurge": 1}, {"a": ["old1", "new1-unready"], "b": ["old2"]}, [], []),
        ({"maxUnavailable": "50%"}, {"a": ["old1"], "b": ["old2"], "c": ["old3"], "d": ["old4"]}, ["old1", "old2"], []),
    ],
)
def test_daemons_are_rolled(
    strategy: dict[str, Any], nodes: dict[str, list[str]], delete: list[str], create: list[str]
) -> None:
    pods = {node: [_pod(name) for name in names] for node, names in nodes.items()}
    step = next_step(
        _daemons(strategy), pods, len(nodes), lambda p: p.name.startswith("new"), lambda p: "unready" not in p.name
    )
    assert ([pod.name for pod in step.delete], step.create) == (delete, create)


def _running(number: int) -> list[Stored]:
    conditions = [{"type": "Ready", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z"}]
    status = {"phase": "Running", "startTime": "2026-01-01T00:00:00Z", "conditions": conditions}
    spec = {"containers": [{"name": "main", "resources": {"requests": {"cpu": "100m"}}}]}
    return [Stored({"metadata": {"name": f"p{n}"}, "spec": spec, "status": status}) for n in range(number)]


@pytest.mark.parametrize(
    ("pods", "usage", "replicas"), [(2, 54, 2), (2, 56, 3), (2, 120, 5), (4, 45, 4), (4, 44, 4), (4, 35, 3), (5, 10, 1)]
)
def test_utilization_asks_for_pods_beyond_the_tolerance(pods: int, usage: int, replicas: int) -> None:
    running = _running(pods)
    used = {pod.name: usage for pod in running}
    assert for_utilization(running, used, "cpu", "", 50, pods, Tolerance(), 60.0).replicas == replicas


@pytest.mark.parametrize(
    ("behavior", "recommended", "current", "desired", "replicas", "reasons"),
    [
        (None, [], 2, 12, 4, ("ReadyForNewScale", "ScaleUpLimit")),
        (None, [(100.0, 6)], 6, 2, 6, ("ScaleDownStabilized", "DesiredWithinRange")),
        (None, [(-250.0, 6)], 6, 2, 2, ("ReadyForNewScale", "DesiredWithinRange")),
        ({"scaleDown": {"stabilizationWindowSeconds": 0, "selectPolicy": "Disabled"}}, [], 6, 2, 6, (
            "ReadyForNewScale", "ScaleDownLimit"
        )),
        ({"scaleUp": {"policies": [{"type": "Pods", "value": 1, "periodSeconds": 60}]}}, [], 2, 5, 3, (
            "ReadyForNewScale", "ScaleUpLimit"
        )),
        ({"scaleUp": {"stabilizationWindowSeconds": 60}}, [(90.0, 2)], 2, 5, 2, (
            "ScaleUpStabilized", "DesiredWithinRange"
        )),
    ],
)  # fmt: skip
def test_scaling_is_held_back(
    behavior: dict[str, Any] | None,
    recommended: list[tuple[float, int]],
    current: int,
    desired: int,
    replicas: int,
    reasons: tuple[str, str],
) -> None:
    spec = {} if behavior is None else {"behavior": behavior}
    found = normalized(spec, Memory(list(recommended)), current, desired, 1, 8, 100.0)
    assert (found.replicas, found.stable[0], found.within[0]) == (replicas, *reasons)

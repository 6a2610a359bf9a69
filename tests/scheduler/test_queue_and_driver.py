"""Who is tried when: priorities, back-off, and what makes a waiting pod worth another try."""

from __future__ import annotations

from typing import Any

import making

from kspec.domain.node import HOSTNAME
from kspec.domain.policy import Namespace
from kspec.scheduler.case import Schedule, run_list
from kspec.scheduler.driver import Driver
from kspec.scheduler.framework.cluster import Cluster
from kspec.scheduler.plugins.priority_sort import PrioritySort
from kspec.scheduler.plugins.scheduling_gates import CONDITION
from kspec.scheduler.queue import SchedulingQueue
from kspec.scheduler.scheduler import Scheduler

FULL = [making.node("a", cpu="2"), making.pod("there", cpu="2", nodeName="a")]


def driver(*objects: Any) -> Driver:
    return Driver(Scheduler(making.snapshot(*objects)))


def attempts(log: list[Any]) -> list[str]:
    return [entry["pod"].partition("/")[2] for entry in log if entry["do"] == "attempt"]


def outcomes(log: list[Any]) -> dict[str, Any]:
    return {e["pod"].partition("/")[2]: e for e in log if e["do"] == "outcome"}


def test_more_important_pods_are_tried_first_and_then_those_that_came_first() -> None:
    pods = [making.pod("one"), making.pod("two"), making.pod("three", priority=5)]
    schedule = run_list(making.snapshot(making.node("a")), pods)
    assert attempts(schedule.log) == ["three", "one", "two"]


def test_a_pod_that_failed_too_recently_is_tried_when_nobody_else_waits() -> None:
    now = [0.0]
    queue = SchedulingQueue(lambda: now[0], PrioritySort())
    cluster = Cluster(making.snapshot())
    for name, priority in (("early", 0), ("late", 9)):
        pod = making.pod(name, priority=priority)
        queue.add(pod, cluster.info(pod), gated=False)
    for _ in range(2):
        waiting = queue.pop()
        assert waiting is not None
        now[0] += 0.7
        queue.failed(waiting, frozenset({"NodeResourcesFit"}))
    for key in ("default/early", "default/late"):
        queue.activate(key)
    fresh = making.pod("fresh")
    queue.add(fresh, cluster.info(fresh), gated=False)
    order = [waiting.pod.name for waiting in iter(queue.pop, None)]
    assert order == ["fresh", "late", "early"]


def test_a_pod_without_room_is_tried_again_when_a_pod_goes() -> None:
    run = driver(*FULL)
    run.create_pod(making.pod("p", cpu="1"))
    run.create_pod(making.pod("tiny"))
    run.delete_pod("default/there")
    assert attempts(run.log) == ["p", "tiny", "p"]
    assert run.final()["default/p"] == {"node": "a", "priority": 0}


def test_a_node_that_could_not_take_the_pod_does_not_wake_it() -> None:
    run = driver(*FULL)
    run.create_pod(making.pod("p", cpu="3"))
    run.create_object(making.node("small", cpu="1").model_copy(update={"kind": "Node"}))
    run.create_object(making.node("large", cpu="8").model_copy(update={"kind": "Node"}))
    assert attempts(run.log) == ["p", "p"]
    assert run.final()["default/p"] == {"node": "large", "priority": 0}


def test_uncordoning_and_labelling_wake_those_who_waited_for_it() -> None:
    run = driver(making.node("a", unschedulable=True))
    run.create_pod(making.pod("p"))
    run.create_pod(making.pod("picky", nodeSelector={"disk": "ssd"}))
    run.cordon("a", cordoned=False)
    run.label_node("a", {"disk": "hdd"}, {})
    run.label_node("a", {"disk": "ssd"}, {})
    assert attempts(run.log) == ["p", "picky", "p", "picky", "picky"]
    assert {e["do"] for e in run.log} >= {"uncordon", "label-node"}


def test_a_cordoned_node_takes_nobody_new() -> None:
    run = driver(making.node("a"))
    run.create_pod(making.pod("before"))
    run.cordon("a", cordoned=True)
    run.create_pod(making.pod("after"))
    assert "node(s) were unschedulable" in run.final()["default/after"]["message"]


def test_a_pod_that_waits_for_company_is_tried_when_it_comes() -> None:
    near = {"topologyKey": "kubernetes.io/hostname", "labelSelector": {"matchLabels": {"app": "db"}}}
    affinity = {"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [near]}}
    run = driver(making.node("a"))
    run.create_pod(making.pod("lonely", affinity=affinity))
    run.create_pod(making.pod("other"))
    run.create_pod(making.pod("db", labels={"app": "db"}))
    assert attempts(run.log) == ["lonely", "other", "db", "lonely"]


def test_a_gated_pod_is_not_tried_until_its_gates_are_gone() -> None:
    run = driver(making.node("a"))
    run.create_pod(making.pod("p", schedulingGates=[{"name": "one"}, {"name": "two"}]))
    assert outcomes(run.log)["p"]["reason"] == "SchedulingGated"
    assert outcomes(run.log)["p"]["message"] == CONDITION
    run.ungate("default/p", "one")
    assert not attempts(run.log)
    run.ungate("default/p")
    assert run.final()["default/p"] == {"node": "a", "priority": 0}


def test_a_pod_of_another_scheduler_is_left_alone() -> None:
    run = driver(making.node("a"))
    run.create_pod(making.pod("p", schedulerName="other"))
    assert outcomes(run.log)["p"]["pending"] is True


def test_without_nodes_a_pod_waits_for_the_first() -> None:
    run = driver()
    run.create_pod(making.pod("p"))
    assert outcomes(run.log)["p"]["message"] == "no nodes available to schedule pods"
    run.create_object(making.node("a").model_copy(update={"kind": "Node"}))
    assert attempts(run.log) == ["p"]


def test_a_pod_with_a_node_name_is_there_even_if_the_node_is_full_or_missing() -> None:
    run = driver(*FULL)
    run.create_pod(making.pod("p", cpu="9", nodeName="a"))
    run.create_pod(making.pod("q", nodeName="nowhere"))
    assert outcomes(run.log)["p"] == {"do": "outcome", "pod": "default/p", "node": "a", "preset": True}
    assert run.final()["default/q"] == {"node": "nowhere", "priority": 0}


def test_a_pod_of_an_unknown_priority_class_is_refused() -> None:
    run = driver(making.node("a"))
    run.create_pod(making.pod("p", priorityClassName="vip"))
    assert run.log == [
        {
            "do": "create",
            "pod": "default/p",
            "refused": 'pods "p" is forbidden: no PriorityClass with name vip was found',
        }
    ]


def test_after_a_preemption_all_victims_go_and_there_is_one_retry() -> None:
    low = [making.pod(n, cpu="1", nodeName="a") for n in ("x", "y")]
    run = driver(making.node("a", cpu="2"), *low)
    for pod in low:
        run.enter(pod)
    run.create_pod(making.pod("p", cpu="2", priority=7))
    assert [e["do"] for e in run.log] == ["create", "attempt", "pod-gone", "pod-gone", "attempt", "outcome"]
    outcome = outcomes(run.log)["p"]
    assert outcome["first"]["nominatedNodeName"] == "a"
    assert {e["reason"] for e in run.events} == {"FailedScheduling", "Preempted"}


def test_the_same_input_gives_the_same_log_and_a_seed_gives_its_own() -> None:
    nodes = [making.node(f"n{i}") for i in range(6)]
    pods = [making.pod(f"p{i}") for i in range(8)]

    def nodes_of(schedule: Schedule) -> list[Any]:
        return [entry["node"] for entry in schedule.final.values()]  # type: ignore[index, call-overload]

    first, again = (run_list(making.snapshot(*nodes), pods) for _ in range(2))
    assert first.as_json() == again.as_json()
    seeded = [nodes_of(run_list(making.snapshot(*nodes), pods, seed=s)) for s in (1, 1, 2)]
    assert seeded[0] == seeded[1] != seeded[2]


def test_a_dropped_namespace_takes_its_labels_along() -> None:
    team = Namespace.model_validate({"kind": "Namespace", "metadata": {"name": "team", "labels": {"env": "prod"}}})
    selected = {"namespaceSelector": {"matchLabels": {"env": "prod"}}, "labelSelector": {}}
    away = {"requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": HOSTNAME, **selected}]}
    there = making.pod("there", namespace="team", nodeName="a")
    pod = making.pod("p", affinity={"podAntiAffinity": away})
    scheduler = Scheduler(making.snapshot(making.node("a"), there, namespaces=(team,)))
    assert not scheduler.examine(pod).scheduled
    scheduler.delete_object("Namespace", "team")
    assert scheduler.examine(pod).scheduled
    scheduler.add_object(team)
    assert not scheduler.examine(pod).scheduled

"""Making room.

Cases restate upstream's defaultpreemption/default_preemption_test.go.
"""

from __future__ import annotations

from typing import Any

import making

from kspec.domain.policy import PodDisruptionBudget
from kspec.scheduler.budgets import with_status
from kspec.scheduler.framework.interface import PostFilterResult
from kspec.scheduler.plugins.victims import by_importance
from kspec.scheduler.scheduler import Scheduler

TAIL = "no new claims to deallocate, preemption: "


def low(name: str, node: str, cpu: str = "2", priority: int = 0, **more: Any) -> Any:
    return making.pod(name, cpu=cpu, nodeName=node, priority=priority, **more)


def high(name: str = "high", cpu: str = "2", **more: Any) -> Any:
    return making.pod(name, cpu=cpu, priority=1000, **more)


def made_room(pod: Any, *objects: Any, **fields: Any) -> PostFilterResult:
    result = making.attempt(pod, *objects, **fields).preemption
    assert result is not None and result.victims is not None
    return result


def gone(result: PostFilterResult) -> list[str]:
    return [victim.pod.name for victim in result.victims.pods] if result.victims else []


def budget(app: str, allowed: int) -> PodDisruptionBudget:
    return PodDisruptionBudget.model_validate(
        {
            "metadata": {"name": app, "namespace": "default"},
            "spec": {"selector": {"matchLabels": {"app": app}}},
            "status": {"disruptionsAllowed": allowed},
        }
    )


ONE = making.node("a", cpu="4")
TWO = [ONE, making.node("b", cpu="4")]


def test_as_many_as_possible_are_spared_the_most_important_first() -> None:
    there = [low("small", "a", "1"), low("big", "a", "2", 1), low("mid", "a", "1", 5)]
    assert gone(made_room(high(), ONE, *there)) == ["big"]


def test_equals_are_spared_in_the_order_of_their_start() -> None:
    there = [
        low("old", "a", start="2026-01-01T00:00:00Z"),
        low("young", "a", start="2026-02-01T00:00:00Z"),
    ]
    assert gone(made_room(high(), ONE, *there)) == ["young"]


def test_pods_that_have_not_started_are_turned_round_as_go_sorts_them() -> None:
    scheduler = Scheduler(making.snapshot(ONE, *(low(n, "a", "1") for n in "xyz")))
    placed = [pod for pod, _ in scheduler.cluster.placed.values()]
    assert [p.pod.name for p in by_importance(placed)] == ["z", "y", "x"]


def test_a_node_without_violations_is_preferred_and_then_less_important_victims() -> None:
    guarded = low("guarded", "a", labels={"app": "db"})
    assert (
        made_room(high(cpu="3"), *TWO, guarded, low("free", "b", priority=5), budgets=(budget("db", 0),)).nominated
        == "b"
    )
    assert made_room(high(cpu="3"), *TWO, low("one", "a", priority=9), low("two", "b", priority=1)).nominated == "b"


def test_fewer_victims_and_later_starts_are_preferred() -> None:
    many = [low("one", "a"), low("two", "a")]
    assert made_room(high(cpu="4"), *TWO, *many, low("three", "b")).nominated == "b"
    early, late = low("early", "a", start="2026-01-01T00:00:00Z"), low("late", "b", start="2026-03-01T00:00:00Z")
    assert made_room(high(cpu="3"), *TWO, early, late).nominated == "b"


def test_the_second_victim_of_a_budget_that_allows_one_violates_it() -> None:
    there = [low(n, "a", labels={"app": "db"}) for n in ("x", "y")]
    result = made_room(high(cpu="4"), ONE, *there, budgets=(budget("db", 1),))
    assert result.victims is not None and result.victims.violations == 1


def test_a_budget_without_a_status_gets_the_one_of_the_disruption_controller() -> None:
    spec = {"maxUnavailable": 1, "selector": {"matchLabels": {"app": "db"}}}
    bare = PodDisruptionBudget.model_validate({"metadata": {"name": "b", "namespace": "default"}, "spec": spec})
    there = [low(n, "a", labels={"app": "db"}) for n in ("x", "y")]
    (filled,) = with_status([bare], there)
    assert (filled.status.disruptions_allowed, filled.status.desired_healthy) == (1, 1)
    percent = bare.model_copy(
        update={"spec": bare.spec.model_copy(update={"max_unavailable": None, "min_available": "80%"})}
    )
    assert with_status([percent], there)[0].status.disruptions_allowed == 0
    assert with_status([filled], ()) == (filled,)


def test_a_polite_pod_waits() -> None:
    result = making.attempt(high(cpu="3", preemptionPolicy="Never"), ONE, low("x", "a"))
    assert result.message.endswith(f"{TAIL}not eligible due to preemptionPolicy=Never.")


def test_nobody_is_sent_away_where_it_does_not_help() -> None:
    tainted = making.node("t", taints=[{"key": "k", "effect": "NoSchedule"}])
    result = making.attempt(high(cpu="3"), tainted, ONE, low("peer", "a", priority=1000))
    assert result.message == (
        "0/2 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint(s). "
        f"{TAIL}0/2 nodes are available: 1 No preemption victims found for incoming pod, "
        "1 Preemption is not helpful for scheduling."
    )


def test_the_reason_of_a_node_that_stays_too_full_is_told() -> None:
    there = [low("weak", "a", "1"), low("strong", "a", "3", 1000)]
    result = making.attempt(high(cpu="2"), ONE, *there)
    assert result.message.endswith(f"{TAIL}0/1 nodes are available: 1 Insufficient cpu.")


def test_victims_are_marked_and_the_pod_waits_for_them_on_its_node() -> None:
    scheduler = Scheduler(making.snapshot(ONE, low("x", "a"), low("y", "a")))
    pod = high(cpu="4")
    first = scheduler.schedule(pod)
    assert first.nominates == "a"
    scheduler.delete_pod("default/x")
    waiting = scheduler.schedule(pod)
    assert waiting.nominated == "a"
    assert waiting.message.endswith("not eligible due to a terminating pod on the nominated node.")
    scheduler.delete_pod("default/y")
    last = scheduler.schedule(pod)
    assert (last.nominated, last.chosen) == ("a", "a")
    assert not scheduler.cluster.nominated


def test_room_that_was_made_is_kept_from_less_important_pods() -> None:
    scheduler = Scheduler(making.snapshot(ONE, low("x", "a", "4")))
    pod = high(cpu="3")
    scheduler.schedule(pod)
    scheduler.delete_pod("default/x")
    other = scheduler.schedule(making.pod("greedy", cpu="2"))
    assert making.reasons(other) == {"a": ("Insufficient cpu",)}
    assert scheduler.schedule(making.pod("modest", cpu="1")).chosen == "a"
    assert scheduler.schedule(pod).chosen == "a"


def test_anti_affinity_of_victims_and_towards_them_is_lifted_with_them() -> None:
    away = {
        "podAntiAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": [
                {"topologyKey": "kubernetes.io/hostname", "labelSelector": {"matchLabels": {"app": "db"}}}
            ]
        }
    }
    there = low("db", "a", "1", labels={"app": "db"}, affinity=away)
    result = made_room(high(cpu="1", labels={"app": "db"}, affinity=away), ONE, there)
    assert gone(result) == ["db"]


def test_a_spread_that_a_victim_disturbs_is_mended_by_its_going() -> None:
    constraint = {
        "maxSkew": 1,
        "topologyKey": "kubernetes.io/hostname",
        "whenUnsatisfiable": "DoNotSchedule",
        "labelSelector": {"matchLabels": {"app": "w"}},
    }
    full = low("peer", "b", "4", 1000)
    there = low("w", "a", "1", labels={"app": "w"})
    pod = high(cpu="1", labels={"app": "w"}, topologySpreadConstraints=[constraint])
    assert gone(made_room(pod, *TWO, there, full)) == ["w"]

"""Pods that look at other pods.

Cases restate upstream's {podtopologyspread,interpodaffinity}/{filtering,scoring}_test.go.
"""

from __future__ import annotations

from typing import Any

import making
import pytest

from kspec.domain.network import Service
from kspec.domain.node import HOSTNAME, ZONE
from kspec.domain.policy import Namespace
from kspec.domain.workloads import ReplicaSet
from kspec.scheduler.framework.status import Code

APP = {"matchLabels": {"app": "w"}}
SKEW = "node(s) didn't match pod topology spread constraints"


def spread(key: str = ZONE, skew: int = 1, when: str = "DoNotSchedule", **more: Any) -> dict[str, Any]:
    return {"maxSkew": skew, "topologyKey": key, "whenUnsatisfiable": when, "labelSelector": APP, **more}


def mine(name: str, node: str = "", **spec: Any) -> Any:
    return making.pod(name, labels={"app": "w"}, nodeName=node, **spec)


ZONED = [making.node("a1", zone="a"), making.node("a2", zone="a"), making.node("b1", zone="b")]


def test_a_domain_may_be_ahead_by_the_skew_and_no_more() -> None:
    there = [mine("1", "a1"), mine("2", "b1"), mine("3", "a2")]
    result = making.attempt(mine("p", topologySpreadConstraints=[spread()]), *ZONED, *there)
    assert making.feasible(result) == ["b1"]
    assert making.status_of(result, "a1").reasons == (SKEW,)
    assert making.status_of(result, "a1").code is Code.UNSCHEDULABLE


def test_nodes_without_the_label_are_refused_for_good() -> None:
    result = making.attempt(mine("p", topologySpreadConstraints=[spread()]), *ZONED, making.node("nowhere"))
    assert making.status_of(result, "nowhere").reasons == (f"{SKEW} (missing required label)",)
    assert making.status_of(result, "nowhere").code is Code.UNRESOLVABLE


@pytest.mark.parametrize(("domains", "nodes"), [(2, ["a1", "a2", "b1"]), (3, [])])
def test_with_fewer_domains_than_wanted_the_emptiest_counts_as_empty(domains: int, nodes: list[str]) -> None:
    there = [mine("1", "a1"), mine("2", "b1")]
    result = making.attempt(mine("p", topologySpreadConstraints=[spread(minDomains=domains)]), *ZONED, *there)
    assert making.feasible(result) == nodes


@pytest.mark.parametrize(("policy", "nodes"), [("Ignore", []), ("Honor", ["a1", "a2"])])
def test_a_tainted_domain_counts_unless_taints_are_honoured(policy: str, nodes: list[str]) -> None:
    tainted = making.node("b1", zone="b", taints=[{"key": "k", "effect": "NoSchedule"}])
    constraint = spread(nodeTaintsPolicy=policy)
    result = making.attempt(mine("p", topologySpreadConstraints=[constraint]), *ZONED[:2], tainted, mine("1", "a1"))
    assert making.feasible(result) == nodes


@pytest.mark.parametrize(("policy", "nodes"), [("Honor", ["a1"]), ("Ignore", [])])
def test_a_domain_outside_the_selector_counts_only_if_affinity_is_ignored(policy: str, nodes: list[str]) -> None:
    disk = [making.node("a1", zone="a", labels={"disk": "ssd"}), making.node("b1", zone="b")]
    constraint = spread(nodeAffinityPolicy=policy)
    newcomer = mine("p", topologySpreadConstraints=[constraint], nodeSelector={"disk": "ssd"})
    assert making.feasible(making.attempt(newcomer, *disk, mine("1", "a1"))) == nodes


def test_pods_that_are_leaving_or_live_elsewhere_do_not_count() -> None:
    leaving = making.Pod.model_validate(
        {
            "metadata": {"name": "l", "namespace": "default", "labels": {"app": "w"}, "deletionTimestamp": "now"},
            "spec": {"nodeName": "a1", "containers": [{"name": "c"}]},
        }
    )
    elsewhere = making.pod("e", labels={"app": "w"}, namespace="team", nodeName="a1")
    result = making.attempt(mine("p", topologySpreadConstraints=[spread()]), *ZONED, leaving, elsewhere)
    assert making.feasible(result) == ["a1", "a2", "b1"]


def test_match_label_keys_count_only_pods_of_the_same_revision() -> None:
    constraint = spread(matchLabelKeys=["rev"])
    old = making.pod("o", labels={"app": "w", "rev": "1"}, nodeName="a1")
    newcomer = making.pod("p", labels={"app": "w", "rev": "2"}, topologySpreadConstraints=[constraint])
    assert making.feasible(making.attempt(newcomer, *ZONED, old)) == ["a1", "a2", "b1"]


def test_soft_constraints_prefer_emptier_domains_and_never_nodes_without_the_label() -> None:
    constraint = spread(when="ScheduleAnyway")
    result = making.attempt(
        mine("p", topologySpreadConstraints=[constraint]), *ZONED, making.node("nowhere"), mine("1", "a1")
    )
    assert making.weighted(result, "PodTopologySpread") == {"a1": 0, "a2": 0, "b1": 200, "nowhere": 0}


def test_hosts_weigh_by_the_nodes_that_take_part() -> None:
    """Two pods on a host: 2 * ln(3 + 2), the node without a zone is ignored."""
    constraints = [spread(HOSTNAME, when="ScheduleAnyway"), spread(ZONE, when="ScheduleAnyway")]
    there = [mine("1", "a1"), mine("2", "a1")]
    result = making.attempt(mine("p", topologySpreadConstraints=constraints), *ZONED, making.node("nowhere"), *there)
    assert making.raw(result, "PodTopologySpread") == {"a1": 6, "a2": 3, "b1": 0, "nowhere": 0}


def test_pods_of_a_service_or_a_replica_set_are_spread_by_default() -> None:
    service = Service.model_validate(
        {"metadata": {"name": "s", "namespace": "default"}, "spec": {"selector": {"app": "w"}}}
    )
    result = making.attempt(mine("p"), *ZONED, mine("1", "a1"), services=(service,))
    assert making.weighted(result, "PodTopologySpread")["b1"] == 200
    owned = making.Pod.model_validate(
        {
            "metadata": {
                "name": "p",
                "namespace": "default",
                "labels": {"app": "w"},
                "ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "rs", "controller": True}],
            },
            "spec": {"containers": [{"name": "c"}]},
        }
    )
    replica_set = ReplicaSet.model_validate(
        {"metadata": {"name": "rs", "namespace": "default"}, "spec": {"selector": APP}}
    )
    result = making.attempt(owned, *ZONED, mine("1", "a1"), replica_sets=(replica_set,))
    assert making.weighted(result, "PodTopologySpread")["b1"] == 200
    assert "PodTopologySpread" not in making.details(making.attempt(mine("q"), *ZONED)).scores


def term(key: str = HOSTNAME, selector: Any = APP, **more: Any) -> dict[str, Any]:
    return {"topologyKey": key, "labelSelector": selector, **more}


def affinity(kind: str, *terms: dict[str, Any], preferred: bool = False) -> dict[str, Any]:
    if preferred:
        weighted = [{"weight": 10, "podAffinityTerm": t} for t in terms]
        return {kind: {"preferredDuringSchedulingIgnoredDuringExecution": weighted}}
    return {kind: {"requiredDuringSchedulingIgnoredDuringExecution": list(terms)}}


def test_a_pod_keeps_away_from_those_it_names_and_they_keep_it_away_in_turn() -> None:
    away = affinity("podAntiAffinity", term())
    newcomer = making.attempt(making.pod("p", affinity=away), *ZONED, mine("1", "a1"))
    assert making.reasons(newcomer) == {"a1": ("node(s) didn't match pod anti-affinity rules",)}
    met = making.attempt(mine("p"), *ZONED, making.pod("1", nodeName="a1", affinity=away))
    assert making.reasons(met) == {"a1": ("node(s) didn't satisfy existing pods anti-affinity rules",)}


def test_anti_affinity_does_nothing_where_the_key_is_missing() -> None:
    away = affinity("podAntiAffinity", term("rack"))
    assert making.feasible(making.attempt(mine("p", affinity=away), *ZONED, mine("1", "a1"))) == ["a1", "a2", "b1"]


def test_affinity_wants_one_pod_that_all_terms_mean_in_every_domain() -> None:
    near = affinity("podAffinity", term(ZONE), term(HOSTNAME, {"matchLabels": {"tier": "db"}}))
    only_app = mine("1", "a1")
    both = making.pod("2", labels={"app": "w", "tier": "db"}, nodeName="a2")
    result = making.attempt(making.pod("p", affinity=near), *ZONED, only_app, both)
    assert making.feasible(result) == ["a2"]
    assert making.status_of(result, "b1").code is Code.UNRESOLVABLE


def test_the_first_of_a_group_may_go_anywhere_that_has_the_key() -> None:
    near = affinity("podAffinity", term(ZONE))
    result = making.attempt(mine("p", affinity=near), *ZONED, making.node("nowhere"))
    assert making.feasible(result) == ["a1", "a2", "b1"]
    assert making.feasible(making.attempt(making.pod("stranger", affinity=near), *ZONED)) == []


@pytest.mark.parametrize(
    ("more", "nodes"),
    [
        ({}, []),
        ({"namespaces": ["team"]}, ["b1"]),
        ({"namespaceSelector": {"matchLabels": {"env": "prod"}}}, ["b1"]),
        ({"namespaceSelector": {}}, ["b1"]),
        ({"namespaceSelector": {"matchLabels": {"env": "dev"}}}, []),
        ({"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "team"}}}, ["b1"]),
    ],
)
def test_terms_look_in_their_own_namespace_unless_they_say_otherwise(more: dict[str, Any], nodes: list[str]) -> None:
    team = Namespace.model_validate({"metadata": {"name": "team", "labels": {"env": "prod"}}})
    there = making.pod("1", labels={"app": "w"}, namespace="team", nodeName="b1")
    newcomer = making.pod("p", affinity=affinity("podAffinity", term(ZONE, **more)))
    assert making.feasible(making.attempt(newcomer, *ZONED, there, namespaces=(team,))) == nodes


def test_a_term_without_a_selector_means_nobody() -> None:
    away = affinity("podAntiAffinity", {"topologyKey": HOSTNAME})
    assert making.attempt(mine("p", affinity=away), ZONED[0], mine("1", "a1")).scheduled


def test_preferences_count_both_ways_and_required_affinity_of_others_counts_one() -> None:
    likes = affinity("podAffinity", term(), preferred=True)
    result = making.attempt(making.pod("p", affinity=likes), *ZONED, mine("1", "a1"), mine("2", "a1"))
    assert making.raw(result, "InterPodAffinity") == {"a1": 20, "a2": 0, "b1": 0}
    dislikes = affinity("podAntiAffinity", term(ZONE), preferred=True)
    result = making.attempt(mine("p"), *ZONED, making.pod("1", nodeName="a1", affinity=dislikes))
    assert making.raw(result, "InterPodAffinity") == {"a1": -10, "a2": -10, "b1": 0}
    assert making.weighted(result, "InterPodAffinity") == {"a1": 0, "a2": 0, "b1": 200}
    needs = affinity("podAffinity", term(ZONE))
    result = making.attempt(mine("p"), *ZONED, making.pod("1", nodeName="b1", affinity=needs))
    assert making.raw(result, "InterPodAffinity") == {"a1": 0, "a2": 0, "b1": 1}

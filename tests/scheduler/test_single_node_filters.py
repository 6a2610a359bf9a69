"""Taints, selectors, names, ports: what one node and one pod decide.

Tables restate upstream's taint_toleration_test.go, node_affinity_test.go, node_{ports,unschedulable}_test.go.
"""

from __future__ import annotations

from typing import Any

import making
import pytest

from kspec.scheduler.framework.status import Code


def taint(value: str, effect: str = "NoSchedule") -> dict[str, str]:
    return {"key": "level", "value": value, "effect": effect}


@pytest.mark.parametrize(
    ("toleration", "passes"),
    [
        ({"key": "level", "value": "5"}, True),
        ({"key": "level", "value": "05"}, False),
        ({"key": "level", "operator": "Exists"}, True),
        ({"operator": "Exists"}, True),
        ({"operator": "Exists", "effect": "NoExecute"}, False),
        ({"key": "level", "operator": "Gt", "value": "4"}, True),
        ({"key": "level", "operator": "Lt", "value": "4"}, False),
        ({"key": "level", "operator": "Gt", "value": "four"}, False),
    ],
)
def test_a_taint_is_tolerated_by_key_value_and_effect(toleration: dict[str, str], passes: bool) -> None:
    result = making.attempt(making.pod("p", tolerations=[toleration]), making.node("a", taints=[taint("5")]))
    assert result.scheduled is passes


def test_nodes_with_soft_taints_are_avoided_the_more_the_more_they_have() -> None:
    soft = [taint("1", "PreferNoSchedule"), {"key": "other", "effect": "PreferNoSchedule"}]
    nodes = [making.node("none"), making.node("one", taints=soft[:1]), making.node("two", taints=soft)]
    result = making.attempt(making.pod("p"), *nodes)
    assert making.raw(result, "TaintToleration") == {"none": 0, "one": 1, "two": 2}
    assert making.weighted(result, "TaintToleration") == {"none": 300, "one": 150, "two": 0}


def test_a_cordoned_node_is_refused_unless_its_taint_is_tolerated() -> None:
    cordoned = making.node("a", unschedulable=True)
    refused = making.attempt(making.pod("p"), cordoned)
    assert making.reasons(refused) == {"a": ("node(s) were unschedulable",)}
    daemon = making.pod("d", tolerations=[{"key": "node.kubernetes.io/unschedulable", "operator": "Exists"}])
    assert making.attempt(daemon, cordoned).chosen == "a"


def required(*terms: dict[str, Any]) -> dict[str, Any]:
    return {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": list(terms)}}}


def expression(key: str, operator: str, *values: str) -> dict[str, Any]:
    return {"matchExpressions": [{"key": key, "operator": operator, "values": list(values)}]}


def named(operator: str, *values: str) -> dict[str, Any]:
    return {"matchFields": [{"key": "metadata.name", "operator": operator, "values": list(values)}]}


@pytest.mark.parametrize(
    ("terms", "nodes"),
    [
        ([expression("cores", "Gt", "4")], ["big"]),
        ([expression("cores", "NotIn", "8")], ["none", "small"]),
        ([expression("cores", "DoesNotExist")], ["none"]),
        ([expression("cores", "In", "4"), expression("cores", "In", "8")], ["big", "small"]),
        ([{}], []),
        ([named("NotIn", "big")], ["none", "small"]),
    ],
)
def test_terms_are_alternatives_and_an_empty_term_matches_nothing(terms: list[Any], nodes: list[str]) -> None:
    cluster = [
        making.node("big", labels={"cores": "8"}),
        making.node("small", labels={"cores": "4"}),
        making.node("none"),
    ]
    assert making.feasible(making.attempt(making.pod("p", affinity=required(*terms)), *cluster)) == nodes


def test_a_pod_that_names_its_node_does_not_look_at_others() -> None:
    result = making.attempt(making.pod("p", affinity=required(named("In", "a"))), making.node("a"), making.node("b"))
    assert result.chosen == "a"
    others = making.details(result).others
    assert others is not None and others.reasons == ("node(s) didn't satisfy plugin(s) [NodeAffinity]",)


def test_a_pod_that_names_a_missing_node_fits_nowhere() -> None:
    result = making.attempt(making.pod("p", affinity=required(named("In", "x"))), making.node("a"), making.node("b"))
    assert result.message.startswith("0/2 nodes are available: 2 node(s) didn't satisfy plugin(s) [NodeAffinity].")


def test_a_pod_that_names_two_nodes_at_once_conflicts_with_itself() -> None:
    both = {"matchFields": [*named("In", "a")["matchFields"], *named("In", "b")["matchFields"]]}
    result = making.attempt(making.pod("p", affinity=required(both)), making.node("a"), making.node("b"))
    assert result.message == "0/2 nodes are available: pod affinity terms conflict. not found"


def test_preferred_terms_add_their_weights() -> None:
    terms = [{"weight": 30, "preference": expression("disk", "In", "ssd")}, {"weight": 10, "preference": {}}]
    affinity = {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": terms}}
    nodes = [making.node("ssd", labels={"disk": "ssd"}), making.node("hdd", labels={"disk": "hdd"})]
    result = making.attempt(making.pod("p", affinity=affinity), *nodes)
    assert making.raw(result, "NodeAffinity") == {"hdd": 0, "ssd": 30}
    assert making.weighted(result, "NodeAffinity") == {"hdd": 0, "ssd": 200}


def ports(*host: tuple[str, int, str]) -> dict[str, Any]:
    return {"ports": [{"containerPort": 80, "hostPort": p, "hostIP": ip, "protocol": proto} for ip, p, proto in host]}


@pytest.mark.parametrize(
    ("wanted", "free"),
    [
        (("", 8080, "TCP"), False),
        (("", 8080, "UDP"), True),
        (("", 9090, "TCP"), True),
        (("127.0.0.1", 8080, "TCP"), False),
    ],
)
def test_host_ports_conflict_by_address_protocol_and_number(wanted: tuple[str, int, str], free: bool) -> None:
    there = making.pod("there", nodeName="a", container=ports(("0.0.0.0", 8080, "TCP")))
    result = making.attempt(making.pod("p", container=ports(wanted)), making.node("a"), there)
    assert result.scheduled is free
    if not free:
        assert making.status_of(result, "a").code is Code.UNSCHEDULABLE


def test_two_addresses_share_a_port() -> None:
    there = making.pod("there", nodeName="a", container=ports(("10.0.0.1", 8080, "TCP")))
    other = making.pod("p", container=ports(("10.0.0.2", 8080, "TCP")))
    assert making.attempt(other, making.node("a"), there).scheduled


def test_on_the_host_network_every_container_port_is_a_host_port() -> None:
    there = making.pod("there", nodeName="a", hostNetwork=True, container={"ports": [{"containerPort": 80}]})
    assert not making.attempt(making.pod("p", container=ports(("", 80, "TCP"))), making.node("a"), there).scheduled


def test_the_ports_of_init_containers_do_not_conflict_but_those_of_sidecars_do() -> None:
    init = {"name": "i", **ports(("", 8080, "TCP"))}
    newcomer = making.pod("p", container=ports(("", 8080, "TCP")))
    for restart, scheduled in (({}, True), ({"restartPolicy": "Always"}, False)):
        there = making.pod("there", nodeName="a", initContainers=[{**init, **restart}])
        assert making.attempt(newcomer, making.node("a"), there).scheduled is scheduled

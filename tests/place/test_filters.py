"""Each hard filter of the scheduler, as a placement sees it."""

from smallworlds.written import (
    HOST,
    REQUIRED,
    apart,
    near,
    node,
    nodes_of,
    placed,
    running,
    spread,
    workload,
)

from kspec.domain.node import Cluster, Count, NodePool
from kspec.domain.objects import Resource
from kspec.place import Infeasible, Placement


def test_pods_fill_nodes_to_the_last_thousandth_and_no_further() -> None:
    assert isinstance(placed(node("n1", "2"), workload("web", 4, "500m")), Placement)
    assert isinstance(placed(node("n1", "2"), workload("web", 4, "501m")), Infeasible)


def test_a_node_takes_no_more_pods_than_it_says() -> None:
    assert isinstance(placed(node("n1", pods="2"), workload("web", 3, "1m")), Infeasible)


def test_extended_resources_are_counted() -> None:
    gpu = {"resources": {"limits": {"nvidia.com/gpu": "2"}}}
    answer = placed(node("n1"), node("n2", **{"nvidia.com/gpu": "4"}), workload("train", 2, **gpu))
    assert nodes_of(answer, "train") == ["n2", "n2"]


def test_a_daemonset_takes_its_share_of_every_node_it_runs_on() -> None:
    agent = workload("agent", cpu="600m", kind="DaemonSet")
    answer = placed(node("n1", "1"), node("n2", "1"), agent, workload("web", 2, "400m"))
    assert nodes_of(answer, "agent") == nodes_of(answer, "web") == ["n1", "n2"]
    assert isinstance(placed(node("n1", "1"), node("n2", "1"), agent, workload("web", 2, "401m")), Infeasible)


def test_a_daemonset_runs_only_where_selector_and_taints_let_it() -> None:
    tainted = node("n2", taints=[{"key": "a", "effect": "NoSchedule"}])
    agent = workload("agent", kind="DaemonSet", cpu="1m")
    assert nodes_of(placed(node("n1"), tainted, agent), "agent") == ["n1"]


def test_running_pods_take_room() -> None:
    assert nodes_of(placed(node("n1"), node("n2"), running("old", "n1", "3500m"), workload("web")), "web") == ["n2"]


def test_the_overhead_of_a_runtime_is_taken_by_running_pods_too() -> None:
    runtime = Resource(
        {
            "apiVersion": "node.k8s.io/v1",
            "kind": "RuntimeClass",
            "metadata": {"name": "kata"},
            "handler": "kata",
            "overhead": {"podFixed": {"cpu": "500m"}},
        }
    )
    old = running("old", "n1", runtimeClassName="kata")
    assert isinstance(placed(node("n1", "2"), runtime, old, workload("web", 1, "500m")), Placement)
    assert isinstance(placed(node("n1", "2"), runtime, old, workload("web", 1, "501m")), Infeasible)


def test_node_selector_affinity_and_name_choose_nodes() -> None:
    nodes = (node("n1", labels={"disk": "ssd"}), node("n2", labels={"disk": "hdd"}), node("n3"))
    terms = [
        {
            "matchExpressions": [
                {"key": "disk", "operator": "NotIn", "values": ["ssd"]},
                {"key": "disk", "operator": "Exists"},
            ]
        }
    ]
    affinity = {"nodeAffinity": {REQUIRED: {"nodeSelectorTerms": terms}}}
    fields = [{"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["n3"]}]}]
    by_field = {"nodeAffinity": {REQUIRED: {"nodeSelectorTerms": fields}}}
    answer = placed(
        *nodes,
        workload("by-label", nodeSelector={"disk": "ssd"}),
        workload("by-term", affinity=affinity),
        workload("by-field", affinity=by_field),
        workload("by-name", nodeName="n2"),
    )
    where = [nodes_of(answer, w) for w in ("by-label", "by-term", "by-field", "by-name")]
    assert where == [["n1"], ["n2"], ["n3"], ["n2"]]


def test_taints_and_cordons_keep_pods_away_unless_tolerated() -> None:
    tainted = node("n1", taints=[{"key": "dedicated", "value": "gpu", "effect": "NoExecute"}])
    cordoned = node("n2", unschedulable=True)
    soft = node("n3", taints=[{"key": "a", "effect": "PreferNoSchedule"}])
    assert isinstance(placed(tainted, cordoned, workload("web")), Infeasible)
    assert nodes_of(placed(tainted, cordoned, soft, workload("web")), "web") == ["n3"]
    tolerant = workload("web", tolerations=[{"key": "dedicated", "operator": "Exists"}])
    assert nodes_of(placed(tainted, cordoned, tolerant), "web") == ["n1"]


def test_anti_affinity_works_in_both_directions_and_over_any_key() -> None:
    nodes = (node("n1", labels={"rack": "r1"}), node("n2", labels={"rack": "r1"}), node("n3", labels={"rack": "r2"}))
    answer = placed(*nodes, workload("loner", affinity=apart("web", "rack")), workload("web", 2, "3"))
    assert isinstance(answer, Placement)
    assert nodes_of(answer, "loner") == ["n3"] and nodes_of(answer, "web") == ["n1", "n2"]
    assert nodes_of(placed(*nodes, running("old", "n1", affinity=apart("web", "rack")), workload("web")), "web") == [
        "n3"
    ]


def test_anti_affinity_looks_into_the_namespaces_it_names() -> None:
    term = {"topologyKey": HOST, "labelSelector": {"matchLabels": {"app": "db"}}}
    other = running("db", "n1", namespace="data")
    own_namespace = workload("web", affinity={"podAntiAffinity": {REQUIRED: [term]}})
    all_namespaces = workload("web", affinity={"podAntiAffinity": {REQUIRED: [term | {"namespaceSelector": {}}]}})
    assert nodes_of(placed(node("n1"), other, own_namespace), "web") == ["n1"]
    assert isinstance(placed(node("n1"), other, all_namespaces), Infeasible)


def test_affinity_needs_company_and_the_first_pod_of_its_kind_may_come_alone() -> None:
    nodes = (node("a1", "2", zone="a"), node("b1", "2", zone="b"))
    assert nodes_of(placed(*nodes, running("db", "b1"), workload("web", affinity=near("db"))), "web") == ["b1"]
    assert isinstance(placed(*nodes, workload("web", affinity=near("db"))), Infeasible)
    together = placed(*nodes, workload("web", 2, affinity=near("web")))
    assert nodes_of(together, "web") in (["a1", "a1"], ["b1", "b1"])
    assert isinstance(placed(*nodes, workload("web", 3, affinity=near("web"))), Infeasible)


def test_two_workloads_that_only_support_each_other_cannot_start() -> None:
    nodes = (node("a1", zone="a"),)
    answer = placed(*nodes, workload("x", affinity=near("y")), workload("y", affinity=near("x")))
    assert isinstance(answer, Infeasible)


def test_spread_counts_every_domain_that_the_policies_include() -> None:
    nodes = (node("a1", zone="a"), node("b1", zone="b"))
    tainted = node("c1", zone="c", taints=[{"key": "x", "effect": "NoSchedule"}])
    assert isinstance(placed(*nodes, workload("web", 4, topologySpreadConstraints=spread("web"))), Placement)
    ignored = workload("web", 4, topologySpreadConstraints=spread("web"))
    honoured = workload("web", 4, topologySpreadConstraints=spread("web", nodeTaintsPolicy="Honor"))
    assert isinstance(placed(*nodes, tainted, ignored), Infeasible)
    assert isinstance(placed(*nodes, tainted, honoured), Placement)


def test_too_few_domains_count_as_an_empty_one() -> None:
    constraint = spread("web", minDomains=3)
    nodes = (node("a1", zone="a"), node("b1", zone="b"))
    assert isinstance(placed(*nodes, workload("web", 2, topologySpreadConstraints=constraint)), Placement)
    assert isinstance(placed(*nodes, workload("web", 3, topologySpreadConstraints=constraint)), Infeasible)


def test_spread_over_hosts_leaves_no_host_out() -> None:
    nodes = (node("n1"), node("n2"), node("n3", "500m"))
    answer = placed(*nodes, workload("web", 2, topologySpreadConstraints=spread("web", HOST)))
    assert nodes_of(answer, "web") == ["n1", "n2"]
    assert isinstance(placed(*nodes, workload("web", 3, topologySpreadConstraints=spread("web", HOST))), Infeasible)


def test_host_ports_are_taken_once_a_node_and_address() -> None:
    port = [{"containerPort": 80, "hostPort": 80}]
    local = [{"containerPort": 80, "hostPort": 80, "hostIP": "127.0.0.1"}]
    other = [{"containerPort": 80, "hostPort": 80, "hostIP": "10.0.0.1"}]
    assert isinstance(placed(node("n1"), workload("web", 2, ports=port)), Infeasible)
    assert isinstance(placed(node("n1"), workload("web", ports=port), workload("x", ports=local)), Infeasible)
    assert isinstance(placed(node("n1"), workload("web", ports=other), workload("x", ports=local)), Placement)


def test_pools_with_a_range_grow_only_as_far_as_needed() -> None:
    pool = NodePool.model_validate(
        {"name": "p", "count": {"low": 1, "high": 4}, "machine": {"cpu": "2", "memory": "4Gi"}}
    )
    answer = placed(workload("web", 5), cluster=Cluster(pools=(pool,)))
    assert isinstance(answer, Placement) and answer.pools == {"p": 3}
    assert isinstance(placed(workload("web", 9), cluster=Cluster(pools=(pool,))), Infeasible)


def test_a_zone_whose_pool_may_stay_empty_is_a_domain_only_if_it_has_nodes() -> None:
    big = {"cpu": "4", "memory": "4Gi"}
    fixed = NodePool(name="a", count=Count(low=1, high=1), machine=big, zone="a")  # type: ignore[arg-type]
    maybe = NodePool(name="b", count=Count(low=0, high=2), machine={"cpu": "1"}, zone="b")  # type: ignore[arg-type]
    web = workload("web", 3, topologySpreadConstraints=spread("web"))
    answer = placed(web, cluster=Cluster(pools=(fixed, maybe)))
    assert isinstance(answer, Placement)
    assert set(nodes_of(answer, "web")) == {"a-1"} or answer.pools["b"] >= 1

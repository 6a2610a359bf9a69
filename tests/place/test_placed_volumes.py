"""Volumes: within reach, given out once, attached up to a limit, shared as their claims say."""

from __future__ import annotations

from smallworlds.written import HOST, ZONE, node, nodes_of, placed, running, workload

from kspec.domain.node import Cluster
from kspec.domain.objects import Resource
from kspec.place import Infeasible, Placement, Problem, build, solve
from kspec.place.exact.decide import decide
from kspec.solve.session import Verdict


def _claim(name: str, **spec: object) -> Resource:
    body = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}} | spec
    return Resource(
        {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": {"name": name, "namespace": "shop"},
            "spec": body,
        }
    )


def _volume(name: str, key: str, value: str, storage_class: str = "local") -> Resource:
    term = {"matchExpressions": [{"key": key, "operator": "In", "values": [value]}]}
    spec = {
        "capacity": {"storage": "1Gi"},
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": storage_class,
        "nodeAffinity": {"required": {"nodeSelectorTerms": [term]}},
    }
    return Resource({"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": name}, "spec": spec})


def _class(name: str, provisioner: str, **fields: object) -> Resource:
    head = {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": name}}
    return Resource({**head, "provisioner": provisioner, **fields})


def _mounting(claim: str) -> list[dict[str, object]]:
    return [{"name": "data", "persistentVolumeClaim": {"claimName": claim}}]


def test_pods_stand_where_their_bound_volume_can_be_reached() -> None:
    parts = (_claim("data", volumeName="pv"), _volume("pv", ZONE, "b"))
    nodes = (node("a1", zone="a"), node("b1", zone="b"))
    assert nodes_of(placed(*nodes, *parts, workload("db", volumes=_mounting("data"))), "db") == ["b1"]


def test_pods_of_a_read_write_once_claim_share_a_node() -> None:
    nodes = (node("n1", "1"), node("n2", "2"))
    assert nodes_of(placed(*nodes, _claim("data"), workload("db", 2, volumes=_mounting("data"))), "db") == ["n2", "n2"]
    assert isinstance(placed(*nodes, _claim("data"), workload("db", 3, volumes=_mounting("data"))), Infeasible)


def test_one_pod_uses_a_read_write_once_pod_claim() -> None:
    claim = _claim("data", accessModes=["ReadWriteOncePod"])
    assert isinstance(placed(node("n1"), claim, workload("db", 2, volumes=_mounting("data"))), Infeasible)


def test_local_volumes_are_given_out_once() -> None:
    local = _class("local", "kubernetes.io/no-provisioner", volumeBindingMode="WaitForFirstConsumer")
    volumes = (_volume("pv1", HOST, "n1"), _volume("pv2", HOST, "n2"))
    template = [_claim("data", storageClassName="local").manifest]
    db = workload("db", 2, kind="StatefulSet")
    db.manifest["spec"]["volumeClaimTemplates"] = template  # type: ignore[index, call-overload]
    answer = placed(node("n1"), node("n2"), node("n3"), local, *volumes, db)
    assert nodes_of(answer, "db") == ["n1", "n2"]
    assert isinstance(placed(node("n1"), node("n3"), local, *volumes, db), Infeasible)


def test_a_class_makes_volumes_in_its_topologies_only() -> None:
    topologies = [{"matchLabelExpressions": [{"key": ZONE, "values": ["b"]}]}]
    fast = _class("fast", "example.com/disk", allowedTopologies=topologies)
    nodes = (node("a1", zone="a"), node("b1", zone="b"))
    claim = _claim("data", storageClassName="fast")
    assert nodes_of(placed(*nodes, fast, claim, workload("db", volumes=_mounting("data"))), "db") == ["b1"]


def test_a_claim_that_does_not_exist_lets_no_pod_run() -> None:
    answer = placed(node("n1"), workload("db", volumes=_mounting("nowhere")))
    assert isinstance(answer, Infeasible) and "nowhere" in answer.summary + answer.core[-1].message


def test_nodes_attach_so_many_volumes_of_a_driver() -> None:
    fast = _class("fast", "csi.example.com")
    limits = [
        Resource(
            {
                "apiVersion": "storage.k8s.io/v1",
                "kind": "CSINode",
                "metadata": {"name": n},
                "spec": {"drivers": [{"name": "csi.example.com", "nodeID": n, "allocatable": {"count": 1}}]},
            }
        )
        for n in ("n1", "n2")
    ]
    db = workload("db", 2, kind="StatefulSet")
    db.manifest["spec"]["volumeClaimTemplates"] = [_claim("data", storageClassName="fast").manifest]  # type: ignore[index, call-overload]
    assert nodes_of(placed(node("n1"), node("n2"), fast, *limits, db), "db") == ["n1", "n2"]
    assert isinstance(placed(node("n1"), fast, *limits, db), Infeasible)


def _limit(on: str, count: int, driver: str = "csi.example.com") -> Resource:
    drivers = [{"name": driver, "nodeID": on, "allocatable": {"count": count}}]
    head = {"apiVersion": "storage.k8s.io/v1", "kind": "CSINode", "metadata": {"name": on}}
    return Resource({**head, "spec": {"drivers": drivers}})


def test_a_volume_that_a_running_pod_mounts_is_attached_already() -> None:
    shared = _claim("data", accessModes=["ReadWriteMany"], storageClassName="fast")
    other = _claim("other", accessModes=["ReadWriteMany"], storageClassName="fast")
    around = (node("n1"), _class("fast", "csi.example.com"), _limit("n1", 1), shared, other)
    old = running("old", "n1", volumes=_mounting("data"))
    assert nodes_of(placed(*around, old, workload("web", volumes=_mounting("data"))), "web") == ["n1"]
    assert isinstance(placed(*around, old, workload("web", volumes=_mounting("other"))), Infeasible)


def test_a_claim_that_a_pod_mounts_twice_is_one_volume() -> None:
    twice = [{"name": f"v{i}", "persistentVolumeClaim": {"claimName": "data"}} for i in range(2)]
    fast = (_class("fast", "csi.example.com"), _limit("n1", 1), _claim("data", storageClassName="fast"))
    assert isinstance(placed(node("n1"), *fast, workload("db", volumes=twice)), Placement)
    local = (_class("local", "kubernetes.io/no-provisioner"), _claim("data", storageClassName="local"))
    problem = build([node("n1"), *local, _volume("pv", HOST, "n1"), workload("db", volumes=twice)], Cluster())
    assert isinstance(problem, Problem) and decide(problem).verdict is Verdict.SAT


def test_volumes_of_different_drivers_are_counted_apart() -> None:
    """Two ordinals whose bound volumes differ in the driver only: one node can attach one of them, the other both."""
    db = workload("db", 2, kind="StatefulSet")
    db.manifest["spec"]["volumeClaimTemplates"] = [_claim("data").manifest]  # type: ignore[index, call-overload]
    parts = []
    for ordinal, driver in enumerate(("csi.example.com", "other.example.com")):
        parts.append(_claim(f"data-db-{ordinal}", volumeName=f"pv{ordinal}"))
        volume = _volume(f"pv{ordinal}", ZONE, "a")
        volume.manifest["spec"]["csi"] = {"driver": driver, "volumeHandle": f"pv{ordinal}"}  # type: ignore[index, call-overload]
        parts.append(volume)
    none = _limit("n1", 0, "other.example.com")
    answer = placed(node("n1", zone="a"), none, *parts, db)
    assert isinstance(answer, Infeasible)
    both = placed(node("n1", "1", zone="a"), node("n2", "1", zone="a"), none, *parts, db)
    assert {a.pod: a.node for a in both.assignments} == {"shop/db-0": "n1", "shop/db-1": "n2"}  # type: ignore[union-attr]


def test_a_claim_of_several_workloads_takes_one_free_volume() -> None:
    local = _class("local", "kubernetes.io/no-provisioner", volumeBindingMode="WaitForFirstConsumer")
    shared = _claim("data", storageClassName="local")
    users = [workload(name, volumes=_mounting("data")) for name in ("web", "job")]
    problem = build([node("n1"), node("n2"), local, _volume("pv", HOST, "n2"), shared, *users], Cluster())
    assert isinstance(problem, Problem)
    assert decide(problem).verdict is Verdict.SAT and isinstance(solve(problem), Placement)


def test_free_volumes_are_counted_where_pods_may_go() -> None:
    """Two volumes for two claims; one of the volumes is where none of the pods may stand."""
    local = _class("local", "kubernetes.io/no-provisioner", volumeBindingMode="WaitForFirstConsumer")
    wide = _volume("wide", ZONE, "a")
    claims = [_claim(name, storageClassName="local") for name in ("one", "two")]
    users = [workload(name, volumes=_mounting(name)) for name in ("one", "two")]
    taint = [{"key": "k", "effect": "NoSchedule"}]
    fleet = (node("n1", zone="a", taints=taint), node("n2", zone="a"))
    assert isinstance(placed(*fleet, local, wide, _volume("pv", HOST, "n1"), *claims, *users), Infeasible)
    assert isinstance(placed(*fleet, local, wide, _volume("pv", HOST, "n2"), *claims, *users), Placement)


def test_a_pod_may_mount_a_disk_twice_and_two_pods_may_only_read_it() -> None:
    def mounting(*read_only: bool) -> list[dict[str, object]]:
        disks = [{"pdName": "d", "readOnly": ro} for ro in read_only]
        return [{"name": f"v{i}", "gcePersistentDisk": disk} for i, disk in enumerate(disks)]

    assert isinstance(placed(node("n1"), workload("web", volumes=mounting(True, False))), Placement)
    assert isinstance(placed(node("n1"), workload("web", 2, volumes=mounting(True))), Placement)
    assert isinstance(placed(node("n1"), workload("web", 2, volumes=mounting(False))), Infeasible)

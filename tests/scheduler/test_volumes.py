"""Claims and volumes.

Cases restate upstream's volume_binding_test.go, volume_zone_test.go, csi_test.go and volume_restrictions_test.go.
"""

from __future__ import annotations

from typing import Any

import making
import pytest

from kspec.domain.node import ZONE
from kspec.domain.storage import (
    CSIDriver,
    CSINode,
    CSIStorageCapacity,
    PersistentVolume,
    PersistentVolumeClaim,
    StorageClass,
)
from kspec.scheduler.scheduler import Scheduler

WAIT = StorageClass.model_validate(
    {"metadata": {"name": "wait"}, "provisioner": "csi.test", "volumeBindingMode": "WaitForFirstConsumer"}
)
LOCAL = StorageClass.model_validate(
    {
        "metadata": {"name": "local"},
        "provisioner": "kubernetes.io/no-provisioner",
        "volumeBindingMode": "WaitForFirstConsumer",
    }
)


def claim(name: str, storage_class: str = "wait", size: str = "5Gi", volume: str = "", **more: Any) -> Any:
    annotations = {"pv.kubernetes.io/bind-completed": "yes"} if volume else {}
    return PersistentVolumeClaim.model_validate(
        {
            "kind": "PersistentVolumeClaim",
            "metadata": {"name": name, "namespace": "default", "annotations": annotations, **more.pop("metadata", {})},
            "spec": {
                "accessModes": more.pop("modes", ["ReadWriteOnce"]),
                "storageClassName": storage_class,
                "resources": {"requests": {"storage": size}},
                "volumeName": volume,
                **more,
            },
        }
    )


def volume(name: str, node: str = "", size: str = "10Gi", **more: Any) -> Any:
    where = [{"matchExpressions": [{"key": "kubernetes.io/hostname", "operator": "In", "values": [node]}]}]
    return PersistentVolume.model_validate(
        {
            "kind": "PersistentVolume",
            "metadata": {"name": name, "labels": more.pop("labels", {})},
            "spec": {
                "capacity": {"storage": size},
                "accessModes": ["ReadWriteOnce"],
                "storageClassName": "local",
                **({"nodeAffinity": {"required": {"nodeSelectorTerms": where}}} if node else {}),
                **more,
            },
        }
    )


def using(*claims: str, name: str = "p", **spec: Any) -> Any:
    volumes = [{"name": f"v{i}", "persistentVolumeClaim": {"claimName": c}} for i, c in enumerate(claims)]
    return making.pod(name, volumes=volumes, **spec)


NODES = [making.node("a", zone="x"), making.node("b", zone="y")]


@pytest.mark.parametrize(
    ("claims", "message"),
    [
        ((), 'persistentvolumeclaim "data" not found'),
        ((claim("data", "unknown"),), "pod has unbound immediate PersistentVolumeClaims"),
        ((claim("data", metadata={"deletionTimestamp": "now"}),), 'persistentvolumeclaim "data" is being deleted'),
    ],
)
def test_a_claim_that_can_not_be_used_keeps_the_pod_from_every_node(claims: Any, message: str) -> None:
    result = making.attempt(using("data"), *NODES, claims=claims, storage_classes=(WAIT,))
    assert result.message == f"0/2 nodes are available: {message}. not found"
    assert result.pre_filter_message == message


def test_a_bound_volume_ties_the_pod_to_its_nodes() -> None:
    bound = {"claims": (claim("data", "local", volume="pv"),), "volumes": (volume("pv", "b"),)}
    result = making.attempt(using("data"), *NODES, storage_classes=(LOCAL,), **bound)
    assert result.chosen == "b"
    assert making.reasons(result) == {"a": ("node(s) didn't match PersistentVolume's node affinity",)}


def test_a_claim_bound_to_a_missing_volume_fits_nowhere() -> None:
    result = making.attempt(using("data"), *NODES, claims=(claim("data", volume="gone"),), storage_classes=(WAIT,))
    assert result.pre_filter_message == 'persistentvolume "gone" not found'


def test_the_smallest_volume_that_is_large_enough_is_bound_and_gone_for_others() -> None:
    volumes = (volume("big", "b", "50Gi"), volume("fits", "b", "6Gi"), volume("tiny", "a", "1Gi"))
    scheduler = Scheduler(
        making.snapshot(
            *NODES, claims=(claim("d1", "local"), claim("d2", "local")), storage_classes=(LOCAL,), volumes=volumes
        )
    )
    first = scheduler.schedule(using("d1"))
    assert first.chosen == "b"
    assert making.reasons(first) == {"a": ("node(s) didn't find available persistent volumes to bind",)}
    catalog = scheduler.cluster.catalog
    assert catalog.claims["default/d1"].spec.volume_name == "fits"
    scheduler.schedule(using("d2", name="q"))
    assert catalog.claims["default/d2"].spec.volume_name == "big"


def test_a_provisioner_makes_volumes_where_its_class_allows() -> None:
    zonal = WAIT.model_copy(
        update={
            "allowed_topologies": StorageClass.model_validate(
                {"allowedTopologies": [{"matchLabelExpressions": [{"key": ZONE, "values": ["y"]}]}]}
            ).allowed_topologies
        }
    )
    result = making.attempt(using("data"), *NODES, claims=(claim("data"),), storage_classes=(zonal,))
    assert making.feasible(result) == ["b"]


def test_a_driver_that_tells_its_capacity_is_believed() -> None:
    driver = CSIDriver.model_validate(
        {"kind": "CSIDriver", "metadata": {"name": "csi.test"}, "spec": {"storageCapacity": True}}
    )
    capacity = CSIStorageCapacity.model_validate(
        {
            "kind": "CSIStorageCapacity",
            "metadata": {"name": "c", "namespace": "default"},
            "storageClassName": "wait",
            "capacity": "8Gi",
            "nodeTopology": {"matchLabels": {ZONE: "x"}},
        }
    )
    for size, nodes in (("5Gi", ["a"]), ("9Gi", [])):
        result = making.attempt(
            using("data"),
            *NODES,
            claims=(claim("data", size=size),),
            storage_classes=(WAIT,),
            others=(driver, capacity),
        )
        assert making.feasible(result) == nodes
    assert making.reasons(result)["a"] == ("node(s) did not have enough free storage",)


def test_a_volume_with_zone_labels_is_used_in_its_zones() -> None:
    bound = {
        "claims": (claim("data", "local", volume="pv"),),
        "volumes": (volume("pv", labels={ZONE: "y__z"}),),
    }
    result = making.attempt(using("data"), *NODES, making.node("plain"), storage_classes=(LOCAL,), **bound)
    assert making.feasible(result) == ["b", "plain"]
    assert making.reasons(result) == {"a": ("node(s) had no available volume zone",)}


def test_a_node_takes_no_more_volumes_than_its_driver_can_attach() -> None:
    limits = CSINode.model_validate(
        {"metadata": {"name": "a"}, "spec": {"drivers": [{"name": "csi.test", "allocatable": {"count": 1}}]}}
    )
    claims = (claim("d1", volume="v1"), claim("d2", volume="v2"))
    volumes = tuple(volume(f"v{i}", csi={"driver": "csi.test", "volumeHandle": f"h{i}"}) for i in (1, 2))
    there = using("d1", name="there", nodeName="a")
    context = {"claims": claims, "volumes": volumes, "storage_classes": (WAIT,), "csi_nodes": (limits,)}
    result = making.attempt(using("d2"), *NODES, there, **context)
    assert making.reasons(result) == {"a": ("node(s) exceed max volume count",)}
    assert making.attempt(using("d1"), NODES[0], there, **context).chosen == "a"


def test_a_claim_for_one_pod_only_is_not_shared() -> None:
    alone = claim("data", volume="pv", modes=["ReadWriteOncePod"])
    there = using("data", name="there", nodeName="a")
    result = making.attempt(
        using("data"), *NODES, there, claims=(alone,), volumes=(volume("pv"),), storage_classes=(WAIT,)
    )
    mode = "PersistentVolumeClaim with ReadWriteOncePod access mode"
    reason = f"node(s) unavailable due to {mode} already in-use by another pod"
    assert making.reasons(result) == {"a": (reason,), "b": (reason,)}


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ({"gcePersistentDisk": {"pdName": "d"}}, {"gcePersistentDisk": {"pdName": "d"}}, False),
        (
            {"gcePersistentDisk": {"pdName": "d", "readOnly": True}},
            {"gcePersistentDisk": {"pdName": "d", "readOnly": True}},
            True,
        ),
        ({"awsElasticBlockStore": {"volumeID": "v"}}, {"awsElasticBlockStore": {"volumeID": "v"}}, False),
        ({"iscsi": {"iqn": "i"}}, {"iscsi": {"iqn": "j"}}, True),
        ({"rbd": {"monitors": ["m", "n"], "image": "i"}}, {"rbd": {"monitors": ["n"], "image": "i"}}, False),
        ({"rbd": {"monitors": ["m"], "image": "i", "pool": "p"}}, {"rbd": {"monitors": ["m"], "image": "i"}}, True),
    ],
)
def test_a_disk_is_mounted_once_a_node(one: Any, other: Any, together: bool) -> None:
    there = making.pod("there", nodeName="a", volumes=[{"name": "v", **one}])
    result = making.attempt(making.pod("p", volumes=[{"name": "v", **other}]), NODES[0], there)
    assert result.scheduled is together
    if not together:
        assert making.reasons(result) == {"a": ("node(s) had no available disk",)}

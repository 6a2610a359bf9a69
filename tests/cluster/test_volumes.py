"""Claims and volumes: who gets which, and what becomes of a volume whose claim is gone.

Upstream: pkg/controller/volume/persistentvolume/{binder,delete}_test.go, pkg/controller/volume/pvcprotection (v1.36).
"""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from tests.cluster.playing import QUIET, played, until


def volume(name: str, size: str = "1Gi", **spec: Any) -> str:
    given = {"capacity": {"storage": size}, "accessModes": ["ReadWriteOnce"], "storageClassName": "manual"}
    spec = {**given, "hostPath": {"path": "/data"}, "persistentVolumeReclaimPolicy": "Retain", **spec}
    return yaml.safe_dump({"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": name}, "spec": spec})


def claim(name: str = "data", size: str = "1Gi", **spec: Any) -> str:
    given = {"accessModes": ["ReadWriteOnce"], "storageClassName": "manual"}
    spec = {**given, "resources": {"requests": {"storage": size}}, **spec}
    made = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": name}, "spec": spec}
    return yaml.safe_dump(made)


def storage_class(name: str, provisioner: str, **fields: Any) -> str:
    made = {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": name}}
    return yaml.safe_dump({**made, "provisioner": provisioner, **fields})


def all_of(*objects: str) -> str:
    return "---\n".join(objects)


@pytest.mark.parametrize(
    ("volumes", "wanted", "got"),
    [
        ([("big", "5Gi", {}), ("small", "1Gi", {})], {}, "small"),
        ([("big", "5Gi", {}), ("small", "1Gi", {})], {"size": "2Gi"}, "big"),
        ([("small", "1Gi", {}), ("mine", "5Gi", {"claimRef": {"namespace": "demo", "name": "data"}})], {}, "mine"),
        ([("other", "1Gi", {"storageClassName": "else"})], {}, None),
        ([("blocks", "1Gi", {"volumeMode": "Block"})], {}, None),
        ([("many", "1Gi", {"accessModes": ["ReadWriteOnce", "ReadOnlyMany"]}), ("one", "2Gi", {})], {}, "one"),
        ([("a", "1Gi", {}), ("b", "1Gi", {})], {"volumeName": "b"}, "b"),
    ],
)
def test_a_claim_gets_the_smallest_volume_that_meets_it(
    volumes: list[tuple[str, str, dict[str, Any]]], wanted: dict[str, Any], got: str | None
) -> None:
    made = [volume(name, size, **spec) for name, size, spec in volumes]
    run = played(all_of(*made, claim(**wanted)), [QUIET])
    found = run.final["PersistentVolumeClaim"]["data"]
    assert found["phase"] == ("Bound" if got else "Pending")
    assert found.get("volume") == got


def test_a_binding_is_four_writes() -> None:
    run = played(all_of(volume("disk"), claim()), [QUIET])
    written = [(e["kind"], sorted(e["changed"])) for e in run.run.log if e.get("verb") == "MODIFIED" and "changed" in e]
    assert [w for w in written if w[0].startswith("PersistentVolume")][1:] == [
        ("PersistentVolume", ["annotations", "claim"]),
        ("PersistentVolume", ["phase"]),
        ("PersistentVolumeClaim", ["annotations", "volume"]),
        ("PersistentVolumeClaim", ["capacity", "phase"]),
    ]


@pytest.mark.parametrize(
    ("spec", "phase", "message"),
    [
        ({}, "Released", None),
        ({"persistentVolumeReclaimPolicy": "Delete", "hostPath": {"path": "/tmp/x"}}, None, None),
        (
            {"persistentVolumeReclaimPolicy": "Delete"},
            "Failed",
            "host_path deleter only supports /tmp/.+ but received provided /data",
        ),
        (
            {"persistentVolumeReclaimPolicy": "Delete", "hostPath": None, "nfs": {"server": "nfs", "path": "/"}},
            "Failed",
            'error getting deleter volume plugin for volume "disk": no deletable volume plugin matched',
        ),
    ],
)
def test_the_policy_says_what_becomes_of_a_volume(spec: dict[str, Any], phase: str | None, message: str | None) -> None:
    run = played(all_of(volume("disk", **spec), claim()), [QUIET, {"delete": "PersistentVolumeClaim/data"}, QUIET])
    left = run.final.get("PersistentVolume", {}).get("disk", {})
    assert (left.get("phase"), left.get("message")) == (phase, message)


def test_a_claim_stays_as_long_as_a_pod_with_a_node_has_it() -> None:
    pod = """
apiVersion: v1
kind: Pod
metadata: {name: user}
spec:
  containers: [{name: main, image: "registry.test/web:1"}]
  volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
"""
    steps = [QUIET, {"delete": "PersistentVolumeClaim/data"}, QUIET]
    run = played(all_of(volume("disk"), claim(), pod), steps)
    assert run.final["PersistentVolumeClaim"]["data"]["deleting"]
    run = played(all_of(volume("disk"), claim(), pod), [*steps, {"delete": "Pod/user"}, QUIET])
    assert "PersistentVolumeClaim" not in run.final
    assert run.final["PersistentVolume"]["disk"]["phase"] == "Released"


@pytest.mark.parametrize(
    ("classes", "wanted", "reason", "message"),
    [
        (
            [],
            {"storageClassName": ""},
            "FailedBinding",
            "no persistent volumes available for this claim and no storage class is set",
        ),
        ([], {"storageClassName": "lost"}, "ProvisioningFailed", 'storageclass.storage.k8s.io "lost" not found'),
        (
            [storage_class("local", "kubernetes.io/no-provisioner")],
            {"storageClassName": "local"},
            "ProvisioningFailed",
            "no volume plugin matched name: kubernetes.io/no-provisioner",
        ),
        (
            [storage_class("late", "kubernetes.io/no-provisioner", volumeBindingMode="WaitForFirstConsumer")],
            {"storageClassName": "late"},
            "WaitForFirstConsumer",
            "waiting for first consumer to be created before binding",
        ),
        (
            [storage_class("disks", "kubernetes.io/gce-pd")],
            {"storageClassName": "disks"},
            "ExternalProvisioning",
            "Waiting for a volume to be created either by the external provisioner 'pd.csi.storage.gke.io' or manually"
            " by the system administrator. If volume creation is delayed, please verify that the provisioner is running"
            " and correctly registered.",
        ),
    ],
)
def test_a_claim_without_a_volume_is_told_why(
    classes: list[str], wanted: dict[str, Any], reason: str, message: str
) -> None:
    run = played(all_of(*classes, claim(**wanted)), [QUIET])
    assert set(run.events("PersistentVolumeClaim/data", reason)) == {message}
    assert run.final["PersistentVolumeClaim"]["data"]["phase"] == "Pending"


PROVISIONED = {"metadata": {"name": "disks", "annotations": {"kspec.test/provision-seconds": "2"}}}
LATE = {"volumeBindingMode": "WaitForFirstConsumer"}
USER = """
apiVersion: v1
kind: Pod
metadata: {name: user}
spec:
  containers: [{name: main, image: "registry.test/web:1"}]
  volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
"""


def test_a_local_volume_decides_where_its_pod_runs() -> None:
    term = {"matchExpressions": [{"key": "kubernetes.io/hostname", "operator": "In", "values": ["node-2"]}]}
    place = {"nodeAffinity": {"required": {"nodeSelectorTerms": [term]}}, "hostPath": None, "local": {"path": "/d"}}
    late = storage_class("late", "kubernetes.io/no-provisioner", **LATE)
    disk = volume("disk", storageClassName="late", **place)
    run = played(all_of(late, disk, claim(storageClassName="late"), USER), [QUIET])
    assert run.final["Pod"]["user"]["node"] == "node-2"
    assert run.final["PersistentVolumeClaim"]["data"]["volume"] == "disk"


@pytest.mark.parametrize("mode", [{}, LATE])
def test_a_pod_waits_for_the_volume_that_is_made_for_it(mode: dict[str, Any]) -> None:
    disks = storage_class("disks", "disks.example.com", **PROVISIONED, **mode)
    text = all_of(disks, claim(storageClassName="disks"), USER)
    run = played(text, [until("Pod/user ready"), QUIET])
    assert run.events("PersistentVolumeClaim/data", "ProvisioningSucceeded") == [
        "Successfully provisioned volume data-pv1"
    ]
    moments = {(e["kind"], e["name"]): float(e["t"]) for e in run.run.log if e.get("verb") == "ADDED" and "name" in e}
    bound = next(float(e["t"]) for e in run.run.log if e.get("name") == "user" and "node" in e.get("changed", {}))
    assert bound > moments["PersistentVolume", "data-pv1"]
    run = played(
        text, [until("Pod/user ready"), {"delete": "Pod/user"}, {"delete": "PersistentVolumeClaim/data"}, QUIET]
    )
    assert "PersistentVolume" not in run.final


def test_a_stateful_set_brings_its_claims() -> None:
    template = {"metadata": {"labels": {"app": "db"}}, "spec": {"containers": [{"name": "main", "image": "db:1"}]}}
    wanted = {
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": "disks",
        "resources": {"requests": {"storage": "1Gi"}},
    }
    spec: dict[str, Any] = {
        "replicas": 2,
        "serviceName": "db",
        "selector": {"matchLabels": {"app": "db"}},
        "template": template,
        "volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": wanted}],
        "persistentVolumeClaimRetentionPolicy": {"whenScaled": "Delete", "whenDeleted": "Retain"},
    }
    made = {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "db"}, "spec": spec}
    text = all_of(storage_class("disks", "disks.example.com", **PROVISIONED, **LATE), yaml.safe_dump(made))
    settled = until("StatefulSet/db settled")
    run = played(text, [settled, QUIET, {"patch": "StatefulSet/db", "body": {"spec": {"replicas": 1}}}, settled, QUIET])
    assert list(run.final["PersistentVolumeClaim"]) == ["data-db-0"]
    assert list(run.final["PersistentVolume"]) == ["data-db-0-pv1"]


EPHEMERAL = """
apiVersion: v1
kind: Pod
metadata: {name: user}
spec:
  containers: [{name: main, image: "registry.test/web:1"}]
  volumes:
  - name: scratch
    ephemeral:
      volumeClaimTemplate:
        metadata: {labels: {use: scratch}}
        spec: {accessModes: [ReadWriteOnce], storageClassName: disks, resources: {requests: {storage: 1Gi}}}
"""


def test_an_ephemeral_volume_comes_and_goes_with_its_pod() -> None:
    text = all_of(storage_class("disks", "disks.example.com", **PROVISIONED, **LATE), EPHEMERAL)
    run = played(text, [until("Pod/user ready"), QUIET])
    claims = run.final["PersistentVolumeClaim"]
    assert list(claims) == ["user-scratch"]
    assert claims["user-scratch"]["owners"] == [{"kind": "Pod", "name": "user", "controller": True, "block": True}]
    run = played(text, [until("Pod/user ready"), {"delete": "Pod/user"}, QUIET])
    assert not {"PersistentVolumeClaim", "PersistentVolume"} & set(run.final)

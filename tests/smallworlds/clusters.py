"""Random small clusters: every hard filter of the scheduler has its turn, sizes small enough to try everything."""

from __future__ import annotations

import random
from typing import Any

from kspec.domain.node import Cluster, Count, NodePool
from kspec.domain.objects import Resource

Manifest = dict[str, Any]
APPS = ("a", "b", "c")
ZONES = ("z1", "z2", "z3")
HOST, ZONE = "kubernetes.io/hostname", "topology.kubernetes.io/zone"
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"


def random_case(
    seed: int, *, nodes: int = 3, pods: int = 5, volumes: bool = True, ranges: bool = True
) -> tuple[list[Resource], Cluster]:
    """Nodes and workloads of a small random design, with volumes and a pool of variable size if wanted."""
    rnd = random.Random(seed)
    objects = [thing("v1", "Namespace", n, labels={"team": n}) for n in ("shop", "ops")]
    pools: list[NodePool] = []
    if rnd.random() < 0.3 and ranges:
        pools.append(_pool(rnd))
        nodes -= 1
    objects += _nodes(rnd, rnd.randint(1, nodes))
    left = rnd.randint(1, pods)
    for index in range(rnd.randint(1, 4)):
        count = min(left, rnd.randint(1, 3))
        if count > 0:
            objects += _workload(rnd, index, count, volumes)
            left -= count
    if rnd.random() < 0.25:
        objects.append(_daemon(rnd))
    if rnd.random() < 0.3:
        objects.append(_running(rnd))
    return [Resource(o) for o in objects], Cluster(pools=tuple(pools))


def thing(version: str, kind: str, name: str, namespace: str = "", labels: Any = None, **fields: Any) -> Manifest:
    """A manifest."""
    metadata: Manifest = {"name": name}
    if namespace:
        metadata["namespace"] = namespace
    if labels:
        metadata["labels"] = labels
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **fields}


def _pool(rnd: random.Random) -> NodePool:
    low = rnd.randint(0, 1)
    machine: Any = {"cpu": str(rnd.randint(1, 3)), "memory": "4Gi"}
    taints: Any = ({"key": "dedicated", "effect": "NoSchedule"},) if rnd.random() < 0.2 else ()
    count = Count(low=low, high=low + rnd.randint(0, 2))
    return NodePool(name="pool", count=count, machine=machine, zone=rnd.choice(ZONES), taints=taints)


def _nodes(rnd: random.Random, count: int) -> list[Manifest]:
    """Nodes, every other one a twin of the one before: what is equal is where symmetry can be got wrong."""
    found: list[Manifest] = []
    for index in range(count):
        if found and rnd.random() < 0.5:
            labels = found[-1]["metadata"]["labels"] | {HOST: f"n{index}"}
            found.append(found[-1] | {"metadata": {"name": f"n{index}", "labels": labels}})
        else:
            found.append(_node(rnd, index))
    return found


def _node(rnd: random.Random, index: int) -> Manifest:
    labels = {HOST: f"n{index}"}
    if rnd.random() < 0.9:
        labels[ZONE] = rnd.choice(ZONES)
    if rnd.random() < 0.5:
        labels["disk"] = rnd.choice(("ssd", "hdd"))
    spec: Manifest = {}
    if rnd.random() < 0.15:
        spec["taints"] = [{"key": "dedicated", "value": "gpu", "effect": rnd.choice(("NoSchedule", "NoExecute"))}]
    if rnd.random() < 0.05:
        spec["unschedulable"] = True
    pods = "2" if rnd.random() < 0.2 else "10"
    offered = {"cpu": rnd.choice(("1", "2", "2500m")), "memory": rnd.choice(("1Gi", "2Gi")), "pods": pods}
    if rnd.random() < 0.3:
        offered["example.com/gpu"] = "1"
    return thing("v1", "Node", f"n{index}", labels=labels, spec=spec, status={"allocatable": offered})


def _workload(rnd: random.Random, index: int, count: int, volumes: bool) -> list[Manifest]:
    name, namespace = f"w{index}", rnd.choice(("shop", "shop", "ops"))
    template = _template(rnd)
    kind = rnd.choice(("Deployment", "Deployment", "StatefulSet", "Job", "ReplicaSet"))
    if kind == "Job":
        spec = {"parallelism": count, "template": template}
        return [thing("batch/v1", kind, name, namespace, spec=spec)]
    spec = {"replicas": count, "selector": {"matchLabels": template["metadata"]["labels"]}, "template": template}
    extra = _volumes(rnd, template, name, namespace, count, kind, spec) if volumes and rnd.random() < 0.3 else []
    return [*extra, thing("apps/v1", kind, name, namespace, spec=spec)]


def _template(rnd: random.Random) -> Manifest:
    labels = {"app": rnd.choice(APPS)}
    requests = {"cpu": rnd.choice(("100m", "500m", "700m", "1")), "memory": rnd.choice(("100Mi", "600Mi"))}
    if rnd.random() < 0.15:
        requests["example.com/gpu"] = "1"
    container: Manifest = {"name": "main", "image": "x", "resources": {"requests": requests}}
    if rnd.random() < 0.12:
        container["ports"] = [{"containerPort": 80, "hostPort": rnd.choice((80, 81))}]
    spec: Manifest = {"containers": [container]}
    if rnd.random() < 0.15:
        spec["nodeSelector"] = {"disk": rnd.choice(("ssd", "hdd"))}
    if rnd.random() < 0.3:
        spec["tolerations"] = [{"key": "dedicated", "operator": "Exists"}]
    affinity: Manifest = {}
    if rnd.random() < 0.15:
        expression = {"key": ZONE, "operator": rnd.choice(("In", "NotIn")), "values": [rnd.choice(ZONES)]}
        affinity["nodeAffinity"] = {REQUIRED: {"nodeSelectorTerms": [{"matchExpressions": [expression]}]}}
    if rnd.random() < 0.3:
        affinity["podAntiAffinity"] = {REQUIRED: [_term(rnd) for _ in range(rnd.randint(1, 2))]}
    if rnd.random() < 0.3:
        affinity["podAffinity"] = {REQUIRED: [_term(rnd) for _ in range(rnd.randint(1, 2))]}
    if affinity:
        spec["affinity"] = affinity
    if rnd.random() < 0.35:
        keys = rnd.sample((HOST, ZONE), rnd.randint(1, 2))
        spec["topologySpreadConstraints"] = [_spread(rnd, key, labels) for key in keys]
    return {"metadata": {"labels": labels}, "spec": spec}


def _term(rnd: random.Random) -> Manifest:
    term: Manifest = {
        "topologyKey": rnd.choice((HOST, ZONE, ZONE, "disk")),
        "labelSelector": {"matchLabels": {"app": rnd.choice(APPS)}},
    }
    chance = rnd.random()
    if chance < 0.1:
        term["namespaces"] = ["ops"]
    elif chance < 0.2:
        term["namespaceSelector"] = rnd.choice(({}, {"matchLabels": {"team": "shop"}}))
    return term


def _spread(rnd: random.Random, key: str, labels: Manifest) -> Manifest:
    constraint: Manifest = {
        "maxSkew": rnd.choice((1, 1, 2)),
        "topologyKey": key,
        "whenUnsatisfiable": "DoNotSchedule",
        "labelSelector": {"matchLabels": labels if rnd.random() < 0.8 else {"app": rnd.choice(APPS)}},
    }
    if rnd.random() < 0.2:
        constraint["minDomains"] = rnd.randint(2, 3)
    if rnd.random() < 0.3:
        constraint["nodeTaintsPolicy"] = "Honor"
    if rnd.random() < 0.2:
        constraint["nodeAffinityPolicy"] = "Ignore"
    return constraint


def _volumes(
    rnd: random.Random, template: Manifest, name: str, namespace: str, count: int, kind: str, spec: Manifest
) -> list[Manifest]:
    """Claims of one of several sorts, with what they need."""
    mode = rnd.choice(("ReadWriteOnce", "ReadWriteMany", "ReadWriteOncePod"))
    claim_spec: Manifest = {"accessModes": [mode], "resources": {"requests": {"storage": "1Gi"}}}
    sort = rnd.choice(("zone", "local", "class", "shared"))
    if sort == "shared" or kind != "StatefulSet":
        template["spec"]["volumes"] = [{"name": "data", "persistentVolumeClaim": {"claimName": f"data-{name}"}}]
        return [thing("v1", "PersistentVolumeClaim", f"data-{name}", namespace, spec=claim_spec)]
    made = [thing("storage.k8s.io/v1", "StorageClass", name, provisioner="example.com/disk")]
    claim_spec["storageClassName"] = name
    if sort == "class":
        expressions = [{"key": ZONE, "values": rnd.sample(ZONES, 2)}]
        made[0]["allowedTopologies"] = [{"matchLabelExpressions": expressions}]
    if sort == "zone":
        for ordinal in range(count):
            claim = f"data-{name}-{ordinal}"
            bound = claim_spec | {"volumeName": f"pv-{name}-{ordinal}"}
            made.append(thing("v1", "PersistentVolumeClaim", claim, namespace, spec=bound))
            made.append(_volume(f"pv-{name}-{ordinal}", name, mode, ZONE, rnd.choice(ZONES)))
    if sort == "local":
        made[0]["provisioner"] = "kubernetes.io/no-provisioner"
        made += [
            _volume(f"pv-{name}-{i}", name, mode, HOST, f"n{rnd.randint(0, 2)}")
            for i in range(rnd.randint(1, count + 1))
        ]
    spec["volumeClaimTemplates"] = [{"metadata": {"name": "data"}, "spec": claim_spec}]
    return made


def _volume(name: str, storage_class: str, mode: str, key: str, value: str) -> Manifest:
    expression = {"key": key, "operator": "In", "values": [value]}
    affinity = {"required": {"nodeSelectorTerms": [{"matchExpressions": [expression]}]}}
    spec = {
        "capacity": {"storage": "1Gi"},
        "accessModes": [mode],
        "storageClassName": storage_class,
        "nodeAffinity": affinity,
    }
    return thing("v1", "PersistentVolume", name, spec=spec)


def _daemon(rnd: random.Random) -> Manifest:
    template = _template(rnd)
    template["spec"].pop("affinity", None)
    template["spec"].pop("topologySpreadConstraints", None)
    template["spec"]["containers"][0]["resources"] = {"requests": {"cpu": "100m"}}
    return thing("apps/v1", "DaemonSet", "agent", "ops", spec={"template": template})


def _running(rnd: random.Random) -> Manifest:
    template = _template(rnd)
    template["spec"]["nodeName"] = f"n{rnd.randint(0, 1)}"
    return thing("v1", "Pod", "old", rnd.choice(("shop", "ops")), template["metadata"]["labels"], spec=template["spec"])

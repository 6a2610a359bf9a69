"""Random small worlds with every hard rule in them: about half can be placed.

How strict a world is, is drawn first: in a lax one few rules meet much room, in a strict one many meet little. Volumes
come in all sorts that a filter tells apart: bound, free, made where a class allows, shared, attached up to a limit.
"""

from __future__ import annotations

import random
from typing import Any

from smallworlds.clusters import thing

from kspec.domain.node import Cluster, Count, NodePool
from kspec.domain.objects import Resource

Manifest = dict[str, Any]
HOST, ZONE, DISK = "kubernetes.io/hostname", "topology.kubernetes.io/zone", "disk"
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
APPS, ZONES, SPACES = ("a", "b", "c", "d"), ("z1", "z2", "z3"), ("shop", "shop", "ops", "web")
TEAMS = {"shop": "red", "ops": "blue", "web": "red"}
TAINTS = (("dedicated", "gpu", "NoSchedule"), ("dedicated", "db", "NoExecute"), ("spot", "", "PreferNoSchedule"))
DISKS, FILES = "disks.example.com", "files.example.com"
MODES = ("ReadWriteOnce", "ReadWriteMany", "ReadWriteMany", "ReadWriteOncePod")


def random_world(seed: int, *, nodes: int = 5, pods: int = 9) -> tuple[list[Resource], Cluster]:
    """Objects and pools of a random world with at most so many nodes and pods (those of daemons and old ones aside)."""
    world = _World(seed)
    pools = tuple(world.pool(i) for i in range(world.rnd.choice((0, 0, 0, 1, 2))))
    world.surroundings()
    world.nodes(world.rnd.randint(2, max(2, nodes - len(pools))))
    world.storage()
    left, index = world.rnd.randint(1, pods), 0
    while left > 0:
        count = min(left, world.rnd.choice((1, 1, 2, 2, 3, 4)))
        world.workload(index, count)
        left, index = left - count, index + 1
    if world.rnd.random() < 0.3:
        world.daemons()
    for index in range(world.rnd.choice((0, 0, 1, 2))):
        world.old(index)
    return [Resource(o) for o in world.objects], Cluster(pools=pools)


class _World:
    def __init__(self, seed: int) -> None:
        self.rnd = random.Random(f"world {seed}")
        self.strict = self.rnd.choice((0.1, 0.25, 0.4, 0.6))
        self.objects: list[Manifest] = []
        self.names: list[str] = []
        self.claims: dict[str, list[str]] = {space: [] for space in TEAMS}

    def maybe(self, chance: float) -> bool:
        return self.rnd.random() < chance * self.strict

    def pool(self, index: int) -> NodePool:
        low = self.rnd.randint(0, 1)
        taints: Any = [dict(zip(("key", "value", "effect"), TAINTS[0], strict=True))] if self.maybe(0.3) else []
        fields = {
            "name": f"pool{index}",
            "count": Count(low=low, high=low + self.rnd.randint(0, 2)),
            "machine": {"cpu": str(self.rnd.randint(1, 3)), "memory": "4Gi", "pods": str(self.rnd.randint(3, 9))},
            "zone": self.rnd.choice((*ZONES, "")),
            "labels": {DISK: "ssd"} if self.maybe(0.5) else {},
            "taints": taints,
        }
        return NodePool.model_validate(fields)

    def surroundings(self) -> None:
        """Namespaces, priorities, and a runtime whose pods ask for more than their containers do."""
        self.objects += [thing("v1", "Namespace", name, labels={"team": team}) for name, team in TEAMS.items()]
        scheduling = "scheduling.k8s.io/v1"
        self.objects.append(thing(scheduling, "PriorityClass", "high", value=1000))
        self.objects.append(thing(scheduling, "PriorityClass", "normal", value=10, globalDefault=True))
        overhead = {"podFixed": {"cpu": "200m", "memory": "100Mi"}}
        fields: Manifest = {"handler": "kata", "overhead": overhead}
        if self.maybe(0.5):
            fields["scheduling"] = {"nodeSelector": {DISK: "ssd"}}
        self.objects.append(thing("node.k8s.io/v1", "RuntimeClass", "kata", **fields))

    def nodes(self, count: int) -> None:
        """Nodes, every other one a twin of the one before: what is equal is where symmetry can be got wrong."""
        made: Manifest = {}
        for index in range(count):
            name = f"n{index}"
            if not made or self.rnd.random() < 0.6:
                made = self._node()
            labels = made["metadata"].get("labels", {}) | {HOST: name}
            self.objects.append(made | {"metadata": {"name": name, "labels": labels}})
            self.names.append(name)

    def _node(self) -> Manifest:
        rnd = self.rnd
        labels = {ZONE: rnd.choice(ZONES)} if not self.maybe(0.3) else {}
        if rnd.random() < 0.7:
            labels[DISK] = rnd.choice(("ssd", "hdd"))
        taints = [dict(zip(("key", "value", "effect"), t, strict=True)) for t in TAINTS if self.maybe(0.2)]
        spec: Manifest = {"taints": taints} | ({"unschedulable": True} if self.maybe(0.1) else {})
        offered = {"cpu": rnd.choice(("1500m", "2", "4", "6")), "memory": rnd.choice(("1500Mi", "4Gi", "8Gi"))}
        offered["pods"] = rnd.choice(("3", "8", "8", "8"))
        if rnd.random() < 0.3:
            offered["example.com/gpu"] = rnd.choice(("1", "2"))
        return thing("v1", "Node", "", labels=labels, spec=spec, status={"allocatable": offered})

    def storage(self) -> None:
        """Classes, attach limits, free and bound volumes, and claims that several workloads may share."""
        rnd, group = self.rnd, "storage.k8s.io/v1"
        late = {"volumeBindingMode": "WaitForFirstConsumer"}
        fast: Manifest = {"provisioner": DISKS, **late}
        if rnd.random() < 0.5:
            fast["allowedTopologies"] = [
                {"matchLabelExpressions": [{"key": ZONE, "values": rnd.sample(ZONES, rnd.randint(1, 2))}]}
                for _ in range(rnd.randint(1, 2))
            ]
        self.objects.append(thing(group, "StorageClass", "fast", **fast))
        self.objects.append(thing(group, "StorageClass", "files", provisioner=FILES, **late))
        self.objects.append(thing(group, "StorageClass", "local", provisioner="kubernetes.io/no-provisioner", **late))
        for name in self.names:
            limits = {driver: rnd.randint(1, 3) for driver in (DISKS, FILES) if self.maybe(0.6)}
            if limits:
                drivers = [
                    {"name": d, "nodeID": name, "topologyKeys": [], "allocatable": {"count": n}}
                    for d, n in limits.items()
                ]
                self.objects.append(thing(group, "CSINode", name, spec={"drivers": drivers}))
        for index in range(rnd.randint(2, 5)):
            self._volume(f"free{index}", "local", rnd.choice((HOST, HOST, ZONE, DISK)))
        for space in TEAMS:
            for index in range(rnd.choice((0, 1, 1, 2))):
                self._claim(space, f"share{index}")

    def _volume(self, name: str, storage_class: str, key: str, driver: str = "", modes: Any = None) -> None:
        values = {HOST: self.names, ZONE: ZONES, DISK: ("ssd", "hdd")}[key]
        picked = self.rnd.sample(values, min(len(values), self.rnd.choice((1, 1, 2))))
        expression = {"key": key, "operator": "In", "values": picked}
        size, offered = (
            self.rnd.choice(("1Gi", "5Gi")),
            self.rnd.choice((["ReadWriteOnce", "ReadWriteMany"], list(MODES))),
        )
        spec: Manifest = {
            "capacity": {"storage": size},
            "accessModes": modes or offered,
            "storageClassName": storage_class,
            "nodeAffinity": {"required": {"nodeSelectorTerms": [{"matchExpressions": [expression]}]}},
        }
        spec |= {"csi": {"driver": driver, "volumeHandle": name}} if driver else {"local": {"path": f"/{name}"}}
        self.objects.append(thing("v1", "PersistentVolume", name, spec=spec))

    def _claim(self, space: str, name: str) -> None:
        """A claim of one of the sorts, bound by either side's word or not at all."""
        spec = self._claim_spec()
        if self.rnd.random() < 0.4:
            volume, driver = f"{space}-{name}", self.rnd.choice((DISKS, FILES, ""))
            self._volume(
                volume, spec["storageClassName"], self.rnd.choice((ZONE, DISK, HOST)), driver, spec["accessModes"]
            )
            if self.rnd.random() < 0.5:
                spec["volumeName"] = volume
            else:
                self.objects[-1]["spec"]["claimRef"] = {"namespace": space, "name": name}
        self.objects.append(thing("v1", "PersistentVolumeClaim", name, space, spec=spec))
        self.claims[space].append(name)

    def _claim_spec(self) -> Manifest:
        storage_class = self.rnd.choice(("fast", "files", "files", "local"))
        size = self.rnd.choice(("1Gi", "1Gi", "2Gi"))
        return {
            "accessModes": [self.rnd.choice(MODES)],
            "storageClassName": storage_class,
            "resources": {"requests": {"storage": size}},
        }

    def workload(self, index: int, count: int) -> None:
        """A workload; now and then one of its pods runs already, or is about to leave."""
        name, space = f"w{index}", self.rnd.choice(SPACES)
        kind = self.rnd.choice(("Deployment", "Deployment", "StatefulSet", "StatefulSet", "Job", "ReplicaSet", "Pod"))
        template = self._template(space)
        labels = template["metadata"]["labels"]
        if kind == "Pod":
            self.objects += [
                thing("v1", "Pod", f"{name}-{i}", space, labels, spec=template["spec"]) for i in range(count)
            ]
            return
        spec: Manifest = {"replicas": count, "selector": {"matchLabels": labels}, "template": template}
        if kind == "Job":
            spec = {"parallelism": count, "template": template}
        elif kind == "StatefulSet" and self.rnd.random() < 0.6:
            spec["volumeClaimTemplates"] = [{"metadata": {"name": "data"}, "spec": self._claim_spec()}]
            self._bound_ordinals(space, name, count, spec["volumeClaimTemplates"][0]["spec"])
        version = "batch/v1" if kind == "Job" else "apps/v1"
        self.objects.append(thing(version, kind, name, space, spec=spec))
        if self.rnd.random() < 0.15 and kind != "Job":
            self._run(f"{name}-0", space, template, (version, kind, name), bool(spec.get("volumeClaimTemplates")))

    def _bound_ordinals(self, space: str, name: str, count: int, spec: Manifest) -> None:
        """Some ordinals have their claim already, and it its volume."""
        for ordinal in range(count):
            if self.rnd.random() < 0.3:
                claim, volume = f"data-{name}-{ordinal}", f"pv-{name}-{ordinal}"
                driver = self.rnd.choice((DISKS, FILES, ""))
                self._volume(
                    volume, spec["storageClassName"], self.rnd.choice((ZONE, HOST)), driver, spec["accessModes"]
                )
                bound = spec | {"volumeName": volume}
                self.objects.append(thing("v1", "PersistentVolumeClaim", claim, space, spec=bound))

    def _template(self, space: str) -> Manifest:
        rnd = self.rnd
        labels = {"app": rnd.choice(APPS)} | ({"tier": rnd.choice(("x", "y"))} if rnd.random() < 0.3 else {})
        spec: Manifest = {"containers": [self._container("main")]}
        if self.maybe(0.2):
            spec["initContainers"] = [self._container("first")]
            if rnd.random() < 0.6:
                spec["initContainers"][0]["restartPolicy"] = "Always"
        if self.maybe(0.2):
            spec["runtimeClassName"] = "kata"
        if rnd.random() < 0.3:
            spec["priorityClassName"] = "high"
        if self.maybe(0.15):
            spec["hostNetwork"] = True
        if self.maybe(0.2):
            spec["nodeSelector"] = {DISK: rnd.choice(("ssd", "hdd"))}
        if rnd.random() < 0.4:
            some = {
                "key": "dedicated",
                "operator": "Equal",
                "value": rnd.choice(("gpu", "db")),
                "effect": rnd.choice(("", "NoSchedule")),
            }
            spec["tolerations"] = [
                rnd.choice(({"key": "dedicated", "operator": "Exists"}, {"operator": "Exists"}, some))
            ]
        if affinity := self._affinity():
            spec["affinity"] = affinity
        if self.maybe(0.5):
            keys = rnd.sample((HOST, ZONE, DISK), rnd.choice((1, 1, 2)))
            spec["topologySpreadConstraints"] = [self._spread(key, labels) for key in keys]
        if self.maybe(0.4):
            spec["volumes"] = [self._mount(space, i) for i in range(rnd.choice((1, 1, 2)))]
        return {"metadata": {"labels": labels}, "spec": spec}

    def _container(self, name: str) -> Manifest:
        rnd = self.rnd
        requests = {
            "cpu": rnd.choice(("100m", "300m", "500m", "700m", "1")),
            "memory": rnd.choice(("100Mi", "400Mi", "900Mi")),
        }
        if self.maybe(0.15):
            requests["example.com/gpu"] = "1"
        container: Manifest = {"name": name, "image": "x", "resources": {"requests": requests}}
        if self.maybe(0.25):
            port: Manifest = {"containerPort": rnd.choice((80, 90)), "hostPort": rnd.choice((80, 81))}
            port |= {"hostIP": rnd.choice(("10.0.0.1", "10.0.0.2", "0.0.0.0"))} if rnd.random() < 0.5 else {}
            port |= {"protocol": "UDP"} if rnd.random() < 0.3 else {}
            container["ports"] = [port]
        return container

    def _affinity(self) -> Manifest:
        rnd, affinity = self.rnd, {}
        if self.maybe(0.25):
            key, values = rnd.choice(((ZONE, rnd.sample(ZONES, 2)), (DISK, ["ssd"]), (HOST, rnd.sample(self.names, 1))))
            expressions: list[Manifest] = [{"key": key, "operator": rnd.choice(("In", "NotIn")), "values": values}]
            terms = [{"matchExpressions": expressions}]
            if rnd.random() < 0.3:
                terms.append({"matchExpressions": [{"key": DISK, "operator": rnd.choice(("Exists", "DoesNotExist"))}]})
            affinity["nodeAffinity"] = {REQUIRED: {"nodeSelectorTerms": terms}}
        if self.maybe(0.4):
            affinity["podAntiAffinity"] = {REQUIRED: [self._term() for _ in range(rnd.choice((1, 1, 2)))]}
        if self.maybe(0.35):
            affinity["podAffinity"] = {REQUIRED: [self._term() for _ in range(rnd.choice((1, 1, 2)))]}
        return affinity

    def _term(self) -> Manifest:
        rnd = self.rnd
        selector: Manifest = {"matchLabels": {"app": rnd.choice(APPS)}}
        if rnd.random() < 0.2:
            selector = {
                "matchExpressions": [
                    {"key": "app", "operator": rnd.choice(("In", "NotIn")), "values": rnd.sample(APPS, 2)}
                ]
            }
        term: Manifest = {"topologyKey": rnd.choice((HOST, HOST, ZONE, ZONE, DISK)), "labelSelector": selector}
        match rnd.randrange(8):
            case 0:
                term["namespaces"] = rnd.sample(sorted(TEAMS), 2)
            case 1:
                term["namespaceSelector"] = rnd.choice(({}, {"matchLabels": {"team": "red"}}))
            case 2:
                term |= {"namespaces": ["ops"], "namespaceSelector": {"matchLabels": {"team": "red"}}}
            case 3:
                term[rnd.choice(("matchLabelKeys", "mismatchLabelKeys"))] = ["tier"]
            case _:
                pass
        return term

    def _spread(self, key: str, labels: Manifest) -> Manifest:
        rnd = self.rnd
        constraint: Manifest = {
            "maxSkew": rnd.choice((1, 1, 2)),
            "topologyKey": key,
            "whenUnsatisfiable": "ScheduleAnyway" if rnd.random() < 0.1 else "DoNotSchedule",
            "labelSelector": {"matchLabels": {"app": labels["app"] if rnd.random() < 0.8 else rnd.choice(APPS)}},
        }
        if rnd.random() < 0.3 and constraint["whenUnsatisfiable"] == "DoNotSchedule":
            constraint["minDomains"] = rnd.randint(1, 3)
        if rnd.random() < 0.3:
            constraint["nodeTaintsPolicy"] = "Honor"
        if rnd.random() < 0.3:
            constraint["nodeAffinityPolicy"] = "Ignore"
        if rnd.random() < 0.2:
            constraint["matchLabelKeys"] = ["tier"]
        return constraint

    def _mount(self, space: str, index: int) -> Manifest:
        rnd = self.rnd
        if self.claims[space] and rnd.random() < 0.75:
            return {"name": f"v{index}", "persistentVolumeClaim": {"claimName": rnd.choice(self.claims[space])}}
        if rnd.random() < 0.5:
            return {"name": f"v{index}", "ephemeral": {"volumeClaimTemplate": {"spec": self._claim_spec()}}}
        disk: Manifest = {"pdName": rnd.choice(("d1", "d2"))} | ({"readOnly": True} if rnd.random() < 0.5 else {})
        return {"name": f"v{index}", "gcePersistentDisk": disk}

    def daemons(self) -> None:
        template = self._template("ops")
        template["spec"].get("affinity", {}).pop("podAffinity", None)
        template["spec"].pop("topologySpreadConstraints", None)
        template["spec"].pop("volumes", None)
        template["spec"]["containers"][0]["resources"] = {"requests": {"cpu": "100m"}}
        self.objects.append(thing("apps/v1", "DaemonSet", "agent", "ops", spec={"template": template}))

    def old(self, index: int) -> None:
        """A pod of nobody that runs already."""
        space = self.rnd.choice(SPACES)
        self._run(f"old{index}", space, self._template(space), None, False)

    def _run(self, name: str, space: str, template: Manifest, owner: tuple[str, str, str] | None, claims: bool) -> None:
        metadata: Manifest = {"labels": dict(template["metadata"]["labels"])}
        spec: Manifest = {**template["spec"], "nodeName": self.rnd.choice(self.names)}
        if owner is not None:
            version, kind, of = owner
            reference = {"apiVersion": version, "kind": kind, "name": of, "uid": "1", "controller": True}
            metadata["ownerReferences"] = [reference]
            if kind == "Deployment":
                metadata["labels"]["pod-template-hash"] = "abc"
        elif self.rnd.random() < 0.2:
            metadata["deletionTimestamp"] = "2026-01-01T00:00:00Z"
        if claims:
            mount = {"name": "data", "persistentVolumeClaim": {"claimName": f"data-{name}"}}
            spec["volumes"] = [*spec.get("volumes", []), mount]
        pod = thing("v1", "Pod", name, space, spec=spec)
        pod["metadata"] |= metadata
        self.objects.append(pod)

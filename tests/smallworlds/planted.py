"""Clusters of any size that are known to fit: nodes are filled first, workloads counted afterwards.

Pools of several machine shapes over three zones; workloads with anti-affinity on hosts, foes, host ports, zone spread,
zone affinity, selectors and GPU taints. The same filling is used in each zone, so that spreads hold. `spoil` makes a
cluster infeasible for a known cause.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from typing import Any

from smallworlds.written import HOST, REQUIRED, ZONE

from kspec.domain.node import Cluster
from kspec.domain.objects import Resource

ZONES = ("a", "b", "c")
RESOURCES = ("cpu", "memory", "nvidia.com/gpu", "pods")
SHAPES = (
    ("general", (15890, 58500, 0, 110), ""),
    ("gpu", (31850, 240000, 4, 110), "nvidia.com/gpu"),
    ("small", (3920, 14700, 0, 58), ""),
    ("memory", (15890, 122000, 0, 110), ""),
    ("compute", (31850, 58500, 0, 110), ""),
    ("infra", (7910, 29800, 0, 110), "infra"),
    ("big", (63770, 250000, 0, 110), ""),
    ("gpu8", (95600, 1100000, 8, 110), "nvidia.com/gpu"),
)
SIZES = {
    "small": (2, 6, 24, 6),
    "medium": (4, 50, 500, 40),
    "large": (6, 500, 5000, 150),
    "huge": (8, 5000, 110000, 400),
}


@dataclass
class Kind:
    """A workload on its way; `home` is the pool it is sized for."""

    name: str
    home: int
    request: tuple[int, ...]
    alone: bool = False
    port: int = 0
    foe: str = ""
    skew: int = 0
    near: str = ""
    pinned: bool = False
    count: int = 0


@dataclass(frozen=True)
class Planted:
    """A cluster and workloads that fit on it."""

    cluster: Cluster
    kinds: tuple[Kind, ...] = field(repr=False)

    @property
    def resources(self) -> list[Resource]:
        return [_manifest(k) for k in self.kinds if k.count]

    @property
    def pods(self) -> int:
        return sum(k.count for k in self.kinds)


def planted(size: str, fill: float, seed: int) -> Planted:
    """A cluster of a size, filled so far."""
    pools, nodes, pods, workloads = SIZES[size]
    rnd = random.Random(f"{size} {fill} {seed}")
    shares = [1 / (i + 1.5) for i in range(pools)]
    counts = [max(1, round(nodes / 3 * s / sum(shares))) for s in shares]
    density = pods / nodes
    kinds = [_kind(rnd, i, pools, density) for i in range(workloads)]
    for kind in kinds[4:]:
        other = kinds[rnd.randrange(int(kind.name[1:]))]
        if rnd.random() < 0.06:
            kind.foe = other.name
        elif rnd.random() < 0.05:
            kind.near = other.name
    for pool, count in enumerate(counts):
        for _ in range(count):
            _fill(rnd, pool, kinds, fill)
    present = {k.name for k in kinds if k.count}
    kept = tuple(replace(k, near=k.near if k.near in present else "") for k in kinds)
    return Planted(_cluster(counts), kept)


def _kind(rnd: random.Random, index: int, pools: int, density: float) -> Kind:
    home = index if index < pools else rnd.randrange(pools)
    machine = SHAPES[home][1]
    cpu = min(machine[0] // 2, rnd.choice((0.25, 0.5, 0.5, 1, 1, 1.5, 2, 3)) * machine[0] / density)
    cpu = max(50, int(cpu // 50 * 50))
    memory = min(
        machine[1] // 2, int(cpu * machine[1] / machine[0] * rnd.choice((0.3, 0.6, 1, 1, 1.2, 1.6)) // 64 * 64)
    )
    gpu = rnd.choice((0, 1, 1, 2)) if machine[2] else 0
    kind = Kind(f"w{index}", home, (cpu, max(64, memory), gpu, 1))
    kind.alone = rnd.random() < 0.15
    kind.port = 8000 + index % 7 if rnd.random() < 0.05 else 0
    kind.skew = rnd.choice((1, 1, 2, 5)) if rnd.random() < 0.3 else 0
    kind.pinned = bool(SHAPES[home][2]) or rnd.random() < 0.25
    return kind


def _fill(rnd: random.Random, pool: int, kinds: list[Kind], fill: float) -> None:
    """One node's filling, used in all three zones."""
    left = [int(amount * fill) if r < 2 else amount for r, amount in enumerate(SHAPES[pool][1])]
    here: dict[str, int] = {}
    ports: set[int] = set()
    homely = [k for k in kinds if k.home == pool and not k.near]
    for kind in rnd.choices(homely, k=400) if homely else ():
        clash = kind.foe in here or any(k.foe == kind.name for k in homely if k.name in here)
        if kind.port in ports or clash or ((kind.alone or kind.port) and kind.name in here):
            continue
        if all(q <= have for q, have in zip(kind.request, left, strict=True)):
            left = [have - q for q, have in zip(kind.request, left, strict=True)]
            here[kind.name] = here.get(kind.name, 0) + 1
            ports |= {kind.port} - {0}
            kind.count += 3
    for kind in (k for k in kinds if k.home == pool and k.near and not k.count):
        friend = next(k for k in kinds if k.name == kind.near)
        if friend.count and all(q <= have for q, have in zip(kind.request, left, strict=True)):
            left = [have - q for q, have in zip(kind.request, left, strict=True)]
            kind.count = 3


def _cluster(counts: list[int]) -> Cluster:
    pools = []
    for (name, machine, taint), count in zip(SHAPES, counts, strict=False):
        offered = {"cpu": f"{machine[0]}m", "memory": f"{machine[1]}Mi", "pods": str(machine[3])}
        if machine[2]:
            offered["nvidia.com/gpu"] = str(machine[2])
        for zone in ZONES:
            pool: dict[str, Any] = {
                "name": f"{name}-{zone}",
                "zone": zone,
                "machine": offered,
                "labels": {"kind": name},
            }
            pool["count"] = {"low": count, "high": count}
            if taint:
                pool["taints"] = [{"key": taint, "effect": "NoSchedule"}]
            pools.append(pool)
    return Cluster.model_validate({"pools": pools})


def _manifest(kind: Kind) -> Resource:
    name, _, taint = SHAPES[kind.home]
    requests = {"cpu": f"{kind.request[0]}m", "memory": f"{kind.request[1]}Mi"}
    if kind.request[2]:
        requests["nvidia.com/gpu"] = str(kind.request[2])
    container: dict[str, Any] = {"name": "main", "image": "x", "resources": {"requests": requests}}
    if kind.port:
        container["ports"] = [{"containerPort": 80, "hostPort": kind.port}]
    spec: dict[str, Any] = {"containers": [container]}
    if kind.pinned:
        spec["nodeSelector"] = {"kind": name}
    if taint:
        spec["tolerations"] = [{"key": taint, "operator": "Exists"}]
    apart = [_term(app, HOST) for app in ([kind.name] if kind.alone else []) + ([kind.foe] if kind.foe else [])]
    affinity = {"podAntiAffinity": {REQUIRED: apart}} if apart else {}
    if kind.near:
        affinity["podAffinity"] = {REQUIRED: [_term(kind.near, ZONE)]}
    if affinity:
        spec["affinity"] = affinity
    if kind.skew:
        head = {"maxSkew": kind.skew, "topologyKey": ZONE, "whenUnsatisfiable": "DoNotSchedule"}
        selector = {"labelSelector": {"matchLabels": {"app": kind.name}}, "nodeTaintsPolicy": "Honor"}
        spec["topologySpreadConstraints"] = [head | selector]
    labels = {"app": kind.name}
    template = {"metadata": {"labels": labels}, "spec": spec}
    body = {"replicas": kind.count, "selector": {"matchLabels": labels}, "template": template}
    return Resource(
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": kind.name, "namespace": "d"}, "spec": body}
    )


def _term(app: str, key: str) -> dict[str, Any]:
    return {"topologyKey": key, "labelSelector": {"matchLabels": {"app": app}}}


def spoil(fits: Planted, cause: str) -> Planted:
    """The cluster made infeasible: too much cpu asked for, too many that keep apart, or pieces too large to pair."""
    kinds = list(fits.kinds)
    nodes = {
        shape[0]: sum(p.count.high for p in fits.cluster.pools if p.labels["kind"] == shape[0]) for shape in SHAPES
    }
    if cause == "capacity":
        index = next(i for i, k in enumerate(kinds) if k.pinned and k.count)
        name, machine, _ = SHAPES[kinds[index].home]
        kinds[index] = replace(
            kinds[index], count=nodes[name] * machine[0] // kinds[index].request[0] + 1, alone=False, port=0
        )
    elif cause == "apart":
        index = next(i for i, k in enumerate(kinds) if k.pinned and k.count)
        kinds[index] = replace(kinds[index], alone=True, count=nodes[SHAPES[kinds[index].home][0]] + 1)
    else:
        half = SHAPES[0][1][0] // 2 + 5
        kinds.append(Kind("large", 0, (half, 64, 0, 1), pinned=True, count=nodes[SHAPES[0][0]] + 1))
    return replace(fits, kinds=tuple(kinds))

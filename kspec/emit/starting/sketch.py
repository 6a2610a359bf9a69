"""A sketch of the cluster: pools with room for what the workloads ask for, and the labels they look for."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from kspec.domain.expansion import PodSet, expand
from kspec.domain.node import HOSTNAME, REGION, ZONE
from kspec.domain.objects import Resource
from kspec.domain.pod import PodSpec
from kspec.domain.requests import pod_requests
from kspec.emit.language import literals
from kspec.emit.language.part import Part

_SIZES = (2, 4, 8, 16, 32, 64, 96, 192)
"""Cores of usual machines; each has four times as many GiB."""
_GIB = 2**30
_FULL = 0.7
"""How much of a machine the sketch plans to use."""
_MOST_NODES = 12
"""As many nodes at most, before larger ones are taken."""
_PODS = 110
_EVERYWHERE = frozenset({HOSTNAME, ZONE, REGION, "kubernetes.io/os", "kubernetes.io/arch"})
"""Labels that a node has without anybody's doing."""
_COUNTED = frozenset({"cpu", "memory", "ephemeral-storage"})


@dataclass(frozen=True, slots=True)
class Pool:
    """Equal nodes in each zone. `devices` are further resources of a machine, by name."""

    name: str
    zones: tuple[str, ...]
    each: int
    cores: int
    labels: dict[str, str] = field(default_factory=dict)
    devices: dict[str, int] = field(default_factory=dict)

    def part(self) -> Part:
        """The pool as text; one in several zones is a loop."""
        label = literals.name(self.name)
        inner = [Part(f"count: {self.each}", ())]
        machine = [Part(f"cpu: {self.cores}", ()), Part(f"memory: {self.cores * 4}Gi", ()), Part(f"pods: {_PODS}", ())]
        machine += [Part(f"{literals.key(name)}: {count}", ()) for name, count in self.devices.items()]
        inner.append(Part("machine {", (), machine, "}"))
        if self.labels:
            entries = [Part(f"{literals.key(k)}: {literals.string(v)}", ()) for k, v in self.labels.items()]
            inner.append(Part("labels: {", (), entries, "}", commas=True))
        if len(self.zones) == 1:
            zone = Part(f"zone: {literals.string(self.zones[0])}", ())
            return Part(f"nodepool {label} {{", (), [zone, *inner], "}", broken=True)
        listed = ", ".join(literals.string(z) for z in self.zones)
        pool = Part(f'nodepool "{self.name}-${{z}}" {{', (), [Part("zone: z", ()), *inner], "}", broken=True)
        return Part(f"for z in [{listed}] {{", (), [pool], "}", broken=True)


def sketch(resources: Iterable[Resource], room: int = 1) -> tuple[Pool, ...]:
    """Pools for the pods of a design; `room` multiplies what they have."""
    podsets = expand(resources)
    daemons = [s for s in podsets if s.everywhere]
    groups: dict[tuple[tuple[str, str], ...], list[PodSet]] = {}
    for podset in podsets:
        if not podset.everywhere and podset.names:
            groups.setdefault(tuple(sorted(_wanted(podset.template.spec).items())), []).append(podset)
    zones = _zones(podsets)
    plain = groups.pop((), [])
    pools = [_pool("general", plain, daemons, zones, {}, room)]
    for number, (labels, members) in enumerate(groups.items(), 1):
        name = f"special-{number}" if len(groups) > 1 else "special"
        pools.append(_pool(name, members, daemons, zones, dict(labels), room))
    return tuple(pools)


def _pool(
    name: str,
    members: Sequence[PodSet],
    daemons: Sequence[PodSet],
    zones: tuple[str, ...],
    labels: dict[str, str],
    room: int,
) -> Pool:
    needs = [(pod_requests(s.template.spec), len(s.names)) for s in members]
    overhead = [pod_requests(s.template.spec) for s in daemons]
    total = {r: sum(need.get(r, 0) * count for need, count in needs) * room for r in ("cpu", "memory")}
    largest = {r: max((need.get(r, 0) for need, _ in needs), default=0) for r in ("cpu", "memory")}
    everywhere = {r: sum(need.get(r, 0) for need in overhead) for r in ("cpu", "memory")}
    pods = sum(count for _, count in needs)
    apart = max((len(s.names) for s in members if _keeps_apart(s.template.spec)), default=0) * room
    cores, nodes = _SIZES[-1], 1
    for size in _SIZES:
        free = {
            "cpu": size * 1000 * _FULL - everywhere["cpu"],
            "memory": size * 4 * _GIB * _FULL - everywhere["memory"],
        }
        if any(free[r] <= 0 or largest[r] > free[r] for r in free):
            continue
        cores = size
        by_size = max(math.ceil(total[r] / free[r]) for r in free)
        nodes = max(by_size, math.ceil(pods * room / (_PODS - len(daemons) - 10)), apart, 1)
        if by_size <= _MOST_NODES:
            break
    each = max(1, math.ceil(nodes / len(zones)))
    return Pool(name, zones, each, cores, labels, _devices(needs, each * len(zones), room))


def _devices(needs: Sequence[tuple[dict[str, int], int]], nodes: int, room: int) -> dict[str, int]:
    """Further resources that pods ask for, so many a node that all of them find some."""
    found: dict[str, int] = {}
    for resource in dict.fromkeys(r for need, _ in needs for r in need if r not in _COUNTED):
        largest = max(need.get(resource, 0) for need, _ in needs)
        total = sum(need.get(resource, 0) * count for need, count in needs)
        if largest:
            found[resource] = largest * max(1, math.ceil(total * room / largest / nodes))
    return found


def _wanted(spec: PodSpec) -> dict[str, str]:
    """The labels that a pod wants of its node: its selector's, and those of the first term it takes."""
    wanted = {k: v for k, v in spec.node_selector.items() if k not in _EVERYWHERE}
    required = spec.affinity.node_affinity.required
    first = required.node_selector_terms[:1] if required is not None else ()
    for requirement in (r for term in first for r in term.match_expressions):
        if requirement.key in _EVERYWHERE:
            continue
        if requirement.operator == "In" and requirement.values:
            wanted.setdefault(requirement.key, requirement.values[0])
        elif requirement.operator == "Exists":
            wanted.setdefault(requirement.key, "true")
    return wanted


def _zones(podsets: Iterable[PodSet]) -> tuple[str, ...]:
    """The zones that pods name; three where none does."""
    named: dict[str, None] = {}
    for podset in podsets:
        named |= dict.fromkeys(_named_zones(podset.template.spec))
    return tuple(named) or ("a", "b", "c")


def _named_zones(spec: PodSpec) -> Iterator[str]:
    if ZONE in spec.node_selector:
        yield spec.node_selector[ZONE]
    required = spec.affinity.node_affinity.required
    for term in required.node_selector_terms if required is not None else ():
        for requirement in term.match_expressions:
            if requirement.key == ZONE and requirement.operator == "In":
                yield from requirement.values


def _keeps_apart(spec: PodSpec) -> bool:
    """Whether two pods of a workload may not share a node: they avoid each other, or want one port of it."""
    required = spec.affinity.pod_anti_affinity.required
    ports = any(p.host_port or spec.host_network for c in spec.containers for p in c.ports)
    return ports or any(term.topology_key == HOSTNAME for term in required)

"""Judging one pod and one node: name, selector, affinity, taints; then what a node's pods take together, and ports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import combinations

from kspec.domain.node import Node, Taint
from kspec.domain.pod import Container, NodeSelectorTerm, PodSpec, Toleration
from kspec.place.checker.crowd import Crowd, Violation


def on_the_right_node(crowd: Crowd) -> Iterator[Violation]:
    """Every pod's node has the name, labels and taints that the pod accepts."""
    for kind in crowd.judged:
        fine: set[object] = set()
        keys = looked_at(kind.spec)
        for name in kind.on:
            profile = None if keys is None else (profile_of(crowd, name, keys))
            if profile is not None and profile in fine:
                continue
            wrong = list(refusals(kind.spec, crowd.nodes[name]))
            if not wrong:
                fine.add(profile)
            for filter_name, message in wrong:
                yield Violation(kind.example(name), name, filter_name, message)


def looked_at(spec: PodSpec) -> list[str] | None:
    """The node labels that decide about a spec; None where names of nodes do."""
    required = spec.affinity.node_affinity.required
    terms = required.node_selector_terms if required else ()
    if spec.node_name or any(term.match_fields for term in terms):
        return None
    return sorted({*spec.node_selector, *(e.key for term in terms for e in term.match_expressions)})


def profile_of(crowd: Crowd, name: str, keys: Iterable[str]) -> tuple[object, ...]:
    """What a node is to a spec that looks at these labels."""
    labels = crowd.nodes[name].metadata.labels
    return (crowd.taints[name], *(labels.get(key) for key in keys))


def refusals(spec: PodSpec, node: Node) -> Iterator[tuple[str, str]]:
    """Why a node does not take a pod of this spec, looking at labels, name and taints."""
    labels, name = node.metadata.labels, node.metadata.name
    if spec.node_name not in ("", name):
        yield "NodeName", f"the pod names node {spec.node_name}"
    for key, value in spec.node_selector.items():
        if labels.get(key) != value:
            yield "NodeAffinity", f"the node has no label {key}={value}"
    required = spec.affinity.node_affinity.required
    if required is not None and not any(_term_holds(term, node) for term in required.node_selector_terms):
        yield "NodeAffinity", "no term of the required node affinity holds"
    taints = [t for t in node.spec.taints if t.effect in ("NoSchedule", "NoExecute")]
    if node.spec.unschedulable:
        taints.append(Taint(key="node.kubernetes.io/unschedulable", effect="NoSchedule"))
    for taint in taints:
        if not any(_covers(t, taint) for t in spec.tolerations):
            yield "TaintToleration", f"taint {taint.key}={taint.value}:{taint.effect} is not tolerated"


def _term_holds(term: NodeSelectorTerm, node: Node) -> bool:
    if not (term.match_expressions or term.match_fields):
        return False
    for expression in term.match_expressions:
        if not expression.matches(node.metadata.labels):
            return False
    for wanted in term.match_fields:
        named = node.metadata.name in wanted.values
        if wanted.key != "metadata.name" or named != (wanted.operator == "In"):
            return False
    return True


def _covers(toleration: Toleration, taint: Taint) -> bool:
    if toleration.key not in ("", taint.key) or toleration.effect not in ("", taint.effect):
        return False
    if toleration.operator == "Exists":
        return True
    if toleration.operator in ("Lt", "Gt"):
        numbers = [v.lstrip("+-").isdigit() for v in (taint.value, toleration.value)]
        difference = int(taint.value) - int(toleration.value) if all(numbers) else 0
        return difference < 0 if toleration.operator == "Lt" else difference > 0
    return toleration.value == taint.value


def within_what_nodes_have(crowd: Crowd) -> Iterator[Violation]:
    """No node's pods ask for more than it has. What nobody placed here asks for is not our concern."""
    taken: dict[str, dict[str, int]] = {name: {} for name in crowd.nodes}
    asked: dict[str, set[str]] = {name: set() for name in crowd.nodes}
    for kind in crowd.kinds:
        wants = {**asks(kind.spec), "pods": 1}
        positive = [resource for resource, amount in wants.items() if amount > 0]
        for node, count in kind.on.items():
            if node in taken:
                here = taken[node]
                for resource in positive:
                    here[resource] = here.get(resource, 0) + wants[resource] * count
                if not kind.fixed:
                    asked[node].update(positive)
    for node, resources in asked.items():
        offered = crowd.nodes[node].status.allocatable or crowd.nodes[node].status.capacity
        for resource in sorted(resources):
            has = _rounded(resource, offered[resource].amount) if resource in offered else 0
            if taken[node][resource] > has:
                blamed = next(k for k in crowd.judged if node in k.on)
                message = f"{resource}: {taken[node][resource]} asked for, {has} there"
                yield Violation(blamed.example(node), node, "NodeResourcesFit", message)


def asks(spec: PodSpec) -> dict[str, int]:
    """What a pod of this spec takes from a node, cpu in thousandths rounded up, the rest in whole units rounded up."""
    names = {r for c in (*spec.containers, *spec.init_containers) for r in (*c.resources.requests, *c.resources.limits)}
    names |= set(spec.overhead) | set(spec.resources.requests) | set(spec.resources.limits)
    return {name: _rounded(name, _asks_for(spec, name)) for name in names}


def _asks_for(spec: PodSpec, name: str) -> Fraction:
    sidecars, peak = Fraction(0), Fraction(0)
    for container in spec.init_containers:
        amount = _container(container, name)
        if container.restart_policy == "Always":
            sidecars += amount
            peak = max(peak, sidecars)
        else:
            peak = max(peak, sidecars + amount)
    total = max(peak, sidecars + sum((_container(c, name) for c in spec.containers), Fraction(0)))
    if name in ("cpu", "memory") or name.startswith("hugepages-"):
        mentioned = any(
            name in c.resources.requests or name in c.resources.limits
            for c in (*spec.containers, *spec.init_containers)
        )
        if name in spec.resources.requests:
            total = spec.resources.requests[name].amount
        elif name in spec.resources.limits and not mentioned:
            total = spec.resources.limits[name].amount
    return total + (spec.overhead[name].amount if name in spec.overhead else 0)


def _container(container: Container, name: str) -> Fraction:
    for source in (container.resources.requests, container.resources.limits):
        if name in source:
            return source[name].amount
    return Fraction(0)


def _rounded(name: str, amount: Fraction) -> int:
    return -int((-amount * (1000 if name == "cpu" else 1)) // 1)


def one_pod_a_port(crowd: Crowd) -> Iterator[Violation]:
    """No two pods of a node take one host port, unless both were there before."""
    takers: dict[str, list[tuple[str, bool, list[tuple[str, str, int]]]]] = {}
    for kind in crowd.kinds:
        ports = list(_host_ports(kind.spec))
        if ports:
            for pod, node in kind.pods:
                takers.setdefault(node, []).append((pod, kind.fixed, ports))
    for node, here in takers.items():
        for (first, first_fixed, a), (second, second_fixed, b) in combinations(here, 2):
            if not (first_fixed and second_fixed) and any(_same_port(p, q) for p in a for q in b):
                yield Violation(
                    second if first_fixed else first, node, "NodePorts", f"{first} and {second} share a port"
                )


def _host_ports(spec: PodSpec) -> Iterable[tuple[str, str, int]]:
    for container in (*spec.containers, *spec.init_containers):
        if container in spec.containers or container.restart_policy == "Always":
            for port in container.ports:
                number = port.container_port if spec.host_network and not port.host_port else port.host_port
                if number > 0:
                    yield port.host_ip or "0.0.0.0", port.protocol, number


def share_port(one: PodSpec, other: PodSpec) -> bool:
    """Whether pods of the two specs take the same port of a host."""
    return any(_same_port(p, q) for p in _host_ports(one) for q in _host_ports(other))


def _same_port(a: tuple[str, str, int], b: tuple[str, str, int]) -> bool:
    return a[1:] == b[1:] and (a[0] == b[0] or a[0] == "0.0.0.0" or b[0] == "0.0.0.0")

"""NetworkPolicies: which workload may talk to which.

Upstream: staging/src/k8s.io/api/networking/v1/types.go `NetworkPolicySpec` (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kspec.domain.labels import LabelSelector
from kspec.elaborate.behaviour.builtins.registry import builtin, count_of, need, text_of
from kspec.elaborate.behaviour.things import Template, Thing, Workload
from kspec.elaborate.behaviour.values import Value
from kspec.source.text import Span
from kspec.source.tree import Json, Object

if TYPE_CHECKING:
    from kspec.elaborate.behaviour.evaluator import Evaluator
    from kspec.elaborate.behaviour.world import World


@dataclass(frozen=True, slots=True)
class _Way:
    """A connection to ask for: to a port of another pod, by a protocol."""

    port: int
    protocol: str


@builtin("may_reach")
def may_reach(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """Whether policies let a workload's pods open a connection to another's port: `may_reach(web, dns, 53, "UDP")`."""
    count_of(args, 3, 4, "may_reach", span)
    here, there = (need(a, Workload, "a workload", span).revisions[0].template for a in args[:2])
    way = _Way(need(args[2], int, "a port", span), text_of(args[3], span) if len(args) == 4 else "TCP")
    world = evaluator.world
    out = _allowed(world, here, there, way, "Egress", "to")
    return out and _allowed(world, there, here, way, "Ingress", "from")


def _allowed(world: World, mine: Template, other: Template, way: _Way, direction: str, peers: str) -> bool:
    """No policy selects the pods for this direction, or some rule of one that does admits the connection."""
    policies = [p for p in world.of_kind("NetworkPolicy") if _selects_pods(p, mine, direction)]
    if not policies:
        return True
    rules = (rule for p in policies for rule in _rules(p, direction.lower()))
    return any(_admits(world, rule, mine, other, way, peers) for rule in rules)


def _spec(policy: Thing) -> Object:
    spec = policy.resource.manifest.get("spec")
    return spec if isinstance(spec, dict) else {}


def _selects_pods(policy: Thing, pods: Template, direction: str) -> bool:
    spec = _spec(policy)
    types = spec.get("policyTypes")
    if not isinstance(types, list):
        types = ["Ingress", *(["Egress"] if "egress" in spec else [])]
    return policy.namespace == pods.namespace and direction in types and _matches(spec.get("podSelector"), pods)


def _rules(policy: Thing, key: str) -> Iterator[Object]:
    rules = _spec(policy).get(key)
    yield from (rule for rule in rules if isinstance(rule, dict)) if isinstance(rules, list) else ()


def _admits(world: World, rule: Object, mine: Template, other: Template, way: _Way, peers: str) -> bool:
    ports, listed = rule.get("ports"), rule.get(peers)
    open_port = not isinstance(ports, list) or not ports or any(_is_port(port, other, way) for port in ports)
    known = not isinstance(listed, list) or not listed or any(_is_peer(world, peer, mine, other) for peer in listed)
    return open_port and known


def _is_port(port: Json, pods: Template, way: _Way) -> bool:
    if not isinstance(port, dict) or port.get("protocol", "TCP") != way.protocol:
        return False
    number, end = port.get("port"), port.get("endPort")
    if isinstance(number, str):
        named = (p for c in pods.spec.containers for p in c.ports)
        return any(p.name == number and p.container_port == way.port for p in named)
    if isinstance(number, int) and isinstance(end, int):
        return number <= way.port <= end
    return number is None or number == way.port


def _is_peer(world: World, peer: Json, mine: Template, other: Template) -> bool:
    if not isinstance(peer, dict) or "ipBlock" in peer:
        return False
    spaces = peer.get("namespaceSelector")
    if spaces is None:
        return other.namespace == mine.namespace and _matches(peer.get("podSelector"), other)
    space = next((t for t in world.of_kind("Namespace") if t.name == other.namespace), None)
    labels = {"kubernetes.io/metadata.name": other.namespace}
    labels |= space.resource.view.metadata.labels if space is not None else {}
    in_space = LabelSelector.model_validate(spaces).matches(labels)
    return in_space and (peer.get("podSelector") is None or _matches(peer.get("podSelector"), other))


def _matches(selector: Json, pods: Template) -> bool:
    return isinstance(selector, dict) and LabelSelector.model_validate(selector).matches(pods.labels)

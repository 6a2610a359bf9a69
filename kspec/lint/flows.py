"""Who may talk to whom under the NetworkPolicies of a design.

Upstream: staging/src/k8s.io/api/networking/v1/types.go (v1.36). Pods that no policy selects for a direction talk freely
in it; otherwise the union of the rules decides. Addresses (`ipBlock`) let no pod of the design through here, unless
they cover everything: pod addresses are not in a design. Pods on the host's network are beyond policies.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from kspec.api.fields import mapping, maybe, obj, objects, text, texts
from kspec.domain.labels import LabelSelector
from kspec.domain.objects import Resource
from kspec.domain.pod import ContainerPort
from kspec.lint.index import Index
from kspec.lint.selectors import read_selector
from kspec.lint.sources import PodSource
from kspec.source.tree import Object

_EVERYWHERE = frozenset({"0.0.0.0/0", "::/0"})
INGRESS, EGRESS = "Ingress", "Egress"


@dataclass(frozen=True, slots=True)
class Port:
    """A port that someone wants to reach. `name` is the name it has in the container, if any."""

    number: int
    protocol: str = "TCP"
    name: str = ""


@dataclass(frozen=True)
class Flows:
    """The policies of a design, ready to be asked."""

    index: Index

    @cached_property
    def _policies(self) -> Mapping[str, list[tuple[Resource, Object, LabelSelector]]]:
        """The policies of each namespace."""
        found: dict[str, list[tuple[Resource, Object, LabelSelector]]] = defaultdict(list)
        for resource in self.index.all("NetworkPolicy"):
            spec = obj(resource.manifest, "spec")
            found[resource.namespace or "default"].append((resource, spec, _selector(maybe(spec, "podSelector"))))
        return found

    def over(self, pods: PodSource, direction: str) -> list[tuple[Resource, Object]]:
        """The policies that restrict pods in a direction."""
        if pods.spec.host_network:
            return []
        return [
            (resource, spec)
            for resource, spec, selector in self._policies.get(pods.namespace, ())
            if selector.matches(pods.labels) and direction in (texts(spec, "policyTypes") or _implied(spec))
        ]

    def blocked(self, source: PodSource, target: PodSource, port: Port) -> Resource | None:
        """A policy that keeps `source` from a port of `target`; None where it may pass."""
        for pods, direction, peer in ((source, EGRESS, target), (target, INGRESS, source)):
            policies = self.over(pods, direction)
            if policies and not any(self._lets(r, spec, direction, peer, port) for r, spec in policies):
                return policies[0][0]
        return None

    def reaches_dns(self, pods: PodSource) -> bool:
        """Whether pods may ask some DNS server: port 53 to anywhere where one may be."""
        policies = self.over(pods, EGRESS)
        return not policies or any(
            _covers(rule, Port(53, protocol)) and self._leads_to_dns(policy, rule)
            for policy, spec in policies
            for rule in objects(spec, "egress")
            for protocol in ("UDP", "TCP")
        )

    def _leads_to_dns(self, policy: Resource, rule: Object) -> bool:
        """Whether a rule may mean a DNS server: not where it means known pods, and none of them listens on 53."""
        peers = objects(rule, "to")
        return not peers or any(self._may_be_dns(policy, peer) for peer in peers)

    def _may_be_dns(self, policy: Resource, peer: Object) -> bool:
        if maybe(peer, "ipBlock") is not None:
            return True
        meant = [pods for pods in self.index.pods if self._is(policy, peer, pods)]
        return not meant or any(
            port.container_port == 53 for pods in meant for c in pods.spec.containers for port in c.ports
        )

    def _lets(self, policy: Resource, spec: Object, direction: str, peer: PodSource, port: Port) -> bool:
        field, peers = ("ingress", "from") if direction == INGRESS else ("egress", "to")
        return any(
            _covers(rule, port)
            and (not objects(rule, peers) or any(self._is(policy, p, peer) for p in objects(rule, peers)))
            for rule in objects(spec, field)
        )

    def _is(self, policy: Resource, peer: Object, pods: PodSource) -> bool:
        """Whether a peer of a rule means some pods."""
        block = maybe(peer, "ipBlock")
        if block is not None:
            return text(block, "cidr") in _EVERYWHERE and not texts(block, "except")
        chosen, spaces = maybe(peer, "podSelector"), maybe(peer, "namespaceSelector")
        home = policy.namespace or "default"
        if spaces is None and pods.namespace != home:
            return False
        if spaces is not None and not _selector(spaces).matches(self._labels(pods.namespace)):
            return False
        return chosen is None or _selector(chosen).matches(pods.labels)

    def _labels(self, namespace: str) -> dict[str, str]:
        found = self.index.find("Namespace", "", namespace)
        labels = mapping(found.manifest, "metadata", "labels") if found is not None else {}
        return {**labels, "kubernetes.io/metadata.name": namespace}


def _selector(data: Object | None) -> LabelSelector:
    """A selector of a policy; the schema has seen that it is one."""
    return read_selector(data) or LabelSelector()


def _implied(spec: Object) -> list[str]:
    """The directions of a policy that does not name them: ingress, and egress where it has such rules."""
    return [INGRESS, *([EGRESS] if objects(spec, "egress") else [])]


def _covers(rule: Object, port: Port) -> bool:
    """Whether a rule is about a port; one without ports is about all."""
    ports = objects(rule, "ports")
    return not ports or any(_same(p, port) for p in ports)


def _same(allowed: Object, port: Port) -> bool:
    if (text(allowed, "protocol") or "TCP") != port.protocol:
        return False
    first, last = allowed.get("port"), allowed.get("endPort")
    if first is None:
        return True
    if isinstance(first, str):
        return first == port.name
    return isinstance(first, int) and first <= port.number <= (last if isinstance(last, int) else first)


def container_ports(pods: PodSource) -> Iterator[ContainerPort]:
    """The ports that the containers of a pod declare."""
    for _, container in pods.containers:
        yield from container.ports

"""What the workloads that a question leaves out take from the nodes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kspec.domain.expansion import PodSet
from kspec.domain.matching import node_matches, untolerated
from kspec.domain.node import Node
from kspec.domain.requests import pod_requests

Amounts = dict[str, int]


@dataclass(frozen=True, slots=True)
class Background:
    """Requests on nodes by name, daemons that run on every node that suits, and what the rest would ask for at most."""

    on_node: Mapping[str, Amounts] = field(default_factory=dict)
    daemons: tuple[PodSet, ...] = ()
    others: tuple[PodSet, ...] = ()
    """Every workload left out, placed or not."""

    def on(self, node: Node) -> Amounts:
        """What is taken from a node."""
        taken = dict(self.on_node.get(node.name, {}))
        for daemon in self.daemons:
            spec = daemon.template.spec
            if node_matches(spec, node) and untolerated(node.spec.taints, spec.tolerations) is None:
                _add(taken, pod_requests(spec) | {"pods": 1})
        return taken


def background(left_out: Iterable[PodSet], placement: Mapping[str, str] | None) -> Background:
    """The load of some workloads where a placement (`namespace/pod` -> node) puts them; daemons need none."""
    others = tuple(left_out)
    on_node: dict[str, Amounts] = {}
    for pods in others:
        request = pod_requests(pods.template.spec) | {"pods": 1}
        for name in pods.names:
            node = (placement or {}).get(f"{pods.namespace}/{name}")
            if node is not None:
                _add(on_node.setdefault(node, {}), request)
        for pod in pods.running:
            if pod.spec.node_name:
                _add(on_node.setdefault(pod.spec.node_name, {}), pod_requests(pod.spec) | {"pods": 1})
    return Background(on_node, tuple(p for p in others if p.everywhere), others)


def _add(total: Amounts, more: Mapping[str, int]) -> None:
    for name, amount in more.items():
        total[name] = total.get(name, 0) + amount

"""Which nodes get a pod of a DaemonSet, and what that pod looks like.

Upstream: pkg/controller/daemon/daemon_controller.go (`NodeShouldRunDaemonPod`), util/daemonset_util.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kspec.domain.expansion import PodSet
from kspec.domain.labels import Requirement
from kspec.domain.matching import hard_taints, node_matches, untolerated
from kspec.domain.node import Node
from kspec.domain.pod import NodeSelector, NodeSelectorTerm, Pod


def daemon_pods(podset: PodSet, nodes: Iterable[Node]) -> Iterator[Pod]:
    """One pod, `<name>-<node>`, for each node that should run the daemon and does not yet; bound to it by affinity."""
    running = {pod.spec.node_name for pod in podset.running}
    for node in nodes:
        if node.name not in running and should_run(podset, node):
            yield _targeted(podset.pod(f"{podset.name}-{node.name}"), node.name)


def should_run(podset: PodSet, node: Node) -> bool:
    """Whether the controller wants a pod there: selectors match and hard taints are tolerated."""
    spec = podset.template.spec
    if spec.node_name and spec.node_name != node.name:
        return False
    return node_matches(spec, node) and untolerated(hard_taints(node), spec.tolerations) is None


def _targeted(pod: Pod, node: str) -> Pod:
    """The pod with the one node in every required term, as the controller writes it."""
    field = Requirement(key="metadata.name", operator="In", values=(node,))
    terms = (NodeSelectorTerm(match_fields=(field,)),)
    affinity = pod.spec.affinity.node_affinity.model_copy(update={"required": NodeSelector(node_selector_terms=terms)})
    whole = pod.spec.affinity.model_copy(update={"node_affinity": affinity})
    return pod.model_copy(update={"spec": pod.spec.model_copy(update={"affinity": whole})})

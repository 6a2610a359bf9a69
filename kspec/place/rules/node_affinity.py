"""NodeName and NodeAffinity: `nodeName`, `nodeSelector` and required node affinity.

Upstream: pkg/scheduler/framework/plugins/{nodename,nodeaffinity} (v1.36). For a DaemonSet they say where it runs.
"""

from __future__ import annotations

from kspec.domain.matching import node_matches, node_selector_matches, required_affinity_matches
from kspec.domain.node import Node
from kspec.place import wording
from kspec.place.draft import Batch, Draft
from kspec.place.problem import Mask, Why


def wanted(draft: Draft, batch: Batch) -> Mask:
    """The nodes that a pod template asks for by name, selector and affinity."""
    spec = batch.spec

    def fits(node: Node) -> bool:
        return (not spec.node_name or node.name == spec.node_name) and node_matches(spec, node)

    return draft.where(fits)


def node_affinity(draft: Draft) -> None:
    """Keep each group to the nodes that its template asks for."""
    for batch in draft.batches:
        if not batch.everywhere:
            _name(draft, batch)
            _selector(draft, batch)
            _affinity(draft, batch)


def _name(draft: Draft, batch: Batch) -> None:
    name = batch.spec.node_name
    if name:
        message = f"{batch.label} runs on node {name} (nodeName)"
        requirement = draft.require_of(batch, Why.NODE_NAME, message, ("nodeName",), short=f"nodeName {name}")
        draft.barrier(requirement, batch, draft.where(lambda node: node.name == name))


def _selector(draft: Draft, batch: Batch) -> None:
    spec = batch.spec
    if spec.node_selector:
        wanted = wording.labels(spec.node_selector)
        message = f"{batch.label} runs only on nodes with {wanted} (nodeSelector)"
        requirement = draft.require_of(batch, Why.SELECTOR, message, ("nodeSelector",), short=f"nodeSelector {wanted}")
        draft.barrier(requirement, batch, draft.where(lambda node: node_selector_matches(spec, node.labels)))


def _affinity(draft: Draft, batch: Batch) -> None:
    spec, required = batch.spec, batch.spec.affinity.node_affinity.required
    if required is not None:
        wanted = wording.node_selector(required)
        message = f"{batch.label} runs only on nodes with {wanted} (node affinity)"
        path = ("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution")
        requirement = draft.require_of(batch, Why.NODE_AFFINITY, message, path, short=f"node affinity {wanted}")
        fits = draft.where(lambda node: required_affinity_matches(spec, node.labels, node.name))
        draft.barrier(requirement, batch, fits)

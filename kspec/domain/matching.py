"""Which nodes a pod may use as far as one pod and one node decide it: selectors, required node affinity, taints.

Upstream: staging/src/k8s.io/component-helpers/scheduling/corev1/nodeaffinity/nodeaffinity.go and
staging/src/k8s.io/api/core/v1/toleration.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterable

from kspec.domain.labels import Labels, integer
from kspec.domain.node import Node, Taint
from kspec.domain.pod import NodeSelector, NodeSelectorTerm, PodSpec, Toleration

UNSCHEDULABLE = Taint(key="node.kubernetes.io/unschedulable", effect="NoSchedule")
HARD_EFFECTS = ("NoSchedule", "NoExecute")


def term_matches(term: NodeSelectorTerm, labels: Labels, name: str) -> bool:
    """Whether a node meets every expression and field of a term. A term with neither matches no node."""
    if not term.match_expressions and not term.match_fields:
        return False
    fields = {"metadata.name": name}
    return all(r.matches(labels) for r in term.match_expressions) and all(r.matches(fields) for r in term.match_fields)


def selector_matches(selector: NodeSelector, labels: Labels, name: str) -> bool:
    """Whether a node meets one of the terms; without terms none does."""
    return any(term_matches(t, labels, name) for t in selector.node_selector_terms)


def node_selector_matches(spec: PodSpec, labels: Labels) -> bool:
    """Whether a node has every label of `spec.nodeSelector`."""
    return all(labels.get(k) == v for k, v in spec.node_selector.items())


def required_affinity_matches(spec: PodSpec, labels: Labels, name: str) -> bool:
    """Whether a node meets the required terms of `spec.affinity.nodeAffinity`, if there are any."""
    required = spec.affinity.node_affinity.required
    return required is None or selector_matches(required, labels, name)


def node_matches(spec: PodSpec, node: Node) -> bool:
    """Node selector and required node affinity together (upstream `GetRequiredNodeAffinity(pod).Match(node)`)."""
    return node_selector_matches(spec, node.labels) and required_affinity_matches(spec, node.labels, node.name)


def tolerates(toleration: Toleration, taint: Taint) -> bool:
    """Whether a toleration covers a taint (upstream `Toleration.ToleratesTaint`)."""
    if toleration.effect and toleration.effect != taint.effect:
        return False
    if toleration.key and toleration.key != taint.key:
        return False
    match toleration.operator:
        case "" | "Equal":
            return toleration.value == taint.value
        case "Exists":
            return True
        case "Lt" | "Gt":
            return _compare(toleration, taint)


def _compare(toleration: Toleration, taint: Taint) -> bool:
    have, bound = integer(taint.value), integer(toleration.value)
    if have is None or bound is None:
        return False
    return have < bound if toleration.operator == "Lt" else have > bound


def untolerated(
    taints: Iterable[Taint], tolerations: Iterable[Toleration], effects: tuple[str, ...] = HARD_EFFECTS
) -> Taint | None:
    """The first taint with one of `effects` that no toleration covers (upstream `FindMatchingUntoleratedTaint`)."""
    tolerations = tuple(tolerations)
    return next((t for t in taints if t.effect in effects and not any(tolerates(o, t) for o in tolerations)), None)


def hard_taints(node: Node) -> tuple[Taint, ...]:
    """The taints that keep pods away; a cordoned node counts as tainted (upstream plugin NodeUnschedulable)."""
    taints = tuple(t for t in node.spec.taints if t.effect in HARD_EFFECTS)
    cordoned = node.spec.unschedulable and UNSCHEDULABLE.key not in {t.key for t in taints}
    return (*taints, UNSCHEDULABLE) if cordoned else taints

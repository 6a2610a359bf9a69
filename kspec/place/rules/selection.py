"""Which pods an affinity term or a spread constraint means.

Upstream: pkg/scheduler/framework/types.go `AffinityTerm.Matches`, staging/src/k8s.io/api/core/v1/types.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kspec.domain.labels import Labels, LabelSelector, Requirement
from kspec.domain.pod import PodAffinityTerm, TopologySpreadConstraint
from kspec.place.draft import Batch, Draft, Running

METADATA_NAME = "kubernetes.io/metadata.name"


def narrowed(
    selector: LabelSelector | None, labels: Labels, same: Sequence[str], other: Sequence[str]
) -> LabelSelector:
    """A selector with `matchLabelKeys` and `mismatchLabelKeys` written out for a pod with these labels."""
    base = selector or LabelSelector()
    extra = [Requirement(key=k, operator="In", values=(labels[k],)) for k in same if k in labels]
    extra += [Requirement(key=k, operator="NotIn", values=(labels[k],)) for k in other if k in labels]
    if not extra:
        return base
    return base.model_copy(update={"match_expressions": (*base.match_expressions, *extra)})


class TermSelection:
    """The pods of one affinity term of one pod."""

    def __init__(self, term: PodAffinityTerm, namespace: str, labels: Labels, namespaces: Mapping[str, Labels]) -> None:
        self.nothing = term.label_selector is None
        self.selector = narrowed(term.label_selector, labels, term.match_label_keys, term.mismatch_label_keys)
        own = not term.namespaces and term.namespace_selector is None
        self.names = frozenset((namespace,)) if own else frozenset(term.namespaces)
        self.wide = term.namespace_selector
        self.namespaces = namespaces

    def matches(self, namespace: str, labels: Labels) -> bool:
        """Whether a pod with these labels is meant."""
        return not self.nothing and self._there(namespace) and self.selector.matches(labels)

    def _there(self, namespace: str) -> bool:
        if namespace in self.names:
            return True
        if self.wide is None:
            return False
        known = self.namespaces.get(namespace, {})
        return self.wide.matches({METADATA_NAME: namespace, **known})


def term_selection(draft: Draft, term: PodAffinityTerm, owner: Batch | Running) -> TermSelection:
    """The pods that a term of a group or of a running pod means."""
    match owner:
        case Batch(namespace=namespace, labels=labels):
            return TermSelection(term, namespace, labels, draft.namespaces)
        case Running(pod=pod):
            namespace = pod.namespace or "default"
            return TermSelection(term, namespace, pod.metadata.labels, draft.namespaces)


def spread_selects(constraint: TopologySpreadConstraint, owner: Batch, namespace: str, labels: Labels) -> bool:
    """Whether a spread constraint counts a pod."""
    if constraint.label_selector is None or namespace != owner.namespace:
        return False
    return narrowed(constraint.label_selector, owner.labels, constraint.match_label_keys, ()).matches(labels)


def of_running(running: Running) -> tuple[str, Labels]:
    """A running pod's namespace and labels."""
    return running.pod.namespace or "default", running.pod.metadata.labels

"""Which pods a term means: by namespace and labels, in a form that can be compared and hashed.

Upstream: staging/src/k8s.io/kube-scheduler/framework/types.go (`AffinityTerm.Matches`) (v1.36).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kspec.domain.labels import Labels, LabelSelector, Requirement
from kspec.domain.pod import Pod, PodAffinityTerm, WeightedPodAffinityTerm

NamespaceLabels = Callable[[str], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Selector:
    """A label selector. With nothing in it, it matches everything."""

    labels: tuple[tuple[str, str], ...] = ()
    requirements: tuple[Requirement, ...] = ()

    @staticmethod
    def of(selector: LabelSelector) -> Selector:
        return Selector(tuple(sorted(selector.match_labels.items())), selector.match_expressions)

    @staticmethod
    def equal(labels: Mapping[str, str]) -> Selector:
        """The selector that demands exactly these values."""
        return Selector(tuple(sorted(labels.items())))

    def matches(self, labels: Labels) -> bool:
        return all(labels.get(k) == v for k, v in self.labels) and all(r.matches(labels) for r in self.requirements)

    def merged(self, labels: Mapping[str, str]) -> Selector:
        """This selector, and these values on top."""
        both = dict.fromkeys((*self.labels, *labels.items()))
        return Selector(tuple(sorted(both)), self.requirements)

    @property
    def empty(self) -> bool:
        return not self.labels and not self.requirements


@dataclass(frozen=True, slots=True)
class PodMatcher:
    """Pods with these labels, in one of the namespaces or in one whose labels match. No selector matches no pod."""

    selector: Selector | None
    namespaces: frozenset[str]
    namespace_selector: Selector | None = None
    skip_terminating: bool = False

    def matches(self, namespace: str, labels: Labels, namespace_labels: NamespaceLabels) -> bool:
        if self.selector is None or not self.in_namespace(namespace, namespace_labels):
            return False
        return self.selector.matches(labels)

    def in_namespace(self, namespace: str, namespace_labels: NamespaceLabels) -> bool:
        if namespace in self.namespaces:
            return True
        return self.namespace_selector is not None and self.namespace_selector.matches(namespace_labels(namespace))


@dataclass(frozen=True, slots=True)
class PodTerm:
    """An affinity term: the pods meant, the topology key, and its weight where it is a preference."""

    matcher: PodMatcher
    topology_key: str
    weight: int = 0

    @staticmethod
    def of(term: PodAffinityTerm, namespace: str, weight: int = 0) -> PodTerm:
        """A term of a pod in `namespace`, which is the one it means where it names none."""
        own = not term.namespaces and term.namespace_selector is None
        matcher = PodMatcher(
            selector=None if term.label_selector is None else Selector.of(term.label_selector),
            namespaces=frozenset((namespace,) if own else term.namespaces),
            namespace_selector=None if term.namespace_selector is None else Selector.of(term.namespace_selector),
        )
        return PodTerm(matcher, term.topology_key, weight)


@dataclass(frozen=True, slots=True)
class PodTerms:
    """The affinity terms of a pod."""

    affinity: tuple[PodTerm, ...] = ()
    anti_affinity: tuple[PodTerm, ...] = ()
    preferred_affinity: tuple[PodTerm, ...] = ()
    preferred_anti_affinity: tuple[PodTerm, ...] = ()

    @staticmethod
    def of(pod: Pod) -> PodTerms:
        affinity, namespace = pod.spec.affinity, pod.namespace

        def required(terms: tuple[PodAffinityTerm, ...]) -> tuple[PodTerm, ...]:
            return tuple(PodTerm.of(t, namespace) for t in terms)

        def preferred(terms: tuple[WeightedPodAffinityTerm, ...]) -> tuple[PodTerm, ...]:
            return tuple(PodTerm.of(t.pod_affinity_term, namespace, t.weight) for t in terms)

        return PodTerms(
            required(affinity.pod_affinity.required),
            required(affinity.pod_anti_affinity.required),
            preferred(affinity.pod_affinity.preferred),
            preferred(affinity.pod_anti_affinity.preferred),
        )

    @property
    def any(self) -> bool:
        return bool(self.affinity or self.anti_affinity or self.preferred_affinity or self.preferred_anti_affinity)

"""How many pods of which kind are on which node, kept up to date as pods come and go.

Two questions are asked again and again: on which nodes are pods that a matcher means, and on which nodes are pods
whose own affinity terms mean a given pod. Pods are grouped by namespace and labels: a matcher is tried once per group.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

import numpy as np

from kspec.scheduler.framework.arrays import Ints
from kspec.scheduler.framework.label_index import LabelIndex, SelectorIndex
from kspec.scheduler.framework.nodetable import Domains, grown
from kspec.scheduler.framework.podinfo import PodInfo
from kspec.scheduler.framework.selectors import NamespaceLabels, PodMatcher, PodTerm, PodTerms


class TermKind(Enum):
    """In which list of a pod's affinity a term stands."""

    AFFINITY = "affinity"
    ANTI_AFFINITY = "anti-affinity"
    PREFERRED_AFFINITY = "preferred affinity"
    PREFERRED_ANTI_AFFINITY = "preferred anti-affinity"

    def terms(self, terms: PodTerms) -> tuple[PodTerm, ...]:
        match self:
            case TermKind.AFFINITY:
                return terms.affinity
            case TermKind.ANTI_AFFINITY:
                return terms.anti_affinity
            case TermKind.PREFERRED_AFFINITY:
                return terms.preferred_affinity
            case TermKind.PREFERRED_ANTI_AFFINITY:
                return terms.preferred_anti_affinity


@dataclass(slots=True, eq=False)
class Counter:
    """Pods per slot, and in total."""

    by_node: Ints
    total: int = 0

    def change(self, slot: int, by: int) -> None:
        self.by_node[slot] += by
        self.total += by

    def reaches(self, domains: Domains) -> bool:
        """Whether any of the pods is in a domain: on a node that has the label."""
        return self.total > 0 and bool(self.by_node[domains.of > 0].any())

    def around(self, domains: Domains) -> Ints:
        """For each slot the pods in its domain; 0 where it has none."""
        if domains.single:
            return np.where(domains.of > 0, self.by_node, 0)
        sums = domains.sums(self.by_node).astype(np.int64)
        sums[0] = 0
        around: Ints = sums[domains.of]
        return around


@dataclass(slots=True, eq=False)
class PodGroup:
    """Pods with the same namespace and labels: where they are, and who counts them."""

    namespace: str
    labels: Mapping[str, str]
    terminating: bool
    slots: dict[int, int] = field(default_factory=dict)
    counters: list[Counter] = field(default_factory=list)
    meant_by: dict[TermKind, tuple[int, list[tuple[PodTerm, Counter]]]] = field(default_factory=dict)


class PodCounts:
    """All counters of a cluster."""

    def __init__(self, size: int, namespace_labels: NamespaceLabels) -> None:
        self._size = size
        self._namespace_labels = namespace_labels
        self._groups: dict[tuple[str, frozenset[tuple[str, str]], bool], PodGroup] = {}
        self._counters: dict[tuple[PodMatcher, ...], Counter] = {}
        self._owners: dict[TermKind, dict[PodTerm, Counter]] = {kind: {} for kind in TermKind}
        self._group_index = LabelIndex[PodGroup]()
        self._counter_index = SelectorIndex[tuple[tuple[PodMatcher, ...], Counter]]()
        self._term_index = {kind: SelectorIndex[tuple[PodTerm, Counter]]() for kind in TermKind}

    def grow(self, size: int) -> None:
        self._size = size
        for counter in self._counters.values():
            counter.by_node = grown(counter.by_node, size)
        for owners in self._owners.values():
            for counter in owners.values():
                counter.by_node = grown(counter.by_node, size)

    def change(self, pod: PodInfo, slot: int, by: int) -> None:
        """A pod came to (`by` 1) or left (-1) a node."""
        group = self.group(pod)
        left = group.slots.get(slot, 0) + by
        if left:
            group.slots[slot] = left
        else:
            del group.slots[slot]
        for counter in group.counters:
            counter.change(slot, by)
        for counter in self._owned(pod):
            counter.change(slot, by)

    def matching(self, *matchers: PodMatcher) -> Counter:
        """The pods that all of these matchers mean."""
        counter = self._counters.get(matchers)
        if counter is None:
            counter = self._counters[matchers] = Counter(np.zeros(self._size, np.int64))
            self._counter_index.add(matchers[0].selector, (matchers, counter))
            for group in self._group_index.candidates(matchers[0].selector):
                if self._counts(matchers, group):
                    self._attach(counter, group)
        return counter

    def owners(self, kind: TermKind, pod: PodInfo) -> list[tuple[PodTerm, Counter]]:
        """The terms of placed pods that mean `pod`, each with where its owners are."""
        group, terms = self.group(pod), self._term_index[kind]
        known = group.meant_by.get(kind)
        if known is not None and known[0] == len(terms):
            return known[1]
        meant = [
            (term, counter)
            for term, counter in terms.candidates(group.labels)
            if term.matcher.matches(group.namespace, group.labels, self._namespace_labels)
        ]
        group.meant_by[kind] = (len(terms), meant)
        return meant

    def group(self, pod: PodInfo) -> PodGroup:
        memo = pod.template.memo
        cache_key = (self, pod.terminating)
        found = memo.get(cache_key)
        if isinstance(found, PodGroup):
            return found
        key = (pod.namespace, frozenset(pod.labels.items()), pod.terminating)
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = PodGroup(pod.namespace, pod.labels, pod.terminating)
            self._group_index.add(pod.labels, group)
            for matchers, counter in self._counter_index.candidates(pod.labels):
                if self._counts(matchers, group):
                    group.counters.append(counter)
        memo[cache_key] = group
        return group

    def _counts(self, matchers: tuple[PodMatcher, ...], group: PodGroup) -> bool:
        return all(
            not (matcher.skip_terminating and group.terminating)
            and matcher.matches(group.namespace, group.labels, self._namespace_labels)
            for matcher in matchers
        )

    def _attach(self, counter: Counter, group: PodGroup) -> None:
        group.counters.append(counter)
        for slot, pods in group.slots.items():
            counter.change(slot, pods)

    def _owned(self, pod: PodInfo) -> list[Counter]:
        memo = pod.template.memo
        found = memo.get(self)
        if isinstance(found, _Owned):
            return found.counters
        counters = [self._owner(kind, term) for kind in TermKind for term in kind.terms(pod.template.terms)]
        memo[self] = _Owned(counters)
        return counters

    def _owner(self, kind: TermKind, term: PodTerm) -> Counter:
        counter = self._owners[kind].get(term)
        if counter is None:
            counter = self._owners[kind][term] = Counter(np.zeros(self._size, np.int64))
            self._term_index[kind].add(term.matcher.selector, (term, counter))
        return counter


@dataclass(slots=True, eq=False)
class _Owned:
    """The counters that a template's own terms feed."""

    counters: list[Counter]

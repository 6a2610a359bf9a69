"""InterPodAffinity: required affinity and anti-affinity, in both directions, over any topology key.

Upstream: pkg/scheduler/framework/plugins/interpodaffinity/filtering.go (v1.36). A node without the key of an
anti-affinity term takes any number of pods; a node without the key of an affinity term takes none.
"""

from __future__ import annotations

import numpy as np

from kspec.domain.pod import PodAffinityTerm
from kspec.place import wording
from kspec.place.draft import Batch, Draft, Running
from kspec.place.problem import Attraction, Exclusion, Mask, Requirement, Why
from kspec.place.rules.selection import TermSelection, of_running, term_selection

_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"


def inter_pod_affinity(draft: Draft) -> None:
    """Keep pods apart and together."""
    for batch in draft.batches:
        for index, term in enumerate(batch.spec.affinity.pod_anti_affinity.required):
            _apart(draft, batch, index, term)
        if batch.spec.affinity.pod_affinity.required:
            _near(draft, batch)
    for terms in _running_terms(draft):
        _kept_away(draft, *terms)


def _apart(draft: Draft, batch: Batch, index: int, term: PodAffinityTerm) -> None:
    selection, topology = term_selection(draft, term, batch), draft.topology(term.topology_key)
    where = wording.place(term.topology_key)
    others = [b for b in draft.batches if selection.matches(b.namespace, b.labels)]
    own = any(b.podset.workload == batch.podset.workload for b in others)
    whom = "its own pods" if own and len(others) == 1 else f"pods with {wording.selector(term.label_selector)}"
    message = f"{batch.label} shares no {where} with {whom} ({where} anti-affinity)"
    path = ("affinity", "podAntiAffinity", _REQUIRED, index)
    requirement = draft.require_of(
        batch, Why.ANTI_AFFINITY, message, path, detail=str(index), short=f"{where} anti-affinity"
    )
    draft.rules += [Exclusion(requirement, batch.index, other.index, topology) for other in others]
    draft.barrier(requirement, batch, ~_domains_with(draft, topology, selection))


def _domains_with(draft: Draft, topology: int, selection: TermSelection) -> Mask:
    """The sites whose domain has a running pod of the selection."""
    domain = draft.topologies[topology].domain
    kinds = (k for k in draft.running_kinds if selection.matches(k.namespace, k.labels))
    taken = {int(domain[site]) for kind in kinds for site in kind.sites} - {-1}
    out: Mask = np.isin(domain, sorted(taken))
    return out


def _near(draft: Draft, batch: Batch) -> None:
    """All required affinity terms of a pod form one rule: upstream counts the pods that match every term."""
    terms = batch.spec.affinity.pod_affinity.required
    selections = [term_selection(draft, term, batch) for term in terms]
    topologies = tuple(draft.topology(term.topology_key) for term in terms)
    matching = [b for b in draft.batches if all(s.matches(b.namespace, b.labels) for s in selections)]
    running = [k for k in draft.running_kinds if all(s.matches(k.namespace, k.labels) for s in selections)]
    domains = [draft.topologies[t].domain for t in topologies]
    seeded = tuple(frozenset(int(d[site]) for kind in running for site in kind.sites) - {-1} for d in domains)
    whom = " and ".join(wording.term(term) for term in terms)
    message = f"{batch.label} needs {whom} (pod affinity)"
    requirement = draft.require_of(
        batch, Why.AFFINITY, message, ("affinity", "podAffinity", _REQUIRED), short=f"affinity to {whom}"
    )
    keyed: Mask = np.logical_and.reduce([d >= 0 for d in domains])
    draft.barrier(requirement, batch, keyed)
    bootstraps = batch in matching and not any(seeded)
    indices = frozenset(b.index for b in matching)
    draft.rules.append(Attraction(requirement, batch.index, indices, topologies, seeded, bootstraps))


def _running_terms(draft: Draft) -> list[tuple[list[Running], PodAffinityTerm]]:
    """Anti-affinity terms of running pods; pods of one owner that say the same are taken together."""
    found: dict[object, tuple[list[Running], PodAffinityTerm]] = {}
    for running in draft.running:
        for term in running.pod.spec.affinity.pod_anti_affinity.required:
            namespace, labels = of_running(running)
            keys = (*term.match_label_keys, *term.mismatch_label_keys)
            identity = (namespace, term.model_dump_json(), tuple(labels.get(k) for k in keys))
            found.setdefault(identity, ([], term))[0].append(running)
    return list(found.values())


def _kept_away(draft: Draft, owners: list[Running], term: PodAffinityTerm) -> None:
    """Running pods keep the pods that their anti-affinity means out of their domains."""
    selection, topology = term_selection(draft, term, owners[0]), draft.topology(term.topology_key)
    domain = draft.topologies[topology].domain
    taken = {int(domain[r.site]) for r in owners} - {-1}
    free: Mask = ~np.isin(domain, sorted(taken))
    names = [r.pod.key for r in owners]
    for batch in draft.batches:
        if selection.matches(batch.namespace, batch.labels) and not free.all():
            where = wording.place(term.topology_key)
            message = f"running pods {wording.some(names)} share no {where} with {batch.label} ({where} anti-affinity)"
            identity = f"{names[0]}:{Why.ANTI_AFFINITY.value}:{term.topology_key}:{batch.podset.workload}"
            subject = batch.podset.workload
            requirement = draft.require(Requirement(identity, Why.ANTI_AFFINITY, subject, message, short=message))
            draft.barrier(requirement, batch, free)

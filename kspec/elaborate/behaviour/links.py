"""Which workloads influence each other otherwise than by filling nodes: affinity, spread, budgets, preemption."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from kspec.domain.expansion import PodSet, namespace_of
from kspec.domain.labels import LabelSelector
from kspec.domain.network import Service
from kspec.domain.objects import ObjectRef
from kspec.domain.pod import PodAffinityTerm
from kspec.domain.policy import PodDisruptionBudget
from kspec.elaborate.behaviour.competition import displaces
from kspec.elaborate.design import Design

WEBHOOKS = ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")
WAITS_FOR = "kspec.dev/waits-for"
NEEDS = "kspec.dev/needs"

Links = dict[ObjectRef, set[ObjectRef]]


def links_between(design: Design, expansions: Sequence[PodSet]) -> Links:
    """Per workload those whose pods it looks at, that look at its pods, share a budget, or contend for a node."""
    links: Links = {e.resource.ref: set() for e in expansions}
    for one in expansions:
        for other in expansions:
            if other is not one and (_looks_at(one, other) or displaces(one, other, design.cluster)):
                _link(links, one, other)
    _link_services(design, expansions, links)
    for resource in design.resources:
        if isinstance(resource.view, PodDisruptionBudget):
            for one, other in pairwise(selected_by(resource.view, namespace_of(resource), expansions)):
                _link(links, one, other)
    return links


def selected_by(view: Service | PodDisruptionBudget, namespace: str, expansions: Sequence[PodSet]) -> list[PodSet]:
    """The workloads whose pods a Service sends traffic to or a budget counts."""
    selector = view.spec.selector
    if isinstance(selector, Mapping):
        selector = LabelSelector(match_labels=selector) if selector else None
    return [e for e in expansions if e.namespace == namespace and _selects(selector, e)]


def closed(seeds: Iterable[ObjectRef], links: Mapping[ObjectRef, set[ObjectRef]]) -> frozenset[ObjectRef]:
    """The seeds and everything linked with them, directly or not."""
    found: set[ObjectRef] = set()
    waiting = list(seeds)
    while waiting:
        ref = waiting.pop()
        if ref not in found:
            found.add(ref)
            waiting += links.get(ref, ())
    return frozenset(found)


def _link(links: Links, one: PodSet, other: PodSet) -> None:
    links[one.resource.ref].add(other.resource.ref)
    links[other.resource.ref].add(one.resource.ref)


def _link_services(design: Design, expansions: Sequence[PodSet], links: Links) -> None:
    """Who waits for a Service waits for the pods behind it, and everybody waits for webhooks."""
    for service in (r for r in design.resources if isinstance(r.view, Service)):
        behind = selected_by(service.as_(Service), namespace_of(service), expansions)
        asked = any(r.kind in WEBHOOKS and service.name in str(r.manifest.get("webhooks")) for r in design.resources)
        for one in expansions:
            if asked or (one.namespace == namespace_of(service) and service.name in _relied_on(one)):
                for other in behind:
                    _link(links, one, other)


def _relied_on(pods: PodSet) -> set[str]:
    """The names of the Services that pods wait for or need, as their template says."""
    annotations = pods.template.metadata.annotations
    return {name.strip() for fact in (WAITS_FOR, NEEDS) for name in annotations.get(fact, "").split(",")}


def _looks_at(one: PodSet, other: PodSet) -> bool:
    spec = one.template.spec
    terms = spec.affinity.pod_affinity.required + spec.affinity.pod_anti_affinity.required
    if any(_may_mean(term, one, other) for term in terms):
        return True
    hard = (c for c in spec.topology_spread_constraints if c.when_unsatisfiable == "DoNotSchedule")
    return one.namespace == other.namespace and any(_selects(c.label_selector, other) for c in hard)


def _selects(selector: LabelSelector | None, pods: PodSet) -> bool:
    return selector is not None and selector.matches(pods.template.metadata.labels)


def _may_mean(term: PodAffinityTerm, one: PodSet, other: PodSet) -> bool:
    named = other.namespace == one.namespace or other.namespace in term.namespaces
    return (named or term.namespace_selector is not None) and _selects(term.label_selector, other)

"""First promises: what budgets and rollouts of the manifests already say, as properties to be proved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kspec.domain.expansion import namespace_of
from kspec.domain.objects import Resource
from kspec.domain.policy import PodDisruptionBudget
from kspec.domain.workloads import Deployment, StatefulSet, resolve_percent
from kspec.emit.language import literals


@dataclass(frozen=True, slots=True)
class Promise:
    """A property. `weight` says how much would be lost: of many, the heaviest come first."""

    text: str
    weight: int


def promises(resources: Sequence[Resource]) -> list[Promise]:
    """A promise for each budget and for each rollout that must not interrupt; the most telling ones first."""
    known = list(_workloads(resources))
    found = [*_budgets(resources, known), *_rollouts(known)]
    return sorted(found, key=lambda promise: -promise.weight)


@dataclass(frozen=True, slots=True)
class _Workload:
    resource: Resource
    replicas: int
    labels: dict[str, str]

    @property
    def name(self) -> str:
        return self.resource.name


def _workloads(resources: Iterable[Resource]) -> Iterator[_Workload]:
    """Workloads that can be named in a formula: by a bare name that no other one has."""
    found: dict[str, list[_Workload]] = {}
    for resource in resources:
        view = resource.view if resource.kind in ("Deployment", "StatefulSet") else None
        if isinstance(view, Deployment | StatefulSet):
            labels = dict(view.spec.template.metadata.labels)
            found.setdefault(resource.name, []).append(_Workload(resource, view.spec.replicas, labels))
    yield from (same[0] for name, same in found.items() if len(same) == 1 and literals.is_bare(name))


def _budgets(resources: Iterable[Resource], known: Sequence[_Workload]) -> Iterator[Promise]:
    for resource in resources:
        view = resource.view if resource.kind == "PodDisruptionBudget" else None
        if not isinstance(view, PodDisruptionBudget) or view.spec.selector is None:
            continue
        selector = view.spec.selector
        guarded = [
            w for w in known if namespace_of(w.resource) == namespace_of(resource) and selector.matches(w.labels)
        ]
        if len(guarded) != 1 or selector.empty:
            continue
        least = _least(view, guarded[0].replicas)
        if 0 < least <= guarded[0].replicas:
            name = guarded[0].name
            title = f"a drain leaves {least} of {guarded[0].replicas} {name}"
            formula = f"always {name}.available >= {least}"
            yield Promise(f'invariant {name}-budget "{title}":\n{formula}\nunder drain(any node)', 100 + least)


def _least(budget: PodDisruptionBudget, replicas: int) -> int:
    """How many pods a budget keeps (upstream pkg/controller/disruption `getExpectedPodCount`, v1.36)."""
    if budget.spec.min_available is not None:
        return resolve_percent(budget.spec.min_available, replicas, round_up=True)
    if budget.spec.max_unavailable is not None:
        return replicas - resolve_percent(budget.spec.max_unavailable, replicas, round_up=True)
    return 0


def _rollouts(known: Iterable[_Workload]) -> Iterator[Promise]:
    for workload in known:
        view, name = workload.resource.view, workload.name
        if not isinstance(view, Deployment) or workload.replicas == 0 or view.spec.paused:
            continue
        _, unavailable = view.spec.strategy.rolling_update.resolve(workload.replicas)
        least = workload.replicas - unavailable
        if view.spec.strategy.type == "RollingUpdate" and least > 0:
            title = f"a rollout leaves {least} of {workload.replicas} {name}"
            formula = f"always {name}.available >= {least}"
            yield Promise(f'invariant {name}-rollout "{title}":\n{formula}\nunder rollout({name})', workload.replicas)
        else:
            formula = f"eventually always {name}.updated && {name}.available == {name}.desired"
            yield Promise(f'goal {name}-rollout "a rollout of {name} completes":\n{formula}\nunder rollout({name})', 0)

"""What rules ask: objects, pods, and who stands to whom: services before pods, budgets over pods, autoscalers above."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from kspec.domain.labels import LabelSelector
from kspec.domain.network import Service
from kspec.domain.objects import Resource
from kspec.domain.policy import HorizontalPodAutoscaler, PodDisruptionBudget
from kspec.domain.workloads import Deployment, ReplicaSet, StatefulSet
from kspec.elaborate.design import Design
from kspec.lint.lookup import Lookup
from kspec.lint.makers import Certainty
from kspec.lint.operators import created_by_operators
from kspec.lint.outside import Exposed, exposed_services
from kspec.lint.scraped import is_scraped_only
from kspec.lint.settings import NO_SETTINGS, Settings
from kspec.lint.sources import SCALED, PodSource
from kspec.source.diagnostic import Severity
from kspec.source.tree import Path


@dataclass(frozen=True, slots=True)
class Scale:
    """How many pods a workload runs: at least and at most, and the field that says the least."""

    least: int
    most: int
    at: Resource
    path: Path


@dataclass(frozen=True)
class Index(Lookup):
    """A design, ready for questions. Each relation is worked out once, when it is first asked for."""

    @staticmethod
    def of_design(design: Design, settings: Settings = NO_SETTINGS, least: Severity = Severity.INFO) -> Index:
        """The index of a design that was loaded."""
        return Index(design.resources, design.written, design.cluster, design.kubernetes, settings, least)

    @cached_property
    def _services(self) -> Mapping[int, list[tuple[Resource, Service]]]:
        found: dict[int, list[tuple[Resource, Service]]] = defaultdict(list)
        for resource, service in self.of("Service", Service):
            if service.spec.selector and service.spec.type != "ExternalName":
                for pods in self.selected(resource.namespace, LabelSelector(match_labels=service.spec.selector)):
                    found[pods.key].append((resource, service))
        return found

    def services(self, pods: PodSource) -> list[tuple[Resource, Service]]:
        """The Services that send to these pods."""
        return self._services.get(pods.key, [])

    def serving(self, pods: PodSource) -> list[tuple[Resource, Service]]:
        """The Services through which clients use these pods: those that are only scraped are left out."""
        return [pair for pair in self.services(pods) if not is_scraped_only(pair[1])]

    @cached_property
    def exposed(self) -> Mapping[int, Exposed]:
        """Services that can be reached from outside of the cluster, and how; by the identity of the Service."""
        return exposed_services(self)

    def outward(self, pods: PodSource) -> tuple[Resource, Exposed] | None:
        """A Service through which the outside world reaches these pods."""
        for resource, _ in self.services(pods):
            if id(resource) in self.exposed:
                return resource, self.exposed[id(resource)]
        return None

    @cached_property
    def _created(self) -> Mapping[str, frozenset[str]]:
        return created_by_operators(self)

    def operators_create(self, kind: str, namespace: str) -> bool:
        """Whether operators of the design may create `pods`, `configmaps` or `secrets` in their namespace."""
        return kind in self._created.get(namespace or "default", ())

    def made_elsewhere(self, namespace: str, selector: LabelSelector) -> Certainty:
        """Whether something other than the design's pod templates makes pods that a selector catches."""
        found = super().made_elsewhere(namespace, selector)
        operated = found is Certainty.NO and self.operators_create("pods", namespace)
        return Certainty.POSSIBLE if operated else found

    @cached_property
    def _budgets(self) -> Mapping[int, list[tuple[Resource, PodDisruptionBudget]]]:
        found: dict[int, list[tuple[Resource, PodDisruptionBudget]]] = defaultdict(list)
        for resource, budget in self.of("PodDisruptionBudget", PodDisruptionBudget):
            if budget.spec.selector is not None:
                for pods in self.selected(resource.namespace, budget.spec.selector):
                    found[pods.key].append((resource, budget))
        return found

    def budgets(self, pods: PodSource) -> list[tuple[Resource, PodDisruptionBudget]]:
        """The budgets that cover these pods."""
        return self._budgets.get(pods.key, [])

    @cached_property
    def _scalers(self) -> Mapping[tuple[str, str, str], list[tuple[Resource, HorizontalPodAutoscaler]]]:
        found: dict[tuple[str, str, str], list[tuple[Resource, HorizontalPodAutoscaler]]] = defaultdict(list)
        for resource, hpa in self.of("HorizontalPodAutoscaler", HorizontalPodAutoscaler):
            target = hpa.spec.scale_target_ref
            found[target.kind, resource.namespace or "default", target.name].append((resource, hpa))
        return found

    def autoscalers(self, target: Resource) -> list[tuple[Resource, HorizontalPodAutoscaler]]:
        """The HorizontalPodAutoscalers that scale an object."""
        return self._scalers.get((target.kind, target.namespace or "default", target.name), [])

    def scale(self, pods: PodSource) -> Scale | None:
        """The number of pods; None where it is not a number of its own (DaemonSets, Jobs)."""
        resource = pods.resource
        if pods.kind == "Pod":
            return Scale(1, 1, resource, ())
        if pods.kind not in SCALED:
            return None
        match resource.view:
            case Deployment(spec=spec) | StatefulSet(spec=spec) | ReplicaSet(spec=spec):
                replicas = spec.replicas
            case _:
                declared = resource.manifest.get("spec")
                found = declared.get("replicas") if isinstance(declared, dict) else None
                replicas = found if isinstance(found, int) else 1
        for scaler, hpa in self.autoscalers(resource):
            return Scale(hpa.spec.min_replicas, hpa.spec.max_replicas, scaler, ("spec", "minReplicas"))
        return Scale(replicas, replicas, resource, ("spec", "replicas"))

    def served(self) -> Iterator[PodSource]:
        """Lasting pods that clients use through some Service."""
        return (p for p in self.pods if p.lasting and self.serving(p))

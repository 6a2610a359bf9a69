"""What the workloads that a question leaves out take where nobody says where they are: a sum over nodes."""

from __future__ import annotations

from dataclasses import dataclass

from kspec.domain.daemons import should_run
from kspec.domain.expansion import PodSet
from kspec.domain.node import Node
from kspec.domain.policy import HorizontalPodAutoscaler
from kspec.domain.requests import pod_requests
from kspec.domain.workloads import Deployment
from kspec.elaborate.behaviour.things import Place


@dataclass(frozen=True, slots=True)
class Others:
    """Workloads outside a question, each at its largest. Daemons are not among them: they take the same everywhere."""

    podsets: tuple[PodSet, ...] = ()

    def most(self, node: Node, resource: str) -> int:
        """The most that they could take of a resource on all nodes like this one together."""
        matching = (p for p in self.podsets if not p.everywhere and should_run(p, node))
        return sum(_request(p, resource) * _most(p) for p in matching)


def strewn_name(place: Place, resource: str) -> str:
    """The local variable for what they take of a resource on nodes of a class."""
    return f"others.{place.name}.{resource}"


def _request(podset: PodSet, resource: str) -> int:
    return 1 if resource == "pods" else pod_requests(podset.template.spec).get(resource, 0)


def _most(podset: PodSet) -> int:
    """The most pods at once: all replicas, and those that a rolling update adds."""
    count = podset.replicas.count
    if isinstance(podset.replicas.object.view, HorizontalPodAutoscaler):
        count = max(count, podset.replicas.object.view.spec.max_replicas)
    view = podset.resource.view
    if isinstance(view, Deployment) and view.spec.strategy.type == "RollingUpdate":
        surge, _ = view.spec.strategy.rolling_update.resolve(count)
        return count + surge
    return max(count, len(podset.names) + len(podset.running))

"""What the workloads that a question leaves out take where nobody says where they are: a sum over nodes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kspec.core.build import local, scale, total
from kspec.core.expr import Expr
from kspec.core.system import Variable, strewn
from kspec.domain.daemons import should_run
from kspec.domain.expansion import PodSet
from kspec.domain.policy import HorizontalPodAutoscaler
from kspec.domain.requests import pod_requests
from kspec.domain.workloads import Deployment
from kspec.elaborate.behaviour.things import Place


@dataclass(frozen=True, slots=True)
class Others:
    """Workloads outside a question, each at its largest. Daemons are not among them: they take the same everywhere."""

    podsets: tuple[PodSet, ...] = ()

    def on(self, place: Place) -> Iterator[PodSet]:
        """Those whose pods may run on nodes of a class."""
        return (p for p in self.podsets if not p.everywhere and should_run(p, place.sample) and most(p))

    def taken(self, place: Place, resource: str) -> Expr:
        """What their pods take of a resource on a node: unknown, for nobody says how many are there."""
        return total(scale(_request(p, resource), local(_name(place, p))) for p in self.on(place))

    def variables(self, places: Iterable[Place]) -> Iterator[Variable]:
        """How many pods of each are on a node."""
        return (strewn(_name(place, p), most(p)) for place in places for p in self.on(place))


def _name(place: Place, podset: PodSet) -> str:
    return f"others.{podset.workload}.{place.name}"


def _request(podset: PodSet, resource: str) -> int:
    return 1 if resource == "pods" else pod_requests(podset.template.spec).get(resource, 0)


def most(podset: PodSet) -> int:
    """The most pods at once: all replicas, and those that a rolling update adds."""
    count = podset.replicas.count
    if isinstance(podset.replicas.object.view, HorizontalPodAutoscaler):
        count = max(count, podset.replicas.object.view.spec.max_replicas)
    view = podset.resource.view
    if isinstance(view, Deployment) and view.spec.strategy.type == "RollingUpdate":
        surge, _ = view.spec.strategy.rolling_update.resolve(count)
        return count + surge
    return max(count, len(podset.names) + len(podset.running))

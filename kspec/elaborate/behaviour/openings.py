"""Numbers of a design left open: a parameter in place of each, so that one question covers all of their values.

Open are a rollout's numbers, those of disruption budgets, the pod count of quotas, and the sizes of node pools.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeVar

from pydantic import BaseModel

from kspec.core.build import add, and_, ge, param
from kspec.core.expr import Expr
from kspec.core.system import Parameter
from kspec.domain.base import KubeObject
from kspec.domain.node import Count
from kspec.domain.objects import ObjectRef, Resource
from kspec.domain.policy import PodDisruptionBudget, ResourceQuota
from kspec.domain.workloads import Deployment
from kspec.elaborate.behaviour.static import python_name
from kspec.elaborate.design import Design

Structure = TypeVar("Structure", bound=BaseModel)

_MOST_NODES = 5_000
"""More nodes than that no cluster has (upstream's limit for large clusters)."""

_REPLICAS = ("spec", "replicas")
_ROLLING = ("spec", "strategy", "rollingUpdate")


@dataclass(frozen=True, slots=True)
class Opening:
    """A number of an object, and the parameter in its place."""

    ref: ObjectRef
    path: tuple[str, ...]
    parameter: Parameter
    value: int
    """What the design says."""


@dataclass(frozen=True, slots=True)
class Openings:
    """Everything that was opened in a design."""

    fields: tuple[Opening, ...] = ()

    def of(self, resource: Resource) -> Resource:
        """The object with its open numbers in its typed view."""
        numbers = {o.path: param(o.parameter.name) for o in self.fields if o.ref == resource.ref}
        return _Opened(resource.manifest, resource.origin, numbers) if numbers else resource

    def replicas(self) -> Mapping[ObjectRef, Parameter]:
        """The open sizes of workloads."""
        return {o.ref: o.parameter for o in self.fields if o.path == _REPLICAS}

    def others(self) -> tuple[Parameter, ...]:
        """All open numbers of objects but these sizes."""
        return tuple(o.parameter for o in self.fields if o.path != _REPLICAS)

    @property
    def assumption(self) -> Expr:
        """What the API server asks of them: a rolling update may go on."""
        rolling: dict[ObjectRef, list[Expr]] = {}
        for opening in self.fields:
            if opening.path[:-1] == _ROLLING:
                rolling.setdefault(opening.ref, []).append(param(opening.parameter.name))
        return and_(*(ge(add(*numbers), 1) for numbers in rolling.values()))


NOTHING_OPEN = Openings()


def opened(
    design: Design, resized: Container[ObjectRef], *, pools_too: bool
) -> tuple[Design, Openings, Mapping[str, int]]:
    """The design with open pools, its open numbers, and by parameter what the design itself says.

    `resized` are workloads whose number of replicas something else sets or changes. Without `pools_too` the pools stay
    as they are: to an autoscaler a range means something else.
    """
    pools = tuple(
        pool.model_copy(update={"count": Count(low=1, high=max(_MOST_NODES, pool.count.high))}) if pools_too else pool
        for pool in design.cluster.pools
    )
    fields = tuple(opening for resource in design.resources for opening in _numbers(resource, resized))
    own = {f"{pool.name}.count": pool.count.low for pool in design.cluster.pools}
    own |= {opening.parameter.name: opening.value for opening in fields}
    cluster = design.cluster.model_copy(update={"pools": pools})
    return replace(design, cluster=cluster), Openings(fields), own


def _numbers(resource: Resource, resized: Container[ObjectRef]) -> Iterator[Opening]:
    match resource.view:
        case Deployment(spec=spec) if resource.ref not in resized:
            yield _opening(resource, _REPLICAS, spec.replicas, 1)
            if spec.strategy.type == "RollingUpdate":
                surge, unavailable = spec.strategy.rolling_update.resolve(spec.replicas)
                yield _opening(resource, (*_ROLLING, "maxSurge"), surge)
                yield _opening(resource, (*_ROLLING, "maxUnavailable"), unavailable)
        case PodDisruptionBudget(spec=spec):
            for name, value in (("minAvailable", spec.min_available), ("maxUnavailable", spec.max_unavailable)):
                if isinstance(value, int):
                    yield _opening(resource, ("spec", name), value)
        case ResourceQuota(spec=spec) if "pods" in spec.hard:
            yield _opening(resource, ("spec", "hard", "pods"), int(spec.hard["pods"].amount))
        case _:
            pass


def _opening(resource: Resource, path: tuple[str, ...], value: int, low: int = 0) -> Opening:
    name = f"{resource.kind.lower()}/{resource.name}.{path[-1]}"
    return Opening(resource.ref, path, Parameter(name, low), value)


@dataclass(frozen=True)
class _Opened(Resource):
    """An object whose typed view has parameters where its manifest has numbers."""

    numbers: Mapping[tuple[str, ...], Expr] = field(default_factory=dict)

    @cached_property
    def view(self) -> KubeObject:
        """The typed view with the parameters in it."""
        view = Resource(self.manifest, self.origin).view
        for path, number in self.numbers.items():
            view = _with(view, path, number)
        return view


def _with(model: Structure, path: Iterable[str], number: Expr) -> Structure:
    first, *rest = path
    name = python_name(model, first)
    inner = getattr(model, name)
    if not rest:
        changed: object = number
    elif isinstance(inner, BaseModel):
        changed = _with(inner, rest, number)
    else:
        changed = {**inner, rest[0]: number}
    return model.model_copy(update={name: changed})

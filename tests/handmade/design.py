"""Designs as a hand would write them down, small and explicit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kspec.core.build import Term
from kspec.core.expr import Expr

if TYPE_CHECKING:
    from handmade.cluster import Cluster

Formula = Callable[["Cluster"], Expr]


@dataclass(frozen=True)
class Pool:
    """Interchangeable nodes."""

    name: str
    size: Term = 1
    cpu: int | None = None
    zone: str = ""
    labels: tuple[tuple[str, str], ...] = ()
    taints: tuple[str, ...] = ()


@dataclass(frozen=True)
class Spread:
    """A topology spread constraint."""

    key: str
    skew: int = 1
    honour_taints: bool = False
    per_revision: bool = False


@dataclass(frozen=True)
class Workload:
    """A Deployment or StatefulSet."""

    name: str = "web"
    replicas: Term = 1
    kind: str = "Deployment"
    cpu: int = 1
    surge: Term = 1
    unavailable: Term = 0
    anti_affinity: bool = False
    spread: tuple[Spread, ...] = ()
    selector: tuple[tuple[str, str], ...] = ()
    tolerations: tuple[str, ...] = ()
    node_name: str = ""
    broken: tuple[int, ...] = ()
    namespace: str = "default"


@dataclass(frozen=True)
class Budget:
    """A PodDisruptionBudget: `least` available or `most` unavailable."""

    workload: str
    least: Term | None = None
    most: Term | None = None
    always_allow: bool = False


@dataclass(frozen=True)
class Quota:
    """A ResourceQuota on the number of pods of a namespace."""

    pods: Term
    namespace: str = "default"


@dataclass(frozen=True)
class Autoscaler:
    """An HPA's bounds."""

    workload: str
    low: int
    high: int


@dataclass(frozen=True)
class Disturbance:
    """One step of the user or the environment: rollout, scale, drain, loss or delete-namespace."""

    do: str
    workload: str = ""
    node: str = ""
    to: Term = 0
    namespace: str = ""
    when: Formula | None = None


@dataclass(frozen=True)
class Finalized:
    """A custom resource whose finalizer the pods of a workload must run."""

    name: str
    namespace: str
    operator: str


@dataclass(frozen=True)
class Design:
    """A cluster, its workloads, what happens to it and what is asked."""

    name: str
    pools: tuple[Pool, ...]
    workloads: tuple[Workload, ...] = ()
    budgets: tuple[Budget, ...] = ()
    quotas: tuple[Quota, ...] = ()
    autoscalers: tuple[Autoscaler, ...] = ()
    gitops: tuple[tuple[str, int], ...] = ()
    descheduler: tuple[tuple[str, bool], ...] = ()
    """RemoveDuplicates for a workload, with nodeFit."""
    namespaces: tuple[str, ...] = ()
    resources: tuple[Finalized, ...] = ()
    disturbances: tuple[Disturbance, ...] = ()
    out_of_service: bool = False
    start_settled: bool = False
    goal: Formula | None = None
    invariant: Formula | None = None
    params: tuple[tuple[str, int], ...] = ()
    """Symbolic parameters with their lower bounds."""
    assumption: Expr | None = field(default=None)

"""How few nodes an autoscaled workload needs at each of its sizes, by trying every set of nodes."""

from __future__ import annotations

from itertools import chain, combinations

from smallworlds.brute import fits_on
from smallworlds.clusters import random_case, thing

from kspec.domain.objects import Resource
from kspec.place import Problem, build
from kspec.place.headroom import larger
from kspec.place.ranges import Enough, Range, ranges

LOW, HIGH = 1, 3


def autoscaler(low: int, high: int, name: str = "web", kind: str = "Deployment", namespace: str = "shop") -> Resource:
    target = {"apiVersion": "apps/v1", "kind": kind, "name": name}
    spec = {"scaleTargetRef": target, "minReplicas": low, "maxReplicas": high}
    return Resource(thing("autoscaling/v2", "HorizontalPodAutoscaler", name, namespace, spec=spec))


def random_range(seed: int) -> tuple[Problem, str] | None:
    """A random problem and a workload of it that is autoscaled."""
    resources, cluster = random_case(seed, nodes=3, pods=3, ranges=False)
    target = next((r for r in resources if r.kind in ("Deployment", "ReplicaSet", "StatefulSet")), None)
    if target is None:
        return None
    scaler = autoscaler(LOW, HIGH, target.name, target.kind, target.namespace)
    problem = build([*resources, scaler], cluster)
    assert isinstance(problem, Problem)
    return problem, f"{target.namespace}/{target.kind}/{target.name}"


def agreeing(problem: Problem, workload: str) -> Range:
    """What is said of the workload's range; an `AssertionError` where trying every set of nodes says otherwise."""
    (found,) = ranges(problem, budget=10)
    sets = list(chain.from_iterable(combinations(problem.sites, k) for k in range(len(problem.sites) + 1)))
    fits = {n: {s for s in sets if fits_on(_at(problem, workload, n), s)} for n in range(LOW, HIGH + 1)}
    for size in found.sizes:
        least = min((len(s) for s in fits[size.replicas]), default=None)
        assert (size.enough is Enough.NO) == (least is None), size
        assert least is None or (size.nodes, size.bound) == (least, least), size
    shared = set.intersection(*fits.values())
    least, whole = min((len(s) for s in shared), default=None), found.whole
    match whole.enough:
        case Enough.YES:
            assert least is not None and whole.nodes is not None and whole.bound is not None
            assert whole.bound <= least <= whole.nodes and (not whole.optimal or whole.nodes == least), whole
            assert tuple(n for n in problem.sites if n in whole.names) in shared, whole
        case Enough.NO:
            assert not all(fits.values())
        case Enough.OPEN:
            assert not shared or not found.monotone
    assert not found.monotone or all(fits[n + 1] <= fits[n] for n in range(LOW, HIGH))
    return found


def _at(problem: Problem, workload: str, size: int) -> Problem:
    assert problem.inventory is not None
    (now,) = (len(s.names) for s in problem.inventory.podsets if s.workload == workload)
    return problem if size == now else larger(problem, {workload: size - now})

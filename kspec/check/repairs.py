"""Small changes of a design's numbers that make a broken property hold; each was verified before it is offered."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, replace

from kspec.check.options import Engine, Options
from kspec.check.verdict import Change, Proved, Repair, Violated
from kspec.domain.node import Count
from kspec.domain.objects import Resource, get
from kspec.domain.policy import PodDisruptionBudget
from kspec.domain.workloads import Deployment
from kspec.elaborate.behaviour.inside import Posed, posed_in
from kspec.elaborate.design import Design
from kspec.source.tree import Json, Object

Decide = Callable[[Design, Posed, Options], object]
"""Gives the verdict on one property of a design, or None."""

_SHOWN, _TRIED = 3, 12
_OPTIONS = Options(seconds=2.0, states=3_000, engine=Engine.SEARCH)
"""What each change may use: it must be seen whole."""


@dataclass(frozen=True, slots=True)
class _Idea:
    description: str
    changes: tuple[Change, ...]
    design: Design


def repairs(design: Design, broken: Posed, decide: Decide, seconds: float) -> tuple[Repair, ...]:
    """Up to three changes with which the property is proved, and no other property of the design breaks."""
    end = time.monotonic() + seconds
    others = [one for one in posed_in(design) if one.property.name.text != broken.property.name.text]
    found: list[Repair] = []
    for idea, _ in zip(_ideas(design), range(_TRIED), strict=False):
        if len(found) == _SHOWN or time.monotonic() > end:
            break
        if not isinstance(decide(idea.design, broken, _OPTIONS), Proved):
            continue
        worse = (one for one in others if isinstance(decide(idea.design, one, _OPTIONS), Violated))
        if all(isinstance(decide(design, one, _OPTIONS), Violated) for one in worse):
            found.append(Repair(idea.description, idea.changes))
    return tuple(found)


def _ideas(design: Design) -> Iterator[_Idea]:
    """Changes of one number each, those of policies before those of sizes."""
    for index, resource in enumerate(design.resources):
        for path, value in _numbers(resource):
            yield _changed(design, index, path, value)
    for number, pool in enumerate(design.cluster.pools):
        more = pool.model_copy(update={"count": Count(low=pool.count.low + 1, high=pool.count.high + 1)})
        pools = (*design.cluster.pools[:number], more, *design.cluster.pools[number + 1 :])
        cluster = design.cluster.model_copy(update={"pools": pools})
        change = Change(f"nodepool/{pool.name}", "count", pool.count.low, pool.count.low + 1)
        yield _Idea(f"one more node in pool {pool.name}", (change,), replace(design, cluster=cluster))


def _numbers(resource: Resource) -> Iterator[tuple[tuple[str, ...], Json]]:
    """Places of an object, and what they might hold instead."""
    rolling = ("spec", "strategy", "rollingUpdate", "maxUnavailable")
    match resource.view:
        case Deployment(spec=spec) if spec.strategy.type == "RollingUpdate":
            _, unavailable = spec.strategy.rolling_update.resolve(spec.replicas)
            if unavailable != 1:
                yield rolling, 1
        case PodDisruptionBudget(spec=spec):
            if isinstance(spec.min_available, int) and spec.min_available > 0:
                yield ("spec", "minAvailable"), spec.min_available - 1
            elif spec.max_unavailable == 0:
                yield ("spec", "maxUnavailable"), 1
            yield ("spec", "unhealthyPodEvictionPolicy"), "AlwaysAllow"
        case _ if resource.kind == "ResourceQuota":
            hard = get(resource.manifest, ("spec", "hard"))
            pods = hard.get("pods") if isinstance(hard, dict) else None
            if str(pods).isdigit():
                yield ("spec", "hard", "pods"), str(int(str(pods)) + 1)
        case _:
            pass


def _changed(design: Design, index: int, path: tuple[str, ...], value: Json) -> _Idea:
    resource = design.resources[index]
    manifest = deepcopy(dict(resource.manifest))
    place: Object = manifest
    for key in path[:-1]:
        inner = place.setdefault(key, {})
        assert isinstance(inner, dict)
        place = inner
    before = place.get(path[-1])
    place[path[-1]] = value
    resources = list(design.resources)
    resources[index] = resource.with_manifest(manifest)
    where = f"{resource.kind.lower()}/{resource.name}"
    change = Change(where, ".".join(path), _plain(before), _plain(value))
    return _Idea(f"{path[-1]}: {value} in {where}", (change,), replace(design, resources=tuple(resources)))


def _plain(value: Json) -> str | int | None:
    return value if isinstance(value, str | int | None) else str(value)

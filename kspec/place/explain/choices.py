"""What a placement had to choose from: per workload the nodes open to it and what closes others; per node its load."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kspec.place.answer import Assigned
from kspec.place.problem import (
    AtMost,
    Attraction,
    Barrier,
    Exclusion,
    Group,
    Mask,
    Problem,
    Requirement,
    Rule,
    Spread,
    Supply,
    Together,
)

_BY_NAME = "attachable-volumes-"
"""Resources that pods may share, so that requests do not add up to the load."""

_FIRST = ("cpu", "memory", "pods")
"""Resources that are told first."""


@dataclass(frozen=True, slots=True)
class Closed:
    """Nodes that a requirement alone keeps a workload off."""

    requirement: Requirement
    nodes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many pods of a workload each domain of a topology has; domains open to it without one included."""

    key: str
    pods: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A workload's pods, what one of them asks for (resource and amount in the scheduler's units), and its nodes.

    `counting` are the requirements that look at where other pods are; `tallies` has their topologies, once pods have
    places.
    """

    workload: str
    pods: int
    request: tuple[tuple[str, int], ...]
    open: tuple[str, ...]
    closed: tuple[Closed, ...]
    counting: tuple[Requirement, ...]
    tallies: tuple[Tally, ...]


@dataclass(frozen=True, slots=True)
class Load:
    """A node's resources: name, what its pods ask for in all, what is allocatable."""

    node: str
    resources: tuple[tuple[str, int, int], ...]


def choices(problem: Problem, assigned: Sequence[Assigned]) -> tuple[Choice, ...]:
    """Every workload, in the order of the problem; `assigned` may lack pods."""
    groups: dict[str, list[int]] = {}
    for index, group in enumerate(problem.groups):
        groups.setdefault(group.workload, []).append(index)
    places: dict[str, list[str]] = {}
    for one in assigned:
        places.setdefault(one.workload, []).append(one.node)
    return tuple(_choice(problem, workload, own, places.get(workload, ())) for workload, own in groups.items())


def loads(problem: Problem, assigned: Iterable[Assigned]) -> tuple[Load, ...]:
    """The nodes that have pods of the placement, in the order of the problem."""
    group_of = {pod.pod: index for index, group in enumerate(problem.groups) for pod in group.pods}
    every_of = {group.workload: index for index, group in enumerate(problem.groups) if group.everywhere}
    site_of = {name: index for index, name in enumerate(problem.sites)}
    used = problem.allocatable - problem.capacity
    busy: Mask = np.zeros(len(problem.sites), dtype=bool)
    for one in assigned:
        group = group_of.get(one.pod, every_of.get(one.workload))
        site = site_of.get(one.node)
        if group is not None and site is not None:
            used[site] += problem.request[group]
            busy[site] = True
    return tuple(_load(problem, site, used[site]) for site in np.flatnonzero(busy).tolist())


def _load(problem: Problem, site: int, used: np.ndarray) -> Load:
    told = [
        (name, int(used[r]), int(problem.allocatable[site, r]))
        for r, name in enumerate(problem.resources)
        if used[r] and not name.startswith(_BY_NAME)
    ]
    return Load(problem.sites[site], tuple(sorted(told, key=_order)))


def _order(told: tuple[str, int] | tuple[str, int, int]) -> tuple[int, str]:
    return (_FIRST.index(told[0]) if told[0] in _FIRST else len(_FIRST), told[0])


def _choice(problem: Problem, workload: str, own: Sequence[int], places: Sequence[str]) -> Choice:
    groups = [problem.groups[g] for g in own]
    free = _free(problem, own)
    counting = [rule for rule in problem.rules if _counts(rule, own)]
    topologies = dict.fromkeys(t for rule in counting for t in _topologies(rule))
    request = problem.request[own[0]]
    return Choice(
        workload,
        _pods(groups, places),
        tuple(
            sorted(
                ((n, int(request[r])) for r, n in enumerate(problem.resources) if request[r] and n != "pods"),
                key=_order,
            )
        ),
        _names(problem, free),
        tuple(_closed(problem, own)),
        tuple(dict.fromkeys(problem.requirements[r] for rule in counting for r in _stated(rule))),
        tuple(_tally(problem, t, free, places) for t in topologies if places and not problem.topologies[t].per_site),
    )


def _pods(groups: Sequence[Group], places: Sequence[str]) -> int:
    return len(places) if groups[0].everywhere else sum(g.count for g in groups)


def _free(problem: Problem, own: Sequence[int]) -> Mask:
    """The sites open to any of the groups."""
    free: Mask = np.logical_or.reduce(problem.allowed[list(own)])
    return free


def _names(problem: Problem, mask: Mask) -> tuple[str, ...]:
    return tuple(problem.sites[s] for s in np.flatnonzero(mask).tolist())


def _closed(problem: Problem, own: Sequence[int]) -> Iterable[Closed]:
    """What closes nodes to all of the groups, the requirement that closes most first."""
    shut: dict[int, Mask] = {}
    for g in own:
        for requirement, mask in _shut(problem, g).items():
            shut[requirement] = shut.get(requirement, np.zeros(len(problem.sites), dtype=bool)) | mask
    free = _free(problem, own)
    found = [Closed(problem.requirements[r], _names(problem, mask & ~free)) for r, mask in shut.items()]
    return sorted((c for c in found if c.nodes), key=lambda c: (-len(c.nodes), c.requirement.id))


def _shut(problem: Problem, group: int) -> Mapping[int, Mask]:
    """Per requirement the sites it closes to a group: by a rule, or because a node is too small for one pod."""
    out: dict[int, Mask] = {}

    def note(requirement: int, mask: Mask) -> None:
        out[requirement] = out[requirement] | mask if requirement in out else mask

    for rule in problem.of(Barrier):
        if rule.group == group:
            note(rule.requirement, ~rule.allowed)
    for r in np.flatnonzero(problem.request[group] > 0).tolist():
        small: Mask = problem.capacity[:, r] < problem.request[group, r]
        for nodeset in problem.nodesets:
            mine: Mask = np.zeros(len(problem.sites), dtype=bool)
            mine[list(nodeset.sites)] = True
            if (small & mine).any():
                note(nodeset.resources[r], small & mine)
    return out


def _counts(rule: Rule, own: Sequence[int]) -> bool:
    """Whether a rule that looks at other pods is about one of the groups."""
    match rule:
        case Exclusion():
            return rule.a in own or rule.b in own
        case Attraction() | Spread():
            return rule.group in own
        case Together() | AtMost() | Supply():
            return any(g in own for g in rule.groups)
        case _:
            return False


def _stated(rule: Rule) -> tuple[int, ...]:
    requirement = getattr(rule, "requirement", None)
    return () if requirement is None else (requirement,)


def _topologies(rule: Rule) -> tuple[int, ...]:
    match rule:
        case Exclusion() | Spread() | Together():
            return (rule.topology,)
        case Attraction():
            return rule.topologies
        case _:
            return ()


def _tally(problem: Problem, topology: int, free: Mask, places: Sequence[str]) -> Tally:
    known = problem.topologies[topology]
    at = {problem.sites[s]: d for s, d in enumerate(known.domain.tolist()) if d >= 0}
    counts = dict.fromkeys(sorted({d for s, d in enumerate(known.domain.tolist()) if d >= 0 and free[s]}), 0)
    for node in places:
        if (domain := at.get(node)) is not None:
            counts[domain] = counts.get(domain, 0) + 1
    return Tally(known.key, tuple((known.names[d], n) for d, n in counts.items()))

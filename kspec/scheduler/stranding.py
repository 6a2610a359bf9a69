"""Orders of arrival in which kube-scheduler strands pods, though all of them would fit.

The scheduler places pod after pod and never takes one back for a pod of the same priority. Whether an order strands
somebody is found by running it; that none is found proves nothing.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kspec.domain.daemons import daemon_pods
from kspec.domain.expansion import expand
from kspec.domain.node import Node
from kspec.domain.pod import Pod
from kspec.domain.snapshot import Snapshot
from kspec.elaborate.design import Design
from kspec.scheduler.case import prepared
from kspec.scheduler.design import with_claims
from kspec.scheduler.driver import Driver
from kspec.scheduler.framework.pick import FirstPick, SeededPick
from kspec.scheduler.scheduler import Scheduler

_SHORTENED = 400
"""Runs that making an order shorter may take."""


@dataclass(frozen=True)
class Stranded:
    """An order of arrival, the pods that find no node in it with the scheduler's words, and where the others went.

    `seed` decided between equally good nodes; None where the first one was taken.
    """

    order: tuple[str, ...]
    left: tuple[tuple[str, str], ...]
    nodes: tuple[tuple[str, str], ...]
    seed: int | None


@dataclass(frozen=True)
class Search:
    """What looking for such an order came to after so many orders."""

    tried: int
    found: Stranded | None


def search(design: Design, nodes: Sequence[Node], *, tries: int) -> Search:
    """Try orders: as written, small pods first, large ones last, workload by workload, at random."""
    stage = Stage(design, nodes)
    tried = 0
    for order, seed in _orders(stage.pods, tries):
        tried += 1
        outcome = stage.run(order, seed)
        if outcome.left:
            return Search(tried, stage.run(stage.shorter(order, seed), seed))
    return Search(tried, None)


class Stage:
    """The cluster before any of the pods arrive; daemons are there already."""

    def __init__(self, design: Design, nodes: Sequence[Node]) -> None:
        others = [r for r in design.resources if r.kind not in ("Node", "Pod")]
        podsets = expand(design.resources)
        names = {node.name for node in nodes}
        running = [pod for s in podsets for pod in s.running if pod.spec.node_name in names]
        start = replace(Snapshot.of(others), nodes=tuple(nodes), pods=tuple(running))
        self.snapshot = with_claims(start, podsets)
        self.daemons = [pod for s in podsets if s.everywhere for pod in daemon_pods(s, nodes)]
        self.pods = [pod for s in podsets if not s.everywhere for pod in s.pods()]

    def run(self, order: Sequence[Pod], seed: int | None) -> Stranded:
        """Let the pods arrive one by one."""
        pick = FirstPick() if seed is None else SeededPick(seed)
        driver = Driver(Scheduler(prepared(self.snapshot), pick=pick), record=False)
        driver.create_pods(self.daemons)
        for pod in order:
            driver.create_pod(pod)
        keys = [pod.key for pod in order]
        standing = [(key, driver.standing[key]) for key in keys if key in driver.standing]
        return Stranded(
            tuple(keys),
            tuple((key, s.message) for key, s in standing if not s.node),
            tuple((key, s.node) for key, s in standing if s.node),
            seed,
        )

    def shorter(self, order: Sequence[Pod], seed: int | None) -> list[Pod]:
        """The order up to the first stranded pod, without those whose absence leaves it stranded."""
        left = {key for key, _ in self.run(order, seed).left}
        end = next(i for i, pod in enumerate(order) if pod.key in left)
        kept = list(order[: end + 1])
        victim = kept[-1].key
        size, runs = max(1, len(kept) // 2), 0
        while size >= 1 and runs < _SHORTENED:
            start = 0
            while start < len(kept) - 1 and runs < _SHORTENED:
                fewer = kept[:start] + kept[min(start + size, len(kept) - 1) :]
                runs += 1
                if any(key == victim for key, _ in self.run(fewer, seed).left):
                    kept = fewer
                else:
                    start += size
            size //= 2
        return kept


def _orders(pods: Sequence[Pod], tries: int) -> Iterator[tuple[list[Pod], int | None]]:
    """The telling orders first, then random ones, each with its own luck among equals."""
    written = list(pods)
    by_size = sorted(written, key=_size)
    first: list[list[Pod]] = [written, by_size, by_size[::-1], written[::-1]]
    for number, order in enumerate(first[:tries]):
        yield order, None if number < 2 else number
    for seed in range(len(first), tries):
        chance = random.Random(seed)
        order = list(written)
        if seed % 2:
            chance.shuffle(order)
        else:
            groups: dict[str, list[Pod]] = {}
            for pod in order:
                groups.setdefault(pod.key.rpartition("-")[0], []).append(pod)
            names = sorted(groups)
            chance.shuffle(names)
            order = [pod for name in names for pod in groups[name]]
        yield order, seed


def _size(pod: Pod) -> tuple[float, str]:
    """What a pod asks for, in cpus and in pieces of 4Gi."""
    total = 0.0
    for container in pod.spec.containers:
        requests = container.resources.requests
        total += float(requests["cpu"].amount) if "cpu" in requests else 0.0
        total += float(requests["memory"].amount) / 2**32 if "memory" in requests else 0.0
    return total, pod.key

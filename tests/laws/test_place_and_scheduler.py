"""What could be and what kube-scheduler will do are two readings of the same rules.

A placement is one that the scheduler could have made: there is an order of arrival in which each pod's node passes
every filter. And wherever the scheduler finds a node for every pod, the constraints hold and the solver places all too.
"""

import random
from dataclasses import replace

import pytest
from smallworlds.clusters import random_case

from kspec.domain.objects import Resource
from kspec.domain.pod import Pod
from kspec.domain.snapshot import Snapshot
from kspec.place import Infeasible, Placement, Problem, build, check, solve
from kspec.place.problem import Spread
from kspec.scheduler.scheduler import Scheduler, feasible


def _problem(seed: int) -> tuple[list[Resource], Problem]:
    resources, cluster = random_case(seed, nodes=5, pods=9, volumes=False, ranges=False)
    problem = build(resources, cluster)
    assert isinstance(problem, Problem)
    return resources, problem


def _new_pods(problem: Problem, nodes: dict[str, str]) -> dict[str, Pod]:
    """The pods to be placed, those of daemons pinned to their node as their controller does."""
    assert problem.inventory is not None
    pods = {p.key: p for s in problem.inventory.podsets for p in s.pods()}
    for podset in (s for s in problem.inventory.podsets if s.everywhere):
        for key, node in nodes.items():
            name = f"{podset.namespace}/{podset.name}-{node}"
            if key == name:
                pods[name] = podset.pod(f"{podset.name}-{node}")
    return pods


def _on(pod: Pod, node: str) -> Pod:
    return pod.model_copy(update={"spec": pod.spec.model_copy(update={"node_name": node})})


def _arrives(snapshot: Snapshot, pods: dict[str, Pod], nodes: dict[str, str], order: list[str]) -> list[str]:
    """Let pods arrive as soon as the scheduler would take them on their node; answers those that it never would."""
    waiting = list(order)
    while waiting:
        ready = next((k for k in waiting if nodes[k] in feasible(snapshot, pods[k])), None)
        if ready is None:
            return waiting
        waiting.remove(ready)
        snapshot = replace(snapshot, pods=(*snapshot.pods, _on(pods[ready], nodes[ready])))
    return []


@pytest.mark.parametrize("start", range(0, 120, 40))
def test_the_scheduler_could_have_made_every_placement(start: int) -> None:
    for seed in range(start, start + 40):
        resources, problem = _problem(seed)
        answer = solve(problem, budget=5, repairs=False)
        if not isinstance(answer, Placement):
            continue
        fixed = {p.pod for p, _ in problem.fixed}
        nodes = {a.pod: a.node for a in answer.assignments if a.pod not in fixed}
        pods = _new_pods(problem, nodes)
        snapshot = Snapshot.of(r for r in resources if r.kind in ("Node", "Namespace", "Pod"))
        needy = sorted(nodes, key=lambda k: not pods[k].spec.affinity.pod_affinity.required)
        assert not _arrives(snapshot, pods, nodes, needy) or not _arrives(snapshot, pods, nodes, needy[::-1]), seed


@pytest.mark.parametrize("start", range(0, 300, 100))
def test_wherever_the_scheduler_places_every_pod_the_constraints_hold(start: int) -> None:
    for seed in range(start, start + 100):
        resources, problem = _problem(seed)
        own = all(rule.counted in ((), (rule.group,)) for rule in problem.of(Spread))
        if not own or problem.everywhere.any():
            continue
        pods = list(_new_pods(problem, {}).values())
        random.Random(seed).shuffle(pods)
        scheduler = Scheduler(Snapshot.of(r for r in resources if r.kind in ("Node", "Namespace", "Pod")))
        if all(scheduler.schedule(pod).scheduled for pod in pods):
            nodes = {pod.key: scheduler.node_of(pod.key) for pod in pods}
            assert problem.inventory is not None and not check(problem.inventory, problem.sites, nodes), seed
            assert not isinstance(solve(problem, budget=5, repairs=False), Infeasible), seed

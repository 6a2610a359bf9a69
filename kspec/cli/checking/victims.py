"""Whom more important workloads push out: KS4025 down to the last pod, KS4026 below what a budget wants.

At the limit of their autoscalers the more important ones take what they need; a workload is beside them with as many
pods as it must keep. Where that does not fit, and they alone would, it is pushed below that number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from kspec.cli.checking import rules
from kspec.domain.expansion import PodSet, Scale, expand, namespace_of
from kspec.domain.objects import Resource
from kspec.domain.policy import HorizontalPodAutoscaler, PodDisruptionBudget
from kspec.elaborate.design import Design
from kspec.lint.budgets import healthy
from kspec.place import Infeasible, Placement, Problem, build, solve
from kspec.source.diagnostic import Diagnostic, Rule
from kspec.source.tree import Object

_MOST = 8
"""How many workloads are asked about."""
_KEEPING = ("Deployment", "StatefulSet", "ReplicaSet")


def victims(design: Design, budget: float, asks: Callable[[Rule], bool]) -> Iterator[Diagnostic]:
    """The workloads that can not keep what they must."""
    sets = expand(design.resources, Scale.HIGH)
    ranked = [(pods, _stronger(pods, sets)) for pods in sets if pods.kind in _KEEPING and len(pods.names) > 0]
    for pods, stronger in [(p, s) for p, s in ranked if s][:_MOST]:
        if not _fits(design, stronger, None, budget):
            continue
        for rule, least, why in _floors(design, pods):
            if asks(rule) and least > 0 and _fits(design, stronger, (pods, least), budget) is False:
                names = ", ".join(f"{s.kind} {s.name}" for s in stronger)
                message = f"{names} can push {pods.kind} {pods.name} below {why}"
                help = "keep room for both, give it the same priority, or lower the limit of the other"
                span = pods.resource.at("metadata", "name")
                yield Diagnostic(rule, message, span, help, object=str(pods.resource.ref), field=rule.name)
                break


def _stronger(pods: PodSet, sets: Sequence[PodSet]) -> list[PodSet]:
    """The workloads whose pods take the place of these."""
    own = pods.template.spec.priority or 0
    return [
        s
        for s in sets
        if s is not pods and s.template.spec.preemption_policy != "Never" and (s.template.spec.priority or 0) > own
    ]


def _floors(design: Design, pods: PodSet) -> Iterator[tuple[Rule, int, str]]:
    """What a workload must keep: a pod, and what its budget wants."""
    yield rules.VICTIM, 1, "one pod"
    for resource in design.resources:
        view = resource.view
        if not isinstance(view, PodDisruptionBudget) or namespace_of(resource) != pods.namespace:
            continue
        if view.spec.selector is not None and view.spec.selector.matches(pods.template.metadata.labels):
            _, wanted = healthy(view, _declared(pods))
            yield rules.BREAKS_BUDGET, wanted, f"the {wanted} pods that PodDisruptionBudget {view.name} wants"


def _declared(pods: PodSet) -> int:
    spec = pods.resource.manifest.get("spec")
    found = spec.get("replicas") if isinstance(spec, dict) else None
    return found if isinstance(found, int) else 1


def _fits(design: Design, stronger: Sequence[PodSet], beside: tuple[PodSet, int] | None, budget: float) -> bool | None:
    """Whether the stronger ones, and so many pods beside them, can all be placed; None where that was not decided."""
    kept = {s.resource.ref for s in stronger}
    other = beside[0].resource.ref if beside is not None else None
    every = {s.resource.ref for s in expand(design.resources)}
    resources: list[Resource] = []
    for resource in design.resources:
        if beside is not None and resource.ref == other:
            resources.append(resource.with_manifest(_sized(resource.manifest, beside[1])))
        elif (resource.ref in kept or resource.ref not in every) and not _scales(resource, other):
            resources.append(resource)
    problem = build(resources, design.cluster, origins=design.pool_origins, scale=Scale.HIGH)
    if not isinstance(problem, Problem):
        return None
    match solve(problem, budget=budget, repairs=False):
        case Placement():
            return True
        case Infeasible():
            return False
        case _:
            return None


def _sized(manifest: Object, replicas: int) -> Object:
    spec = manifest.get("spec")
    return {**manifest, "spec": {**(spec if isinstance(spec, dict) else {}), "replicas": replicas}}


def _scales(resource: Resource, target: object) -> bool:
    """Whether an autoscaler would set the size again."""
    view = resource.view
    if not isinstance(view, HorizontalPodAutoscaler):
        return False
    aim = view.spec.scale_target_ref
    return target is not None and str(target) in (
        f"{aim.kind}/{aim.name}",
        f"{aim.kind}/{resource.namespace}/{aim.name}",
    )

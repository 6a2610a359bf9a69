"""Which pods are replaced, how, and which stay what they are although their template has changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kspec.diff.effects.both import Both
from kspec.diff.objects import stored
from kspec.diff.rules import ALL_AT_ONCE, NOT_SEEN, RESTART
from kspec.domain.objects import Resource, get
from kspec.domain.templates import PODS
from kspec.domain.workloads import DaemonSet, Deployment, StatefulSet
from kspec.lint.rule import within
from kspec.lint.sources import PodSource
from kspec.source.diagnostic import Diagnostic


@dataclass(frozen=True, slots=True)
class _Replacing:
    """What a controller does about a new template. `how` is empty where it replaces no pod at all."""

    how: str = ""
    all_at_once: bool = False
    kept: str = ""
    """Why some or all running pods stay what they are."""
    help: str = ""


def changing(both: Both) -> Iterator[PodSource]:
    """The workloads of the new design whose template is another one, as far as the API server takes it."""
    for pods in both.after.pods:
        altered = both.of.get(pods.key)
        if altered is None or altered.before is None or pods.key in both.refusals:
            continue
        if _template_changed(altered.before, pods.resource):
            yield pods


def restarted(both: Both) -> Iterator[PodSource]:
    """Those whose running pods are all replaced, without anyone doing anything."""
    for pods in changing(both):
        plan = _plan(pods, None)
        if plan is not None and plan.how and not plan.kept:
            yield pods


def restarts(both: Both) -> Iterator[Diagnostic]:
    """What becomes of the pods of each workload whose template changes."""
    for pods in changing(both):
        count = _count(both, pods)
        plan = _plan(pods, count)
        if plan is None or count == 0:
            continue
        if plan.kept:
            yield within(NOT_SEEN, pods, ("spec",), f"{pods}: {plan.kept}", plan.help, key=True)
        if plan.how:
            many = {None: "its pods are", 1: "its pod is"}.get(count, f"its {count} pods are")
            yield within(RESTART, pods, ("spec",), f"{pods}: {many} replaced, {plan.how}", key=True)
        if plan.all_at_once and both.after.serving(pods):
            message = f"{pods}: nobody serves while its pods are replaced"
            yield within(ALL_AT_ONCE, pods, ("spec",), message, "let some stay: a rolling update", key=True)


def _template_changed(before: Resource, after: Resource) -> bool:
    path = PODS.get(after.kind)
    return bool(path) and get(stored(before), path or ()) != get(stored(after), path or ())


def _count(both: Both, pods: PodSource) -> int | None:
    """How many pods run before the change, at the least; None where that is no number of its own."""
    old = both.pods_before(pods)
    scale = both.before.scale(old) if old is not None else None
    return scale.least if scale is not None else None


def _plan(pods: PodSource, count: int | None) -> _Replacing | None:
    """What the workload's controller does; nothing for pods that run to their end."""
    match pods.resource.view:
        case Deployment():
            return _deployment(pods.resource.as_(Deployment), count)
        case StatefulSet():
            return _stateful(pods.resource.as_(StatefulSet), count)
        case DaemonSet(spec=spec):
            rolling = spec.update_strategy.rolling_update
            if spec.update_strategy.type == "OnDelete":
                return _on_delete()
            if rolling.max_surge not in (0, "0%"):
                return _Replacing(f"node by node, {rolling.max_surge} more at a time")
            return _Replacing(f"node by node, {rolling.max_unavailable} at a time", rolling.max_unavailable == "100%")
        case _ if pods.kind in ("ReplicaSet", "ReplicationController"):
            kept = f"a {pods.kind} replaces no pods: the new template is for the next ones"
            return _Replacing(kept=kept, help="delete the pods in turn")
        case _:
            return None


def _deployment(workload: Deployment, count: int | None) -> _Replacing:
    spec = workload.spec
    if spec.paused:
        return _Replacing(kept="it is paused: no pod is replaced", help="kubectl rollout resume")
    if spec.strategy.type == "Recreate":
        return _Replacing("all at once (Recreate)", True)
    surge, unavailable = spec.strategy.rolling_update.resolve(spec.replicas if count is None else count)
    whole = count is not None and surge == 0 and unavailable >= count
    return _Replacing(f"at most {surge} more and {unavailable} fewer at a time", whole)


def _stateful(workload: StatefulSet, count: int | None) -> _Replacing:
    spec = workload.spec
    if spec.update_strategy.type == "OnDelete":
        return _on_delete()
    partition = spec.update_strategy.rolling_update.partition
    if partition <= spec.ordinals.start:
        return _Replacing("one after the other, the highest ordinal first", count == 1)
    kept, help = f"pods with ordinals below {partition} stay what they are (partition)", "lower the partition in steps"
    if partition >= spec.ordinals.start + spec.replicas:
        return _Replacing(kept=kept, help=help)
    return _Replacing(f"from ordinal {partition} up", kept=kept, help=help)


def _on_delete() -> _Replacing:
    kept = "updateStrategy OnDelete: pods stay what they are until someone deletes them"
    return _Replacing(kept=kept, help="delete them in turn")

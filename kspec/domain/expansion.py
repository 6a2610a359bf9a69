"""From workloads to pods: which pods a design asks for once its controllers have done their work.

A CronJob stands for one run of its job. Pods that already run count towards their workload.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from kspec.domain.objects import Resource
from kspec.domain.pod import Pod, PodSpec, PodTemplate, Toleration
from kspec.domain.podset import PodSet, Replicas
from kspec.domain.policy import SYSTEM_PRIORITIES, HorizontalPodAutoscaler, PriorityClass, RuntimeClass
from kspec.domain.workloads import CronJob, DaemonSet, Deployment, Job, JobSpec, ReplicaSet, StatefulSet
from kspec.source.tree import Path

FINISHED = ("Succeeded", "Failed")
_DAEMON_TAINTS = (
    ("node.kubernetes.io/not-ready", "NoExecute"),
    ("node.kubernetes.io/unreachable", "NoExecute"),
    ("node.kubernetes.io/disk-pressure", "NoSchedule"),
    ("node.kubernetes.io/memory-pressure", "NoSchedule"),
    ("node.kubernetes.io/pid-pressure", "NoSchedule"),
    ("node.kubernetes.io/unschedulable", "NoSchedule"),
)


class Scale(Enum):
    """At which size an autoscaled workload is looked at: as declared, or at an end of its autoscaler's range."""

    DECLARED = "declared"
    LOW = "low"
    HIGH = "high"


def expand(resources: Iterable[Resource], scale: Scale = Scale.DECLARED) -> tuple[PodSet, ...]:
    """The pods of every workload and every bare pod, in the order of the resources. Views must be valid."""
    resources = tuple(resources)
    context = _Context.of(resources)
    sets = (_expand(resource, context, scale) for resource in resources)
    return tuple(s for s in sets if s is not None)


@dataclass(frozen=True)
class _Context:
    """What an expansion looks up: autoscalers by target, priorities and runtimes by class, pods by owner, objects."""

    autoscalers: Mapping[tuple[str, str, str], Resource]
    priorities: Mapping[str, int]
    default_priority: int
    runtimes: Mapping[str, RuntimeClass]
    running: Mapping[tuple[str, str, str], tuple[Pod, ...]]
    known: frozenset[tuple[str, str, str]]

    @staticmethod
    def of(resources: Sequence[Resource]) -> _Context:
        known = {(r.kind, namespace_of(r), r.name): r for r in resources}
        running: dict[tuple[str, str, str], list[Pod]] = {}
        for resource in (r for r in resources if r.kind == "Pod"):
            pod, owner = resource.as_(Pod), _root_owner(resource, known)
            if owner and pod.status.phase not in FINISHED:
                running.setdefault(owner, []).append(pod)
        classes = [r.as_(PriorityClass) for r in resources if r.kind == "PriorityClass"]
        return _Context(
            {_target(r): r for r in resources if r.kind == "HorizontalPodAutoscaler"},
            {c.name: c.value for c in classes} | SYSTEM_PRIORITIES,
            next((c.value for c in classes if c.global_default), 0),
            {r.name: r.as_(RuntimeClass) for r in resources if r.kind == "RuntimeClass"},
            {owner: tuple(pods) for owner, pods in running.items()},
            frozenset(known),
        )

    def priority(self, spec: PodSpec) -> int:
        if spec.priority is not None:
            return spec.priority
        return self.priorities.get(spec.priority_class_name, self.default_priority)


def namespace_of(resource: Resource) -> str:
    """The namespace of a namespaced object; `default` where none is written."""
    return resource.namespace or "default"


def _target(resource: Resource) -> tuple[str, str, str]:
    target = resource.as_(HorizontalPodAutoscaler).spec.scale_target_ref
    return target.kind, namespace_of(resource), target.name


def _owner(resource: Resource) -> tuple[str, str, str] | None:
    owner = resource.view.metadata.controller if resource.metadata.get("ownerReferences") else None
    return (owner.kind, namespace_of(resource), owner.name) if owner else None


def _root_owner(resource: Resource, known: Mapping[tuple[str, str, str], Resource]) -> tuple[str, str, str] | None:
    """The topmost owner that is part of the design."""
    owner = _owner(resource)
    if owner is None or owner not in known:
        return None
    return _root_owner(known[owner], known) or owner


def _expand(resource: Resource, context: _Context, scale: Scale) -> PodSet | None:
    owner = _owner(resource) if resource.kind in ("ReplicaSet", "Job", "Pod") else None
    if owner in context.known:
        return None
    match resource.view:
        case Deployment(spec=spec) | ReplicaSet(spec=spec):
            return _counted(resource, context, spec.template, _scaled(resource, spec.replicas, context, scale))
        case StatefulSet():
            return _ordinals(resource, context, scale)
        case DaemonSet(spec=spec):
            template = _admitted(_daemon_template(spec.template), context)
            running = _running(resource, context)
            replicas = Replicas(0, ("spec", "template"), resource)
            return PodSet(resource, namespace_of(resource), template, (), replicas, running, everywhere=True)
        case Job(spec=spec):
            return _counted(resource, context, spec.template, _job_pods(resource, spec, ("spec",)))
        case CronJob(spec=spec):
            at: Path = ("spec", "jobTemplate", "spec")
            count = _job_pods(resource, spec.job_template.spec, at, suspended=spec.suspend)
            return _counted(resource, context, spec.job_template.spec.template, count, (*at, "template"))
        case Pod() as pod:
            return _bare(resource, pod, context)
        case _:
            return None


def _counted(
    resource: Resource,
    context: _Context,
    template: PodTemplate,
    replicas: Replicas,
    template_at: Path = ("spec", "template"),
) -> PodSet:
    namespace = namespace_of(resource)
    running = _running(resource, context)
    taken = {pod.name for pod in running}
    fresh = (f"{resource.name}-{n}" for n in range(1, replicas.count + len(taken) + 1))
    free = [name for name in fresh if name not in taken][: max(0, replicas.count - len(running))]
    labelled = _labelled(_admitted(template, context), resource, running)
    return PodSet(resource, namespace, labelled, tuple(free), replicas, running, template_at=template_at)


def _ordinals(resource: Resource, context: _Context, scale: Scale) -> PodSet:
    spec, namespace = resource.as_(StatefulSet).spec, namespace_of(resource)
    replicas = _scaled(resource, spec.replicas, context, scale)
    running = _running(resource, context)
    taken = {pod.name for pod in running}
    start = spec.ordinals.start
    names = (f"{resource.name}-{n}" for n in range(start, start + replicas.count))
    template = _admitted(spec.template, context)
    missing = tuple(name for name in names if name not in taken)
    return PodSet(resource, namespace, template, missing, replicas, running, claims=spec.volume_claim_templates)


def _running(resource: Resource, context: _Context) -> tuple[Pod, ...]:
    """The pods that a workload has already, as admission left them."""
    pods = context.running.get((resource.kind, namespace_of(resource), resource.name), ())
    return tuple(_with(p, _admitted(PodTemplate(metadata=p.metadata, spec=p.spec), context).spec) for p in pods)


def _with(pod: Pod, spec: PodSpec) -> Pod:
    return pod if spec is pod.spec else pod.model_copy(update={"spec": spec})


def _bare(resource: Resource, pod: Pod, context: _Context) -> PodSet | None:
    if pod.status.phase in FINISHED:
        return None
    template = _admitted(PodTemplate(metadata=pod.metadata, spec=pod.spec), context)
    replicas = Replicas(1, ("metadata", "name"), resource)
    bound = bool(pod.spec.node_name)
    names, running = ((), (_with(pod, template.spec),)) if bound else ((pod.name,), ())
    return PodSet(resource, namespace_of(resource), template, names, replicas, running, template_at=())


def _scaled(resource: Resource, declared: int, context: _Context, scale: Scale) -> Replicas:
    """The size of a workload. An autoscaler keeps it inside its range, and at its minimum where no size is written."""
    at: Path = ("spec", "replicas")
    autoscaler = context.autoscalers.get((resource.kind, namespace_of(resource), resource.name))
    spec = resource.manifest.get("spec")
    written = isinstance(spec, dict) and spec.get("replicas") is not None
    if autoscaler is None or (written and declared == 0):
        return Replicas(declared, at, resource)
    bounds = autoscaler.as_(HorizontalPodAutoscaler).spec
    low, high = bounds.min_replicas, bounds.max_replicas
    match scale:
        case Scale.LOW:
            count = low
        case Scale.HIGH:
            count = high
        case Scale.DECLARED:
            count = min(max(declared, low), high) if written else low
    if written and count == declared:
        return Replicas(count, at, resource)
    end = "maxReplicas" if count == high and count != low else "minReplicas"
    return Replicas(count, ("spec", end), autoscaler, f"{end} of HorizontalPodAutoscaler {autoscaler.name}")


def _job_pods(resource: Resource, spec: JobSpec, at: Path, *, suspended: bool = False) -> Replicas:
    """A job runs `parallelism` pods at a time, never more than its completions; a suspended one none."""
    count = spec.parallelism if spec.completions is None else min(spec.parallelism, spec.completions)
    return Replicas(0 if suspended or spec.suspend else count, (*at, "parallelism"), resource)


def _labelled(template: PodTemplate, resource: Resource, running: Sequence[Pod]) -> PodTemplate:
    """The template with the label by which its controller tells its pods from those of other revisions."""
    labels = template.metadata.labels
    match resource.kind:
        case "Deployment":
            known = (p.metadata.labels.get("pod-template-hash") for p in running)
            labels = labels | {"pod-template-hash": next((h for h in known if h), resource.name)}
        case "Job":
            labels = labels | {"batch.kubernetes.io/job-name": resource.name, "job-name": resource.name}
        case _:
            return template
    return template.model_copy(update={"metadata": template.metadata.model_copy(update={"labels": labels})})


def _daemon_template(template: PodTemplate) -> PodTemplate:
    """The template with the tolerations that the controller adds (upstream `AddOrUpdateDaemonPodTolerations`)."""
    taints: tuple[tuple[str, str], ...] = _DAEMON_TAINTS
    if template.spec.host_network:
        taints = (*taints, ("node.kubernetes.io/network-unavailable", "NoSchedule"))
    added = tuple(Toleration(key=key, operator="Exists", effect=effect) for key, effect in taints)
    tolerations = template.spec.tolerations + added
    return template.model_copy(update={"spec": template.spec.model_copy(update={"tolerations": tolerations})})


def _admitted(template: PodTemplate, context: _Context) -> PodTemplate:
    """The template as admission leaves each pod: priority resolved, its runtime class' overhead and nodes joined."""
    spec = template.spec
    changes: dict[str, object] = {}
    if context.priority(spec) != spec.priority:
        changes["priority"] = context.priority(spec)
    runtime = context.runtimes.get(spec.runtime_class_name)
    if runtime is not None:
        changes["overhead"] = spec.overhead or runtime.overhead.pod_fixed
        changes["node_selector"] = spec.node_selector | runtime.scheduling.node_selector
        changes["tolerations"] = tuple(dict.fromkeys((*spec.tolerations, *runtime.scheduling.tolerations)))
    if not changes:
        return template
    return template.model_copy(update={"spec": spec.model_copy(update=changes)})


__all__ = ["FINISHED", "PodSet", "Replicas", "Scale", "expand", "namespace_of"]

"""Facts about applications: probes, hooks, what init containers wait for, what the autoscaler aims at."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from kspec.domain.objects import get
from kspec.domain.pod import Probe
from kspec.domain.policy import HorizontalPodAutoscaler
from kspec.domain.quantity import Quantity
from kspec.domain.templates import PODS
from kspec.elaborate.behaviour.builtins.registry import builtin, count_of, need, template_of, text_of, thing_of
from kspec.elaborate.behaviour.links import NEEDS, WAITS_FOR
from kspec.elaborate.behaviour.literals import duration
from kspec.elaborate.behaviour.mistakes import TYPE, mistake
from kspec.elaborate.behaviour.sets import Pod
from kspec.elaborate.behaviour.things import Template, Thing, Workload
from kspec.elaborate.behaviour.values import Value
from kspec.source.text import Span
from kspec.source.tree import Json

WARM_UP = "kspec.dev/warm-up"
SAFE_VOLUMES = "cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes"

if TYPE_CHECKING:
    from kspec.elaborate.behaviour.evaluator import Evaluator


@builtin("has_readiness_probe")
def has_readiness_probe(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """Some container of a pod says itself when it is ready."""
    count_of(args, 1, 1, "has_readiness_probe", span)
    return any(c.readiness_probe is not None for c in template_of(args[0], span).spec.containers)


@builtin("has_pre_stop")
def has_pre_stop(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """Some container of a pod does something before it stops."""
    count_of(args, 1, 1, "has_pre_stop", span)
    pod = need(args[0], Pod, "a pod", span)
    containers = get(pod.life.owner.resource.manifest, ("spec", "template", "spec", "containers"))
    if not isinstance(containers, list):
        return False
    return any(get(c, ("lifecycle", "preStop")) is not None for c in containers)


@builtin("waits_for")
def waits_for(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """The Services that a pod's init containers wait for, as its template says."""
    count_of(args, 1, 1, "waits_for", span)
    return _services(evaluator, template_of(args[0], span), WAITS_FOR)


@builtin("needs")
def needs(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """The Services without which a pod's readiness probe fails, as its template says."""
    count_of(args, 1, 1, "needs", span)
    return _services(evaluator, template_of(args[0], span), NEEDS)


def _services(evaluator: Evaluator, template: Template, annotation: str) -> tuple[Thing, ...]:
    names = [name.strip() for name in template.annotations.get(annotation, "").split(",")]
    services = evaluator.world.of_kind("Service")
    return tuple(s for s in services if s.namespace == template.namespace and s.name in names)


@builtin("killed_while_warming")
def killed_while_warming(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """A liveness probe without a startup probe before it restarts what needs longer to warm up than it waits.

    Upstream: pkg/kubelet/prober/worker.go (v1.36): after the initial delay, so many failures in a row, a period apart.
    """
    count_of(args, 1, 1, "killed_while_warming", span)
    template = template_of(args[0], span)
    if WARM_UP not in template.annotations:
        return False
    needed = duration(template.annotations[WARM_UP], span)
    containers = template.spec.containers
    probes = [c.liveness_probe for c in containers if c.liveness_probe is not None and c.startup_probe is None]
    return any(_patience(probe) < needed for probe in probes)


def _patience(probe: Probe) -> int:
    return probe.initial_delay_seconds + probe.period_seconds * (probe.failure_threshold - 1)


@builtin("warm_up_seconds")
def warm_up_seconds(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """How long an application takes to warm up, in whole seconds."""
    count_of(args, 1, 1, "warm_up_seconds", span)
    return ceil(duration(template_of(args[0], span).annotations.get(WARM_UP, "0s"), span))


@builtin("percent_of")
def percent_of(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """The number in front of a per cent sign; null counts as 0."""
    count_of(args, 1, 1, "percent_of", span)
    if args[0] is None:
        return 0
    text = text_of(args[0], span).rstrip("%")
    if not text.isdigit():
        raise mistake(TYPE, f"expected a percentage, found {text}", span)
    return int(text)


@builtin("cpu_target")
def cpu_target(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """The CPU utilization an autoscaler aims at, in per cent of the requests; null where it follows something else."""
    count_of(args, 1, 1, "cpu_target", span)
    return thing_of(args[0], span).resource.as_(HorizontalPodAutoscaler).spec.cpu_target


@builtin("plugin_args")
def plugin_args(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """The arguments of a descheduler's plugin, one for each profile that configures it."""
    count_of(args, 2, 2, "plugin_args", span)
    name = text_of(args[1], span)
    profiles = _listed(thing_of(args[0], span).resource.manifest.get("profiles"))
    configs = [c for profile in profiles for c in _listed(get(profile, ("pluginConfig",)))]
    found = [get(c, ("args",)) for c in configs if get(c, ("name",)) == name]
    return tuple(arguments for arguments in found if isinstance(arguments, dict))


def _listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


@builtin("thousandths")
def thousandths(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """A fraction (`"0.5"`, `50m`) in thousandths, which the second argument is where there is none."""
    count_of(args, 2, 2, "thousandths", span)
    if args[0] is None:
        return args[1]
    text = str(args[0])
    try:
        return round(1000 * Quantity.parse(text).amount)
    except ValueError:
        raise mistake(TYPE, f"expected a fraction such as 0.5, found {text}", span) from None


@builtin("duration")
def duration_of(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """The seconds that a text (`10m`) means, or the second argument where there is none."""
    count_of(args, 2, 2, "duration", span)
    return args[1] if args[0] is None else ceil(duration(str(args[0]), span))


@builtin("has_local_storage")
def has_local_storage(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """Pods keep data on their node's disk: a `hostPath`, or an `emptyDir` that is not in memory.

    Volumes that the annotation `safe-to-evict-local-volumes` lists do not count. Upstream: kubernetes/autoscaler
    cluster-autoscaler/utils/drain `HasBlockingLocalStorage`.
    """
    count_of(args, 1, 1, "has_local_storage", span)
    owner = need(args[0], Workload, "a workload", span)
    where = (*PODS[owner.kind], "spec")
    safe = owner.revisions[0].template.annotations.get(SAFE_VOLUMES, "").split(",")
    volumes = _listed(get(owner.resource.manifest, (*where, "volumes")))
    return any(_on_disk(volume) and get(volume, ("name",)) not in safe for volume in volumes)


def _on_disk(volume: Json) -> bool:
    if not isinstance(volume, dict):
        return False
    empty = volume.get("emptyDir")
    return "hostPath" in volume or (isinstance(empty, dict) and empty.get("medium") != "Memory")

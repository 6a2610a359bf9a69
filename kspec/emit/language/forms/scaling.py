"""Budgets and autoscalers, by the workloads they are about."""

from __future__ import annotations

from kspec.emit.language.part import Part
from kspec.emit.language.selectors import only_labels
from kspec.emit.language.writer import Forms, Writer
from kspec.source.tree import Json, Object, Path


def _budget(writer: Writer, owner: Object, path: Path) -> list[Part] | None:
    """A budget is about the workload of its own name unless it says otherwise."""
    labels = only_labels(owner["selector"])
    found = writer.around.target(writer.subject.namespace, labels) if labels else None
    if found is None:
        return None
    return [] if found == writer.own_name() else [Part(f"target: {found}", path)]


def _scaled(writer: Writer, owner: Object, path: Path) -> list[Part] | None:
    reference = owner["scaleTargetRef"]
    if not isinstance(reference, dict) or set(reference) != {"apiVersion", "kind", "name"}:
        return None
    named = writer.around.workloads.get((writer.subject.namespace, str(reference["name"])), ())
    wanted = (reference["apiVersion"], reference["kind"])
    same = next((w for w in named if (w.api_version, w.kind) == wanted), None)
    found = writer.around.word(writer.subject.namespace, same) if same is not None else None
    if found is None:
        return None
    return [] if found == writer.own_name() else [Part(f"target: {found}", path)]


def _replicas(writer: Writer, owner: Object, path: Path) -> list[Part] | None:
    low, high = owner.get("minReplicas", 1), owner.get("maxReplicas")
    if not _is_count(low) or not _is_count(high):
        return None
    if path[-1] == "minReplicas":
        return []
    return [Part(f"replicas: {low}" if low == high else f"replicas: {low}..{high}", path)]


def _is_count(value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _metrics(writer: Writer, owner: Object, path: Path) -> list[Part] | None:
    """`cpu: 70%`: the use of a resource to aim at."""
    metrics = owner["metrics"]
    if not isinstance(metrics, list) or not metrics:
        return None
    found: dict[str, Part] = {}
    for index, metric in enumerate(metrics):
        name, use = _use(metric)
        if not name or name in found:
            return None
        found[name] = Part(f"{name}: {use}%", (*path, index))
    return list(found.values())


def _use(metric: Json) -> tuple[str, int]:
    """Of a metric that asks for a part of what is requested: the resource and the percentage; else no name."""
    match metric:
        case {"type": "Resource", "resource": {"name": "cpu" | "memory" as name, "target": target, **more}, **rest}:
            match target:
                case {"type": "Utilization", "averageUtilization": int(use), **others} if not (more or rest or others):
                    return str(name), use
    return "", 0


FORMS: Forms = {
    ("PodDisruptionBudgetSpec", "selector"): _budget,
    ("HorizontalPodAutoscalerSpec", "scaleTargetRef"): _scaled,
    ("HorizontalPodAutoscalerSpec", "minReplicas"): _replicas,
    ("HorizontalPodAutoscalerSpec", "maxReplicas"): _replicas,
    ("HorizontalPodAutoscalerSpec", "metrics"): _metrics,
}

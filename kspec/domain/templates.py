"""Where the pod that an object is, or the template of the pods that it makes, stands in its manifest."""

from __future__ import annotations

MAKERS: dict[str, tuple[str, ...]] = {
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    **dict.fromkeys(
        ("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "ReplicationController"), ("spec", "template")
    ),
}
"""By kind, the template of what makes pods."""
PODS: dict[str, tuple[str, ...]] = {"Pod": (), **MAKERS}
"""The same with pods themselves, which are at the root."""
TEMPLATES: dict[str, tuple[str, ...]] = {**PODS, "PodTemplate": ("template",)}
"""The same with the kind that is nothing but a template."""

"""A law: how far one step of a horizontal autoscaler goes is the same in the models and as objects."""

from __future__ import annotations

import json

import pytest

from kspec.cluster.controllers.horizontal_pod_autoscaler.behavior import Memory, normalized
from tests.models.story import Story

LEAST, MOST = 1, 20
PODS = {"type": "Pods", "value": 2, "periodSeconds": 60}
SHARE = {"type": "Percent", "value": 30, "periodSeconds": 60}
BEHAVIORS: list[dict[str, object] | None] = [
    None,
    {"scaleUp": {"policies": [PODS, SHARE]}, "scaleDown": {"policies": [PODS, SHARE]}},
    {"scaleUp": {"policies": [PODS, SHARE], "selectPolicy": "Min"}, "scaleDown": {"selectPolicy": "Disabled"}},
    {"scaleUp": {"selectPolicy": "Disabled"}, "scaleDown": {"policies": [SHARE, PODS], "selectPolicy": "Min"}},
    {"scaleUp": {"policies": [{"type": "Percent", "value": 150, "periodSeconds": 15}]}},
]


def design(replicas: int, behavior: dict[str, object] | None) -> str:
    said = "" if behavior is None else f", behavior: {json.dumps(behavior)}"
    return f"""
cluster lab {{ nodepool general {{ count: 1  machine {{ cpu: 4  memory: 16Gi }} }} }}
deployment web {{ replicas: {replicas}  container app {{ image: "web:1" }} }}
resource autoscaling/v2 HorizontalPodAutoscaler web {{
  spec: {{
    minReplicas: {LEAST}, maxReplicas: {MOST}{said},
    scaleTargetRef: {{ apiVersion: "apps/v1", kind: "Deployment", name: "web" }},
    metrics: [
      {{ type: "Resource", resource: {{ name: "cpu", target: {{ type: "Utilization", averageUtilization: 60 }} }} }},
    ],
  }}
}}
"""


@pytest.mark.parametrize("behavior", BEHAVIORS, ids=["none", "two", "least", "down", "default down"])
def test_a_step_is_as_large(behavior: dict[str, object] | None) -> None:
    for current in (1, 5, 12):
        story = Story(design(current, behavior), settle=False)
        (scaler,) = [t.resource for t in story.simulation.namer.world.of_kind("HorizontalPodAutoscaler")]
        up, down = (story.value(f"{name}_limit(horizontalpodautoscaler/web, web)") for name in ("up", "down"))
        for desired in (1, 3, 4, 7, 15, 20):
            allowed = normalized(scaler.manifest["spec"], Memory(), current, desired, LEAST, MOST, 0.0).replicas
            modelled = min(desired, max(up, current)) if desired > current else max(desired, min(down, current))
            assert modelled == allowed, (current, desired)

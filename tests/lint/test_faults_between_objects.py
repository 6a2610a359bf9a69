"""The faults between objects that checkers of single files miss: all found in one run, each at its place."""

from __future__ import annotations

import pytest

from tests.lint.checking import checked

DESIGN = """\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: 100%, selector: {matchLabels: {app: web}}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web-too}
spec: {maxUnavailable: 1, selector: {matchLabels: {tier: front}}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: htpp}]}
---
apiVersion: v1
kind: Service
metadata: {name: api}
spec: {selector: {app: web, tier: fornt}, ports: [{port: 80}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  rules:
    - host: shop.example.com
      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 8080}}}}]}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  minReplicas: 3
  maxReplicas: 9
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {level: debug}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web, tier: front}}
    spec:
      volumes: [{name: cache, emptyDir: {}}]
      containers:
        - name: web
          image: "web:1.4"
          ports: [{name: http, containerPort: 8080}]
          env: [{name: LEVEL, valueFrom: {configMapKeyRef: {name: settings, key: levle}}}]
          volumeMounts: [{name: cahce, mountPath: /cache}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: worker}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web, tier: back}}
    spec: {containers: [{name: worker, image: "worker:1.4"}]}
"""
FAULTS = {
    "KS3003": (4, "wants 4 of 4", "maxUnavailable: 1"),
    "KS2015": (9, "web and web-too both select the pods of Deployment web", "keep one"),
    "KS2003": (14, "sends to port htpp", "they have http 8080/TCP"),
    "KS2002": (19, "selects app=web, tier=fornt", "carry tier=front instead of fornt"),
    "KS2007": (27, "sends to port 8080 of Service web", "its ports: 80"),
    "KS2011": (36, "container web of Deployment web requests none", "give web a request for cpu"),
    "KS2016": (56, "uses key levle of ConfigMap settings", 'did you mean "level"?'),
    "KS2020": (57, "mounts volume cahce", 'did you mean "cache"?'),
    "KS2005": (63, "select each other's pods", "its own label"),
}


@pytest.fixture(scope="module")
def findings() -> dict[str, tuple[int, str, str]]:
    errors = [d for d in checked(DESIGN).report.diagnostics if d.is_error and d.span]
    return {d.rule.id: (d.span.line, d.message, d.help or "") for d in errors if d.span}


@pytest.mark.parametrize("rule", FAULTS)
def test_the_fault_is_found_at_its_place_and_explained_by_the_nearest_match(
    rule: str, findings: dict[str, tuple[int, str, str]]
) -> None:
    line, message, help = findings[rule]
    expected_line, said, hint = FAULTS[rule]
    assert line == expected_line
    assert said in message
    assert hint in help


def test_nothing_else_is_called_an_error(findings: dict[str, tuple[int, str, str]]) -> None:
    assert set(findings) == set(FAULTS)

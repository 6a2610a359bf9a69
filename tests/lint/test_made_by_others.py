"""What controllers, operators and build tools bring along is not called missing, and what is only scraped not used."""

from __future__ import annotations

import pytest

from tests.lint.checking import checked, told

POD = """\
  selector: {{matchLabels: {{app: {0}}}}}
  template:
    metadata: {{labels: {{app: {0}}}}}
    spec:
      serviceAccountName: {0}
      containers:
        - name: {0}
          image: "{1}"
          resources: {{requests: {{cpu: 1, memory: 1Gi}}, limits: {{memory: 1Gi}}}}
          {2}
"""


def workload(kind: str, name: str, rest: str = "", image: str = "web:1.4", container: str = "") -> str:
    template = POD.format(name, image, container)
    return f"apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec:\n{rest}{template}---\n" + (
        f"apiVersion: v1\nkind: ServiceAccount\nmetadata: {{name: {name}}}\n---\n"
    )


def service(selector: str, ports: str = "[{port: 80}]") -> str:
    return (
        f"apiVersion: v1\nkind: Service\nmetadata: {{name: s}}\nspec: {{selector: {selector}, ports: {ports}}}\n---\n"
    )


def may_create(resource: str) -> str:
    return f"""\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {{name: web}}
rules: [{{apiGroups: [""], resources: [{resource}], verbs: [create]}}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {{name: web}}
roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: Role, name: web}}
subjects: [{{kind: ServiceAccount, name: web, namespace: default}}]
---
"""


def levels(text: str, rule: str) -> list[str]:
    return [line.split()[0] for line in told(text) if line.startswith(rule)]


@pytest.mark.parametrize(
    ("kind", "label", "found"),
    [
        ("StatefulSet", "statefulset.kubernetes.io/pod-name: web-2", False),
        ("StatefulSet", "statefulset.kubernetes.io/pod-name: wbe-2", True),
        ("StatefulSet", 'apps.kubernetes.io/pod-index: "0"', False),
        ("Deployment", "statefulset.kubernetes.io/pod-name: web-2", True),
        ("Deployment", "pod-template-hash: 5f7d9", False),
    ],
)
def test_labels_that_controllers_set_can_be_selected(kind: str, label: str, found: bool) -> None:
    text = workload(kind, "web", container="readinessProbe: {tcpSocket: {port: 80}}")
    selected = service(f"{{app: web, {label}}}", "[{port: 80, targetPort: 8080}]")
    assert bool(levels(text + selected, "KS2002")) is found


def test_pods_that_are_only_scraped_owe_nobody_an_answer() -> None:
    metrics = workload("Deployment", "web") + service("{app: web}", "[{name: http-metrics, port: 8080}]")
    assert levels(metrics, "KS3006") == []
    assert levels(metrics.replace("http-metrics", "http"), "KS3006") == ["KS3006"]


def test_what_an_operator_of_the_namespace_may_create_is_in_doubt() -> None:
    uses = "envFrom: [{configMapRef: {name: made}}]"
    text, alone = workload("Deployment", "web", container=uses), service("{component: made-later}")
    assert {"KS2016 14", "KS2002 23"} <= set(told(text + alone))
    operated = checked(text + may_create("configmaps, pods") + alone).report.diagnostics
    assert {d.rule.id for d in operated if d.is_error} == set()
    assert {"KS2016", "KS2002"} <= {d.rule.id for d in operated}
    secret = text.replace("configMapRef", "secretRef")
    assert levels(secret, "KS2016") == ["KS2016"] and levels(secret + may_create("secrets"), "KS2016") == []


def test_a_missing_object_is_told_once_for_all_its_uses() -> None:
    twice = "envFrom: [{configMapRef: {name: gone}}, {configMapRef: {name: gone}, prefix: A}]"
    assert levels(workload("Deployment", "web", container=twice), "KS2016") == ["KS2016"]


def test_a_reference_to_code_is_no_image_without_a_tag() -> None:
    assert levels(workload("Deployment", "web", image="ko://example.com/cmd/web"), "KS3028") == []
    assert levels(workload("Deployment", "web", image="example.com/cmd/web"), "KS3028") == ["KS3028"]


def test_an_object_that_is_declared_twice_does_not_fight_with_itself() -> None:
    twice = workload("Deployment", "web") * 2
    assert levels(twice, "KS0012") and levels(twice, "KS2005") == []
    assert levels(twice + service("{app: web}"), "KS2004") == []


def test_address_families_are_the_clusters_choice() -> None:
    text = service("{app: web}").replace(
        "spec: {", "spec: {ipFamilyPolicy: RequireDualStack, ipFamilies: [IPv6, IPv4], "
    )
    assert levels(text, "KS1001") == []

"""`policy` blocks are asked about every object they match."""

from __future__ import annotations

import pytest

from tests.lint.checking import checked

WORKLOADS = """\
deployment web { replicas: 1  container app { image: "web:1.4"  resources { cpu: 1  memory: 1Gi..1Gi } } }
namespace shop {
  deployment api { replicas: 2  container app { image: "api:1.4"  resources { cpu: 1  memory: 1Gi..1Gi } } }
}
"""


def against(*items: str) -> list[str]:
    policy = "policy p {\n" + "\n".join(items) + "\n}\n"
    found = checked(WORKLOADS + policy).report.diagnostics
    return [f"{d.level.value} {d.object or d.message}" for d in found if d.rule.id in ("KS1015", "KS0003", "KS0002")]


WEB, API = "error Deployment/web", "error Deployment/shop/api"


@pytest.mark.parametrize(
    ("items", "found"),
    [
        (["match Deployment", "require spec.replicas > 1"], [WEB]),
        (["match Deployment", "forbid spec.replicas > 1"], [API]),
        (["match Deployment", "warn spec.replicas > 1"], ["warning Deployment/web"]),
        (['match Deployment where ns == "shop"', "require spec.replicas > 5"], [API]),
        (['match Deployment where namespace != "shop"', "require spec.replicas > 5"], [WEB]),
        (['match Service, Deployment where name == "web"', "require spec.replicas > 5"], [WEB]),
        (["match StatefulSet", "require spec.replicas > 5"], []),
        (["match Deployment", "require spec.template.spec.securityContext.runAsNonRoot == true"], [WEB, API]),
        (["match Deployment", "forbid spec.template.spec.hostNetwork == true"], []),
        (["match Deployment", 'require forall c in spec.template.spec.containers: c.image.startsWith("web")'], [API]),
        (["match Deployment", 'require labels["app.kubernetes.io/name"] == name'], []),
    ],
)
def test_conditions_see_the_object_with_its_defaults(items: list[str], found: list[str]) -> None:
    assert sorted(against(*items)) == sorted(found)


def test_a_mistake_in_a_condition_is_told_once() -> None:
    (mistake,) = [d for d in against("match Deployment", "require spec.replicas + true > 1") if "Deployment/" not in d]
    assert mistake.startswith("error ")


def test_the_message_of_the_policy_is_told_with_its_place() -> None:
    text = WORKLOADS + 'policy enough "survive" { match Deployment  require spec.replicas > 1 else "run two" }\n'
    (found,) = [d for d in checked(text).report.diagnostics if d.rule.id == "KS1015"]
    assert found.message.endswith("is against policy enough: run two")
    assert found.span is not None and found.span.line == 1
    assert [(label.message, label.span.line) for label in found.related] == [("survive", 5)]


ADMISSION = """\
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: size}
spec:
  matchConstraints:
    resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}]
  validations: [{expression: object.spec.replicas > 1, message: run two}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: all}
spec: {policyName: size, validationActions: [ACTION]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: "web:1.4"}]}}
"""


@pytest.mark.parametrize(("action", "level"), [("Deny", "error"), ("Warn", "warning")])
def test_admission_policies_are_asked_about_the_objects_with_defaults(action: str, level: str) -> None:
    (found,) = [d for d in checked(ADMISSION.replace("ACTION", action)).report.diagnostics if d.rule.id == "KS1015"]
    assert (found.level.value, found.object, found.span and found.span.line) == (level, "Deployment/web", 16)
    assert "binding 'all'" in found.message and found.message.endswith(": run two")
    assert [label.span.line for label in found.related] == [7]

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
        (["match Deployment", 'require spec.template.spec.containers.all(c, c.image.startsWith("web"))'], [API]),
        (["match Deployment", 'forbid spec.template.spec.containers.exists(c, c.image == "api:1.4")'], [API]),
        (["match Deployment", "require spec.template.spec.containers.map(c, c.name) == [name]"], [WEB, API]),
        (["match Deployment", 'require spec.template.spec.containers.filter(c, c.name == "app").size() == 1'], []),
        (["match Deployment", "forbid has(spec.template.spec.nodeSelector.zone)"], []),
        (["match Deployment", "require has(spec.template.spec.nodeSelector)"], [WEB, API]),
    ],
)
def test_conditions_see_the_object_with_its_defaults(items: list[str], found: list[str]) -> None:
    assert sorted(against(*items)) == sorted(found)


def test_parameters_and_functions_of_the_design_can_be_used() -> None:
    head = "param least: int = 2\nfn enough(n: int) -> bool = n >= least\n"
    policy = "policy p { match Deployment  require enough(spec.replicas) }\n"
    found = checked(head + WORKLOADS + policy).report.diagnostics
    assert [d.object for d in found if d.rule.id == "KS1015"] == ["Deployment/web"]


@pytest.mark.parametrize(
    ("items", "told"),
    [
        (["match Deploymnt", "require spec.x > 1"], "there is no kind `Deploymnt`; did you mean `Deployment`?"),
        (["match deployment"], "there is no kind `deployment`; did you mean `Deployment`?"),
        (["match Deployment", "require spec.replcas > 1"], "DeploymentSpec has no field `replcas`"),
        (["match Deployment where spce.replicas > 1"], "nothing is called `spce` here; did you mean `spec`?"),
        (["match Deployment", "forbid spec.strategy.type == Recreate"], 'quote it if it is a text: "Recreate"'),
        (["match Deployment", 'forbid spec.template.spec.containers.exists(c, c.imge == "")'], "no field `imge`"),
        (["match Deployment", 'forbid forall c in spec.template.spec.containers: c.imge == ""'], "no field `imge`"),
        (["match Deployment", "forbid spec.template.spec.containers.al(c, c.stdin)"], "there is no function `al`"),
        (["match Deployment, CronJob", "forbid spec.replicas > 1 && spec.suspend && spec.suspnd"], "`suspnd`"),
    ],
)  # fmt: skip
def test_a_word_that_means_nothing_is_told_because_it_would_never_hold(items: list[str], told: str) -> None:
    policy = "policy p {\n" + "\n".join(items) + "\n}\n"
    found = checked(WORKLOADS + policy).report.diagnostics
    words = [f"{d.message}; {d.help}" for d in found if d.rule.id in ("KS0002", "KS0004")]
    assert len(words) == 1 and told in words[0]


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

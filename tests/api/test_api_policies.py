"""ValidatingAdmissionPolicies are evaluated as the server does, and say what it says."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from kspec.api.request import Answer, read_sent, validate

POLICY = "ValidatingAdmissionPolicy 'size' with binding 'everywhere'"


def policy(spec: str, actions: str = "[Deny]", binding: str = "") -> str:
    return f"""
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {{name: size}}
spec:
  failurePolicy: Fail
  matchConstraints:
    resourceRules: [{{apiGroups: [apps], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [deployments]}}]
{spec}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {{name: everywhere}}
spec: {{policyName: size, validationActions: {actions}{binding}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web, labels: {{tier: front}}}}
spec:
  replicas: 7
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec: {{containers: [{{name: web, image: "web:1"}}]}}
"""


def asked(text: str) -> Answer:
    return next(a for a in validate(read_sent("in.yaml", text)) if a.ref.kind == "Deployment")


def denied(spec: str, **more: str) -> str | None:
    answer = asked(policy(spec, **more))
    return None if answer.refusal is None else answer.refusal.message.partition("denied request: ")[2]


def one(**fields: Any) -> str:
    return yaml.safe_dump({"validations": [fields]}).replace("\n", "\n  ").rstrip().join(["  ", ""])


def test_a_denial_has_the_servers_words_code_and_cause() -> None:
    answer = asked(policy(one(expression="object.spec.replicas <= 5", message="too many")))
    assert not answer.accepted and answer.refusal is not None
    assert (answer.refusal.code, answer.refusal.reason) == (422, "Invalid")
    assert answer.refusal.message == f'deployments.apps "web" is forbidden: {POLICY} denied request: too many'
    assert [c.message for c in answer.refusal.causes] == [f"{POLICY} denied request: too many"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"expression": "object.spec.replicas <= 7"}, None),
        ({"expression": "object.spec.replicas <= 5"}, "failed expression: object.spec.replicas <= 5"),
        (
            {"expression": "object.spec.replicas <= 5", "messageExpression": "'has ' + string(object.spec.replicas)"},
            "has 7",
        ),
        ({"expression": "false", "messageExpression": "object.spec.nothing", "message": "no"}, "no"),
        ({"expression": "false", "messageExpression": "'a\\nb'"}, "failed expression: false"),
        (
            {"expression": "object.spec.nothing == 1"},
            "expression 'object.spec.nothing == 1' resulted in error: no such key: nothing",
        ),
        ({"expression": "oldObject == null && request.operation == 'CREATE'"}, None),
        ({"expression": "namespaceObject.metadata.name == 'default'"}, None),
        ({"expression": "authorizer.group('').resource('pods').check('get').allowed()"}, None),
        ({"expression": "request.userInfo.username == 'root'"}, None),
    ],
)
def test_what_a_validation_says(fields: dict[str, str], words: str | None) -> None:
    assert denied(one(**fields)) == words


def test_the_reason_decides_on_the_code() -> None:
    refusal = asked(policy(one(expression="false", reason="Forbidden"))).refusal
    assert refusal is not None and (refusal.code, refusal.reason) == (403, "Forbidden")


def test_a_warning_lets_the_object_in() -> None:
    answer = asked(policy(one(expression="false", message="big"), actions="[Warn, Audit]"))
    assert answer.accepted
    assert answer.warnings == (f"Validation failed for {POLICY.replace('with', 'with')}: big",)


VARIABLES = """
  variables:
    - {name: broken, expression: "object.spec.nothing"}
    - {name: many, expression: "object.spec.replicas > 5"}
    - {name: far, expression: "variables.many && object.spec.replicas > 6"}
"""


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("!variables.far", "failed expression: !variables.far"),
        ("true || variables.broken == 1", None),
        (
            "variables.broken == 1",
            "expression 'variables.broken == 1' resulted in error: "
            'composited variable "broken" fails to evaluate: no such key: nothing',
        ),
    ],
)
def test_variables_are_worked_out_when_they_are_asked_for(expression: str, words: str | None) -> None:
    assert denied(VARIABLES + one(expression=expression)) == words


@pytest.mark.parametrize(
    ("conditions", "asks"),
    [
        ("object.metadata.name == 'web'", True),
        ("object.metadata.name == 'api'", False),
    ],
)
def test_match_conditions_decide_whether_a_policy_is_asked(conditions: str, asks: bool) -> None:
    spec = f'  matchConditions: [{{name: one, expression: "{conditions}"}}]\n' + one(expression="false")
    assert (denied(spec) is not None) is asks


def test_errors_do_nothing_where_failure_is_ignored() -> None:
    text = policy(one(expression="object.spec.nothing == 1")).replace("failurePolicy: Fail", "failurePolicy: Ignore")
    assert asked(text).accepted


@pytest.mark.parametrize(
    ("resources", "asks"),
    [
        ("{objectSelector: {matchLabels: {tier: front}}}", True),
        ("{objectSelector: {matchLabels: {tier: back}}}", False),
        ("{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: default}}}", True),
        ("{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}}", False),
    ],
)
def test_a_binding_chooses_objects(resources: str, asks: bool) -> None:
    assert (denied(one(expression="false"), binding=f", matchResources: {resources}") is not None) is asks


PARAMS = "  paramKind: {apiVersion: v1, kind: ConfigMap}\n"
LIMIT = """
---
apiVersion: v1
kind: ConfigMap
metadata: {name: limits}
data: {most: "5"}
"""


def test_a_parameter_is_an_object_of_the_same_input() -> None:
    spec = PARAMS + one(expression="object.spec.replicas <= int(params.data.most)")
    reference = ", paramRef: {name: limits, parameterNotFoundAction: Deny}"
    found = asked(policy(spec, binding=reference) + LIMIT)
    assert found.refusal is not None and "failed expression" in found.refusal.message
    absent = denied(spec, binding=reference)
    assert absent == (
        "failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction"
    )
    assert denied(spec, binding=reference.replace("Deny", "Allow")) is None

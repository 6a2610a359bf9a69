"""The same refusals as diagnostics: rules by topic, and places in the text."""

from __future__ import annotations

import pytest
from asked import deployment, pod

from kspec.api.findings import findings
from kspec.api.request import read_sent
from kspec.api.validation import validate
from kspec.domain.objects import Resource
from kspec.source.yaml import Document


def resource(text: str) -> Resource:
    (sent,) = read_sent("f.yaml", text)
    assert isinstance(sent.written, Document)
    return Resource(sent.written.value, sent.written.origin)


TOPICS = [
    (deployment(name="Web"), "KS1007"),
    (deployment(top="replicas: -1"), "KS1001"),
    (deployment(container="ports: [{containerPort: 0}]"), "KS1002"),
    (deployment(container="ports: [{containerPort: 70000}]"), "KS1010"),
    (deployment(container="imagePullPolicy: Sometimes"), "KS1003"),
    (deployment(container="resources: {requests: {cpu: -1}}"), "KS1009"),
    (deployment(container="volumeMounts: [{name: v, mountPath: /v}]"), "KS2020"),
    (deployment("nodeSelector: {'a b': c}"), "KS1008"),
    (deployment("volumes: [{name: v}, {name: v}]"), "KS1014"),
    (deployment().replace("{matchLabels: {app: web}}", "{matchExpressions: [{key: app, operator: Is}]}"), "KS1013"),
    (
        "{apiVersion: batch/v1, kind: CronJob, metadata: {name: c}, spec: {schedule: never, jobTemplate:"
        " {spec: {template:"
        " {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}}}}",
        "KS1012",
    ),
]


@pytest.mark.parametrize(("text", "rule"), TOPICS)
def test_a_refusal_falls_under_the_rule_of_its_topic_and_has_a_place(text: str, rule: str) -> None:
    found = list(findings(resource(text)))
    assert {d.rule.id for d in found} == {rule}
    assert all(d.span is not None for d in found)


def test_a_change_of_what_is_fixed_falls_under_its_own_rule() -> None:
    old = resource(pod())
    (found,) = findings(resource(pod("nodeSelector: {a: b}")), old)
    assert found.rule.id == "KS1006"


def test_what_is_missing_is_shown_at_what_should_have_it() -> None:
    text = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - image: a\n"
    (found,) = findings(resource(text))
    assert str(found.span).startswith("f.yaml:6:5")


def test_what_other_rooms_tell_is_left_to_them() -> None:
    """The shape to `kspec.api.schema`, the selector that misses its template to `kspec.lint`."""
    shapeless = resource("{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: 5}}")
    mismatched = resource(deployment().replace("matchLabels: {app: web}", "matchLabels: {app: other}"))
    for one in (shapeless, mismatched):
        assert len(validate(one)) == 1
        assert not list(findings(one))

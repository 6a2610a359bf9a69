"""What the API server's validation refuses is found under the catalogue's rules, at the field that is wrong."""

from __future__ import annotations

import pytest

from tests.lint.checking import checked

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 1}}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      restartPolicy: Always
      containers:
        - name: web
          image: "web:1.4"
          ports: [{name: http, containerPort: 8080}]
          resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
"""
CRONJOB = """\
apiVersion: batch/v1
kind: CronJob
metadata: {name: report}
spec:
  schedule: "0 0 * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers: [{name: report, image: "report:1.4", resources: {limits: {cpu: 1, memory: 1Gi}}}]
"""


@pytest.mark.parametrize(
    ("text", "before", "after", "found"),
    [
        (DEPLOYMENT, "name: web}", "name: Web}", "KS1007 3"),
        (DEPLOYMENT, "{name: web}", '{name: web, labels: {"a b": c}}', "KS1008 3"),
        (DEPLOYMENT, "cpu: 100m", "cpu: -100m", "KS1009 15"),
        (DEPLOYMENT, "containerPort: 8080", "containerPort: 80800", "KS1010 14"),
        (DEPLOYMENT, "maxSurge: 1, maxUnavailable: 1", "maxSurge: 0, maxUnavailable: 0", "KS3015 5"),
        (DEPLOYMENT, "restartPolicy: Always", "restartPolicy: OnFailure", "KS3027 10"),
        (DEPLOYMENT, "{app: web}}\n  template", "{app: wbe}}\n  template", "KS2001 6"),
        (
            DEPLOYMENT,
            "          ports",
            "          volumeMounts: [{name: x, mountPath: /x}]\n          ports",
            "KS2020 14",
        ),
        (CRONJOB, '"0 0 * * *"', '"0 25 * * *"', "KS1012 5"),
        (CRONJOB, "restartPolicy: Never", "restartPolicy: Always", "KS3027 10"),
    ],
)
def test_a_refusal_is_found_at_its_field_and_only_once(text: str, before: str, after: str, found: str) -> None:
    assert before in text
    errors = [d for d in checked(text.replace(before, after, 1)).report.diagnostics if d.is_error]
    assert [f"{d.rule.id} {d.span.line if d.span else '-'}" for d in errors] == [found]


def test_the_untouched_texts_are_accepted() -> None:
    assert [d for text in (DEPLOYMENT, CRONJOB) for d in checked(text).report.diagnostics if d.is_error] == []

"""A schedule can not be read, or no day fits it.

A schedule has five fields (minute, hour, day, month, weekday) or is a word such as `@daily`. A time zone is a name of
the IANA database and stands in `timeZone`, not in the schedule. `0 0 30 2 *` is accepted and never runs.

Fails:

    apiVersion: batch/v1
    kind: CronJob
    metadata: {name: report}
    spec:
      schedule: "0 0 30 2 *"
      concurrencyPolicy: Forbid
      startingDeadlineSeconds: 120
      jobTemplate:
        spec:
          activeDeadlineSeconds: 300
          template:
            spec:
              restartPolicy: Never
              containers:
                - name: report
                  image: "report:1.4"
                  resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}

Passes:

    apiVersion: batch/v1
    kind: CronJob
    metadata: {name: report}
    spec:
      schedule: "0 0 28 2 *"
      concurrencyPolicy: Forbid
      startingDeadlineSeconds: 120
      jobTemplate:
        spec:
          activeDeadlineSeconds: 300
          template:
            spec:
              restartPolicy: Never
              containers:
                - name: report
                  image: "report:1.4"
                  resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.fields import obj, text
from kspec.lint.clock import never_runs
from kspec.lint.index import Index
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS1012", "cron-format", Severity.ERROR, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Schedules that are well-formed and empty; the API server's own checks are made elsewhere."""
    for resource in index.all("CronJob"):
        schedule = text(obj(resource.manifest, "spec"), "schedule")
        if never_runs(schedule):
            message = f"CronJob {resource.name} never runs: no day fits the schedule {schedule}"
            yield on(RULE, resource, ("spec", "schedule"), message)

"""A CronJob has no deadline for starting late, or one that is too short.

Without `startingDeadlineSeconds` a controller that was away counts all missed runs, and gives up after a hundred. Below
ten seconds the controller, which looks every ten seconds, may never start it.

Fails:

    apiVersion: batch/v1
    kind: CronJob
    metadata: {name: report}
    spec:
      schedule: "*/10 * * * *"
      concurrencyPolicy: Forbid
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
      schedule: "*/10 * * * *"
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

from kspec.api.fields import number, obj
from kspec.lint.index import Index
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS3023", "cronjob-deadline", Severity.INFO, __doc__)
_SYNC_PERIOD = 10


def check(index: Index) -> Iterator[Diagnostic]:
    """CronJobs that may start very late, or never."""
    for resource in index.all("CronJob"):
        deadline = number(obj(resource.manifest, "spec"), "startingDeadlineSeconds")
        where = ("spec", "startingDeadlineSeconds")
        if deadline is None:
            message = (
                f"CronJob {resource.name} has no startingDeadlineSeconds: after a pause it may catch up or give up"
            )
            yield on(RULE, resource, where, message, "set it to some minutes", key=True)
        elif deadline < _SYNC_PERIOD:
            message = (
                f"CronJob {resource.name} may start at most {deadline}s late, and is looked at every {_SYNC_PERIOD}s"
            )
            yield on(RULE, resource, where, message, "set it to some minutes")

"""A Job may run for ever, and stays when it is done.

Without activeDeadlineSeconds a run that hangs is never ended; without ttlSecondsAfterFinished a finished Job and its
pods stay until someone deletes them. (Jobs of CronJobs are cleaned up by their history limits.)

Fails:

    apiVersion: batch/v1
    kind: Job
    metadata: {name: load}
    spec:
      backoffLimit: 3
      template:
        spec:
          restartPolicy: Never
          containers:
            - name: load
              image: "load:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}

Passes:

    apiVersion: batch/v1
    kind: Job
    metadata: {name: load}
    spec:
      activeDeadlineSeconds: 600
      ttlSecondsAfterFinished: 3600
      template:
        spec:
          restartPolicy: Never
          containers:
            - name: load
              image: "load:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.fields import number, obj
from kspec.domain.objects import Resource
from kspec.lint.index import Index
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity
from kspec.source.tree import Object, Path

RULE = rule("KS3025", "job-no-limit", Severity.INFO, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Jobs without an end."""
    for resource in index.all("Job"):
        yield from _job(resource, obj(resource.manifest, "spec"), ("spec",), standing=True)
    for resource in index.all("CronJob"):
        where: Path = ("spec", "jobTemplate", "spec")
        yield from _job(resource, obj(resource.manifest, "spec", "jobTemplate", "spec"), where, standing=False)


def _job(resource: Resource, spec: Object, path: Path, *, standing: bool) -> Iterator[Diagnostic]:
    if number(spec, "activeDeadlineSeconds") is None:
        message = f"a run of {resource.kind} {resource.name} that hangs is never ended"
        yield on(RULE, resource, (*path, "activeDeadlineSeconds"), message, "set activeDeadlineSeconds", key=True)
    if standing and number(spec, "ttlSecondsAfterFinished") is None:
        message = f"{resource.kind} {resource.name} stays when it is done, with its pods"
        yield on(RULE, resource, (*path, "ttlSecondsAfterFinished"), message, "set ttlSecondsAfterFinished", key=True)

"""Runs of a CronJob may pile up.

`concurrencyPolicy: Allow` starts the next run though the last one still works. The run time is what the annotation
`kspec/run-time` declares, or else the most that activeDeadlineSeconds allows; a run that says that it never ends
(`kspec.dev/hangs: "true"` in its pod template) has no other end.

Fails:

    apiVersion: batch/v1
    kind: CronJob
    metadata: {name: report, annotations: {kspec/run-time: 15m}}
    spec:
      schedule: "*/10 * * * *"
      startingDeadlineSeconds: 120
      jobTemplate:
        spec:
          activeDeadlineSeconds: 1200
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

from kspec.domain.workloads import CronJob
from kspec.lint.clock import shortest_interval
from kspec.lint.declared import declared, seconds
from kspec.lint.index import Index
from kspec.lint.rule import on, rule
from kspec.lint.sources import PodSource
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS3024", "cronjob-overlap", Severity.WARNING, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """CronJobs whose runs may meet."""
    for pods in index.pods:
        view = pods.resource.view
        if not isinstance(view, CronJob) or view.spec.concurrency_policy != "Allow":
            continue
        interval = shortest_interval(view.spec.schedule)
        runs = seconds(declared(pods, "run-time")) or view.spec.job_template.spec.active_deadline_seconds
        takes = f"may take {runs}s" if runs is not None else "never ends" if _hangs(pods) else ""
        if interval is not None and takes and (runs is None or runs > interval):
            message = f"CronJob {view.name} starts every {interval}s, and a run {takes}: runs pile up"
            where = ("spec", "concurrencyPolicy")
            yield on(RULE, pods.resource, where, message, "set concurrencyPolicy to Forbid or Replace", key=True)


def _hangs(pods: PodSource) -> bool:
    return pods.annotations.get("kspec.dev/hangs") == "true"

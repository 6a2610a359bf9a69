"""A container is killed before it has shut down.

What the preStop hook sleeps, and the shut-down time that the annotation `kspec/shut-down` declares, together take
longer than terminationGracePeriodSeconds: the kubelet sends SIGKILL in the middle.

Fails:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers:
            - name: web
              image: "web:1.4"
              lifecycle: {preStop: {exec: {command: [sh, -c, sleep 60]}}}

Passes:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers:
            - name: web
              image: "web:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
              lifecycle: {preStop: {exec: {command: [sh, -c, sleep 15]}}}
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kspec.api.fields import integer, obj, texts
from kspec.lint.declared import declared, seconds
from kspec.lint.index import Index
from kspec.lint.rule import rule, within
from kspec.source.diagnostic import Diagnostic, Severity
from kspec.source.tree import Object

RULE = rule("KS3012", "grace-period", Severity.ERROR, __doc__)
_SLEEP = re.compile(r"\bsleep\s+(\d+)\b")


def check(index: Index) -> Iterator[Diagnostic]:
    """Containers that have less time than they need."""
    for pods in index.pods:
        stop = seconds(declared(pods, "shut-down")) or 0
        grace = pods.spec.termination_grace_period_seconds
        for path, container in pods.running:
            sleep = _sleeps(pods.data(path))
            if not (sleep or stop) or sleep + stop < grace + (stop > 0):
                continue
            parts = [f"sleeps {sleep}s before it stops"] if sleep else []
            parts += [f"needs {stop}s to stop"] if stop else []
            message = f"container {container.name} of {pods} {' and '.join(parts)}; it is killed after {grace}s"
            where = (*path, "lifecycle", "preStop") if sleep else ("spec", "terminationGracePeriodSeconds")
            help = f"raise terminationGracePeriodSeconds to {sleep + stop + 5} or more"
            yield within(RULE, pods, where, message, help, key=True)


def _sleeps(container: Object) -> int:
    """The seconds a preStop hook is sure to sleep."""
    hook = obj(container, "lifecycle", "preStop")
    words = " ".join(texts(hook, "exec", "command"))
    return integer(hook, "sleep", "seconds") + sum(int(n) for n in _SLEEP.findall(words))

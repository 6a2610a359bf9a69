"""What a Job's policies say about pods that failed, and about indexes that succeeded.

Upstream: pkg/controller/job/pod_failure_policy.go, success_policy.go (v1.36).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from kspec.api.fields import integers, obj, objects, text
from kspec.cluster.controllers.job import indexes
from kspec.cluster.stored import Stored
from kspec.source.tree import Object


class Action(Enum):
    """What follows from a failed pod."""

    COUNT = "Count"
    IGNORE = "Ignore"
    FAIL_INDEX = "FailIndex"
    FAIL_JOB = "FailJob"


@dataclass(frozen=True, slots=True)
class Judged:
    """The rule that a failed pod met. `message` is there when the Job fails because of it."""

    action: Action = Action.COUNT
    message: str = ""

    @property
    def counts(self) -> bool:
        return self.action is not Action.IGNORE


def judged(job: Stored, pod: Stored) -> Judged:
    """The first rule of the failure policy that means this pod; it counts where none does."""
    for number, rule in enumerate(objects(job.spec, "podFailurePolicy", "rules")):
        said = _on_exit_codes(pod, rule) if rule.get("onExitCodes") else _on_conditions(pod, rule)
        if said:
            action = Action(text(rule, "action"))
            message = f"{said} matching {action.value} rule at index {number}" if action is Action.FAIL_JOB else ""
            return Judged(action, message)
    return Judged()


def _on_exit_codes(pod: Stored, rule: Object) -> str:
    wanted = obj(rule, "onExitCodes")
    values, name = integers(wanted, "values"), text(wanted, "containerName")
    statuses = [*objects(pod.status, "containerStatuses"), *objects(pod.status, "initContainerStatuses")]
    for status in statuses:
        code = obj(status, "state", "terminated").get("exitCode")
        if not code or (name and text(status, "name") != name):
            continue
        if (code in values) == (text(wanted, "operator") == "In"):
            return f"Container {text(status, 'name')} for pod {pod.namespace}/{pod.name} failed with exit code {code}"
    return ""


def _on_conditions(pod: Stored, rule: Object) -> str:
    wanted = [(text(p, "type"), text(p, "status")) for p in objects(rule, "onPodConditions")]
    found = next((c for c in pod.conditions if (c.type, c.status) in wanted), None)
    return f"Pod {pod.namespace}/{pod.name} has condition {found.type}" if found is not None else ""


def success(job: Stored, succeeded: frozenset[int], completions: int) -> str:
    """The message about the first rule of the success policy that is met; empty if none is."""
    for number, rule in enumerate(objects(job.spec, "successPolicy", "rules") if succeeded else ()):
        count, listed = rule.get("succeededCount"), rule.get("succeededIndexes")
        required = indexes.parsed(listed, completions) if isinstance(listed, str) else None
        if required is not None:
            there = len(required & succeeded)
            met = bool(required) and (there == len(required) or (isinstance(count, int) and there >= count))
        else:
            met = isinstance(count, int) and len(succeeded) >= count
        if met:
            return f"Matched rules at index {number}"
    return ""

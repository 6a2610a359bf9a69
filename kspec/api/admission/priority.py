"""Priority: from the name of a priority class to its number.

Upstream: plugin/pkg/admission/priority/admission.go (v1.36).
"""

from __future__ import annotations

from kspec.api.admission.attempt import Attempt
from kspec.api.admission.refusal import Refused, forbidden
from kspec.api.fields import flag, integer, maybe_text, number, obj, text
from kspec.source.tree import Object


def set_priority(attempt: Attempt) -> None:
    """The mutating part, for pods. A pod that is updated keeps what it has.

    The system's classes may be used in any namespace (since v1.17); quotas can restrict that.
    """
    if not attempt.is_kind("v1", "Pod"):
        return
    spec = attempt.part("spec")
    if attempt.old is not None:
        before = obj(attempt.old, "spec")
        for field in ("priority", "preemptionPolicy"):
            if spec.get(field) is None and before.get(field) is not None:
                spec[field] = before[field]
        return
    name = text(spec, "priorityClassName")
    found = _class_of(attempt, spec, name)
    value = integer(found, "value")
    policy = (maybe_text(found, "preemptionPolicy") if found else None) or "PreemptLowerPriority"
    _agree(attempt, spec, value, policy)
    spec["priority"], spec["preemptionPolicy"] = value, policy


def _class_of(attempt: Attempt, spec: Object, name: str) -> Object:
    if name:
        found = attempt.cluster.get("PriorityClass", "", name)
        if found is None:
            raise Refused(forbidden(attempt.kind, attempt.name, f"no PriorityClass with name {name} was found"))
        return found
    defaults = [c for c in attempt.cluster.all("PriorityClass") if flag(c, "globalDefault")]
    if not defaults:
        return {}
    lowest = min(defaults, key=lambda c: integer(c, "value"))
    spec["priorityClassName"] = text(lowest, "metadata", "name")
    return lowest


def _agree(attempt: Attempt, spec: Object, value: int, policy: str) -> None:
    given, wanted = number(spec, "priority"), maybe_text(spec, "preemptionPolicy")
    why = None
    if given is not None and given != value:
        why = _differs("integer value of priority", given, value)
    elif wanted is not None and wanted != policy:
        why = _differs("string value of PreemptionPolicy", wanted, policy)
    if why:
        raise Refused(forbidden(attempt.kind, attempt.name, why))


def _differs(what: str, given: int | str, computed: int | str) -> str:
    tail = f"priority admission controller computed {computed} from the given PriorityClass name"
    return f"the {what} ({given}) must not be provided in pod spec; {tail}"


def check_default_class(attempt: Attempt) -> None:
    """The validating part, for priority classes: one at most is the default."""
    if not attempt.is_kind("scheduling.k8s.io/v1", "PriorityClass") or not flag(attempt.manifest, "globalDefault"):
        return
    for other in attempt.cluster.all("PriorityClass"):
        name = text(other, "metadata", "name")
        if flag(other, "globalDefault") and name != attempt.name:
            why = f"PriorityClass {name} is already marked as default. Only one default can exist"
            raise Refused(forbidden(attempt.kind, attempt.name, why))

"""Labels that controllers put on the pods they make: no template has them, and selectors may ask for them.

Upstream: pkg/controller/statefulset/stateful_set_utils.go, pkg/controller/deployment/sync.go,
pkg/controller/daemon/update.go, pkg/controller/job/job_controller.go (v1.36).
"""

from __future__ import annotations

import re

from kspec.domain.labels import LabelSelector
from kspec.lint.sources import PodSource

_ORDINAL = re.compile(r"-\d+")
_REVISION = "controller-revision-hash"
_MADE_BY = {
    "statefulset.kubernetes.io/pod-name": frozenset({"StatefulSet"}),
    "apps.kubernetes.io/pod-index": frozenset({"StatefulSet"}),
    _REVISION: frozenset({"StatefulSet", "DaemonSet"}),
    "pod-template-generation": frozenset({"DaemonSet"}),
    "pod-template-hash": frozenset({"Deployment"}),
    "batch.kubernetes.io/job-name": frozenset({"Job", "CronJob"}),
    "job-name": frozenset({"Job", "CronJob"}),
    "batch.kubernetes.io/controller-uid": frozenset({"Job", "CronJob"}),
    "controller-uid": frozenset({"Job", "CronJob"}),
    "batch.kubernetes.io/job-completion-index": frozenset({"Job", "CronJob"}),
}


def asks_for_stamps(selector: LabelSelector) -> bool:
    """Whether a selector asks for a label that only a controller sets."""
    keys = (*selector.match_labels, *(r.key for r in selector.match_expressions))
    return any(key in _MADE_BY for key in keys)


def without_stamps(selector: LabelSelector) -> LabelSelector:
    """What a selector asks of templates."""
    labels = {k: v for k, v in selector.match_labels.items() if k not in _MADE_BY}
    wanted = tuple(r for r in selector.match_expressions if r.key not in _MADE_BY)
    return LabelSelector(match_labels=labels, match_expressions=wanted)


def may_have_stamps(pods: PodSource, selector: LabelSelector) -> bool:
    """Whether the controller of some pods gives labels such as a selector asks for."""
    asked = [(k, v) for k, v in selector.match_labels.items() if k in _MADE_BY]
    expressed = (r.key for r in selector.match_expressions if r.key in _MADE_BY)
    return all(_may_have(pods, k, v) for k, v in asked) and all(pods.kind in _MADE_BY[k] for k in expressed)


def _may_have(pods: PodSource, key: str, value: str) -> bool:
    """Whether one of the pods may have a label: names must fit, hashes are anybody's guess."""
    if key in pods.labels:
        return pods.labels[key] == value
    if pods.kind not in _MADE_BY[key]:
        return False
    name = pods.resource.name
    match key:
        case "statefulset.kubernetes.io/pod-name":
            return value.startswith(name) and _ORDINAL.fullmatch(value[len(name) :]) is not None
        case "apps.kubernetes.io/pod-index":
            return value.isdecimal()
        case "job-name" | "batch.kubernetes.io/job-name":
            return value == name or (pods.kind == "CronJob" and value.startswith(f"{name}-"))
        case _:
            return True

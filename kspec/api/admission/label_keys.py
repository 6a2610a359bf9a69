"""`matchLabelKeys` of pod affinity: a new pod's own labels become part of its selectors.

Upstream: pkg/registry/core/pod/strategy.go (`applyMatchLabelKeysAndMismatchLabelKeys`) (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.fields import mapping, maybe, obj, objects, texts
from kspec.source.tree import Json, Object

_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"


def merge_label_keys(pod: Object) -> None:
    """Write the pod's values for the keys into the selectors, in place; keys that it has no label for do nothing."""
    labels = mapping(pod, "metadata", "labels")
    for term in _terms(obj(pod, "spec", "affinity")):
        selector = maybe(term, "labelSelector")
        if selector is None:
            continue
        added: list[Json] = [
            {"key": key, "operator": operator, "values": [labels[key]]}
            for field, operator in (("matchLabelKeys", "In"), ("mismatchLabelKeys", "NotIn"))
            for key in texts(term, field)
            if key in labels
        ]
        if added:
            selector["matchExpressions"] = [*objects(selector, "matchExpressions"), *added]


def _terms(affinity: Object) -> Iterator[Object]:
    for name in ("podAffinity", "podAntiAffinity"):
        part = obj(affinity, name)
        yield from objects(part, _REQUIRED)
        yield from (obj(weighted, "podAffinityTerm") for weighted in objects(part, _PREFERRED))

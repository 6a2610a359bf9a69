"""Requests and limits that LimitRanges fill in.

Upstream: plugin/pkg/admission/limitranger/admission.go (v1.36).
"""

from __future__ import annotations

from kspec.api.fields import mapping, obj, objects, text
from kspec.lint.index import Index
from kspec.lint.sources import PodSource


def filled_in(index: Index, pods: PodSource, which: str) -> set[str]:
    """The resources whose `requests` or `limits` a LimitRange of the namespace sets for containers without them."""
    fields = ("default", "defaultRequest") if which == "requests" else ("default",)
    return {
        name
        for limits in index.all("LimitRange")
        if (limits.namespace or "default") == pods.namespace
        for limit in objects(obj(limits.manifest, "spec"), "limits")
        if text(limit, "type") == "Container"
        for field in fields
        for name in mapping(limit, field)
    }

"""The nodes that sizes need, as JSON: the field `ranges` of the contract `kspec/place/v1`."""

from __future__ import annotations

from kspec.place.ranges.answer import Range, Size, Whole
from kspec.source.tree import Json, Object


def range_json(found: Range) -> Object:
    """One autoscaled workload."""
    sizes: list[Json] = [_size(size) for size in found.sizes]
    return {
        "workload": found.workload,
        "low": found.low,
        "high": found.high,
        "sizes": sizes,
        "whole": _whole(found.whole),
        "monotone": found.monotone,
        "note": found.note,
    }


def _size(size: Size) -> Object:
    return {
        "replicas": size.replicas,
        "verdict": size.enough.value,
        "nodes": size.nodes,
        "bound": size.bound,
        "optimal": size.optimal,
    }


def _whole(whole: Whole) -> Object:
    names: list[Json] = list(whole.names)
    optional: list[Json] = list(whole.optional)
    return {
        "verdict": whole.enough.value,
        "nodes": whole.nodes,
        "bound": whole.bound,
        "optimal": whole.optimal,
        "names": names,
        "optional": optional,
        "how": whole.how,
        "summary": whole.summary,
    }
